// Makes one name of a file or folder, for people, of a text that came from the network: a PatientName and the like.
//
// Whatever the text, the result is a single name that Linux takes and that Windows shows over SMB: never empty, hidden,
// `.` or `..`, without separators, control characters, marks of direction and what else cannot be seen, in Unicode NFC,
// and no longer than 230 bytes. Different texts may come to the same name; whoever needs them apart sees to it. Where a
// text must come back from its name, see path-encoding.ts.

/** File systems take 255; the rest is for what tells one name from another: `_2`, `~1a2b3c4d`. */
const MAXIMUM_BYTES = 230;
/** An extension is what stands behind the last dot, if it is no longer than this. */
const MAXIMUM_EXTENSION_BYTES = 16;
const DIGEST_DIGITS = 8;

/** Separators and what else Windows does not take. */
const FORBIDDEN = /[/\\:*?"<>|\p{Cc}\p{Zl}\p{Zp}]/gu;
/** Joiners, marks of direction, code points that are not given to anybody: they make two names look the same. */
const INVISIBLE = /[\p{Cf}\p{Cs}\p{Co}\p{Cn}]/gu;
/** Devices of Windows, whatever their extension. */
const RESERVED = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i;

/** Of a text that comes to nothing. */
export const UNKNOWN_NAME = 'unknown';

/** @param text may hold anything, and be of any length */
export function fileNameOf(text: string): string {
  const visible = text.normalize('NFC').replace(FORBIDDEN, '_').replace(INVISIBLE, '');
  const name = trimEnd(visible.trimStart());
  if (name === '' || /^[._-]+$/.test(name)) return UNKNOWN_NAME;
  // A dot in front hides a file, a dash makes an option of it where somebody writes `rm *`.
  const plain = name.replace(/^[.-]+/, (signs) => '_'.repeat(signs.length));
  return shortened(plain.replace(RESERVED, (device) => `${device}_`));
}

/** A name with something behind it that tells it from another, in front of the extension. */
export function withSuffix(name: string, suffix: string): string {
  const { stem, extension } = split(name);
  return `${stem}${suffix}${extension}`;
}

/** `~` and a few digits of the text's hash: the same for the same text, always. */
export function digestSuffix(text: string): string {
  const { createHash } = process.getBuiltinModule('node:crypto');
  return `~${createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS)}`;
}

/** How a name reads to a file system that tells neither case nor the forms of a letter apart. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFC');
}

/** Cut between characters, with a hash of the whole, so that long names which begin the same stay different. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAXIMUM_BYTES) return name;
  const { stem, extension } = split(name);
  const suffix = digestSuffix(name);
  let bytes = Buffer.byteLength(suffix + extension);
  let kept = '';
  for (const character of stem) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAXIMUM_BYTES) break;
    kept += character;
  }
  return `${trimEnd(kept)}${suffix}${extension}`;
}

function split(name: string): { readonly stem: string; readonly extension: string } {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && Buffer.byteLength(name.slice(dot)) <= MAXIMUM_EXTENSION_BYTES;
  return hasExtension ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' };
}

/** Windows drops dots and blanks at the end. By hand: an expression takes the square of a long run's length. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && /[.\s]/.test(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
