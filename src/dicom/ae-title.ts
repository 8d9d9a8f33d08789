// Application entity titles (PS3.5 section 6.2, VR AE).

const AE_TITLE_SHAPE = /^[\x20-\x5b\x5d-\x7e]{1,16}$/;

/** Whether a text is an AE title: 1..16 ASCII characters, not all spaces, no control character, no backslash. */
export function isAETitle(text: string): boolean {
  return AE_TITLE_SHAPE.test(text) && text.trim() !== '';
}
