// Application entity titles (PS3.5 section 6.2, VR AE; PS3.8 section 9.3.2).

const AE_TITLE_SHAPE = /^[\x20-\x5b\x5d-\x7e]{1,16}$/;

/** The title in a field of an association request: Latin-1, without the spaces and NULs that pad it to 16 bytes. */
export function parseAETitle(bytes: Buffer): string {
  return bytes.toString('latin1').replace(/^[ \0]+|[ \0]+$/g, '');
}

/** Whether a text is an AE title: 1..16 ASCII characters, not all spaces, no control character, no backslash. */
export function isAETitle(text: string): boolean {
  return AE_TITLE_SHAPE.test(text) && text.trim() !== '';
}
