// Which instances go to a destination: its `filter`, any entry of which may fit, every keyword within one must.

import type { Destination } from '../../config/configuration.ts';
import type { Header } from '../../dicom/header.ts';

/** @param tagOf the tag of a keyword that the configuration was checked to know */
export function fitsFilter(
  filter: Destination['filter'], header: Header, tagOf: (keyword: string) => number | undefined,
): boolean {
  if (filter.length === 0) return true;
  return filter.some((entry) => Object.entries(entry).every(([keyword, glob]) => {
    const tag = tagOf(keyword);
    const values = tag === undefined ? [] : header.texts(tag);
    return (values.length === 0 ? [''] : values).some((value) => fitsGlob(glob, value));
  }));
}

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
