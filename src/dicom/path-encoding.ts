// Makes one safe path component of any text that came from outside: an AE title, a PatientID, an address.
// The result holds only A-Z a-z 0-9 . _ - % ~, is 1..200 bytes long, contains no space and never starts with a dot;
// so it is never empty, hidden, `.` or `..`, and never has a slash.

// File systems take 255 bytes; the rest is for what callers put around the component.
const MAXIMUM_BYTES = 200;
const DIGEST_DIGITS = 16;
const CUT_MARK = '%~';
const EMPTY_TEXT = '%';
const MAXIMUM_BYTES_BEFORE_CUT = MAXIMUM_BYTES - CUT_MARK.length - DIGEST_DIGITS;

const ALREADY_SAFE = /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
const SAFE_CHARACTER = /^[A-Za-z0-9._-]$/;

/**
 * A text as one path component, percent-encoded (UTF-8, upper-case hexadecimal). `decodeFromPath` gives the text back
 * unless the result would pass 200 bytes: then it is cut between characters and ends in `%~` and 16 hexadecimal
 * digits of the text's SHA-256, still different for different texts but not decodable. Half a surrogate pair is
 * encoded as U+FFFD.
 */
export function encodeForPath(text: string): string {
  if (text === '') return EMPTY_TEXT;
  if (text.length <= MAXIMUM_BYTES && ALREADY_SAFE.test(text)) return text;
  let encoded = '';
  let beforeCut = '';
  for (const character of text) {
    const isPlain = SAFE_CHARACTER.test(character) && !(character === '.' && encoded === '');
    encoded += isPlain ? character : percentEncode(character);
    if (encoded.length <= MAXIMUM_BYTES_BEFORE_CUT) beforeCut = encoded;
    if (encoded.length > MAXIMUM_BYTES) {
      return beforeCut + CUT_MARK + digest(text);
    }
  }
  return encoded;
}

/** The text that `encodeForPath` encoded. A cut component decodes as far as it goes and keeps its `%~…` ending. */
export function decodeFromPath(component: string): string {
  if (component === EMPTY_TEXT) return '';
  return component.replace(/(?:%[0-9A-F]{2})+/g, (escapes) =>
    Buffer.from(escapes.replaceAll('%', ''), 'hex').toString('utf8'),
  );
}

/** Loads node:crypto only now: every tick loads this file, and hardly ever is a text cut. */
function digest(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS);
}

function percentEncode(character: string): string {
  return Buffer.from(character, 'utf8').toString('hex').toUpperCase().replace(/../g, '%$&');
}
