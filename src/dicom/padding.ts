// Takes the padding off text values: spaces and NULs around what was meant (PS3.5 section 6.2).
//
// Promises time linear in the length of the text. A regular expression for the padding at the end takes the square of
// it where a long run of spaces has something behind it, and a peer can send such runs.

/** Without padding on either side. */
export function trimPadding(text: string): string {
  let start = 0;
  while (isPadding(text.charCodeAt(start))) start += 1;
  return trimPaddingAtEnd(text.slice(start));
}

/** Without padding at the end; what stands in front may mean something. */
export function trimPaddingAtEnd(text: string): string {
  let end = text.length;
  while (isPadding(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
}

/** NUL pads a UI; elsewhere it is a fault of the writer that means as little as a space. Beyond the text is NaN. */
function isPadding(code: number): boolean {
  return code === 0x20 || code === 0;
}
