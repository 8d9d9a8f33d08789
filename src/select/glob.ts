// Globs, as filters of destinations and conditions of morph steps use them.

/** `*` stands for anything, `?` for one character; case matters. Never takes longer than both lengths multiplied. */
export function fitsGlob(glob: string, text: string): boolean {
  const wanted = [...glob];
  const given = [...text];
  let at = 0;
  let star: { readonly glob: number; text: number } | undefined;
  let place = 0;
  while (place < given.length) {
    if (wanted[at] === '*') {
      star = { glob: at, text: place };
      at += 1;
    } else if (at < wanted.length && (wanted[at] === '?' || wanted[at] === given[place])) {
      at += 1;
      place += 1;
    } else if (star !== undefined) { // let the last star take one character more
      star.text += 1;
      at = star.glob + 1;
      place = star.text;
    } else {
      return false;
    }
  }
  return wanted.slice(at).every((character) => character === '*');
}
