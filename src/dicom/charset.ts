// Text as the SpecificCharacterSet (0008,0005) of its dataset encodes it: PS3.3 section C.12.1.1.2 and PS3.5
// section 6.1. Never throws: what a character set does not define becomes U+FFFD, an unknown set is taken for Latin-1.

import { ASCII, CHARACTER_SETS, ESCAPE_SEQUENCES, LATIN_1, decodeStandalone } from './character-sets.ts';
import type { CharacterSet, CodeElement } from './character-sets.ts';
import type { VR } from './value-representation.ts';

const ESCAPE = 0x1b;
const UNDEFINED_CHARACTER = '\ufffd';
const NEEDS_A_CHARACTER_SET = /[\x1b\x80-\xff]/;

// Where the initial code elements come back into force (PS3.5 section 6.1.2.5.3).
const LINE_DELIMITERS: ReadonlySet<number> = new Set(Buffer.from('\t\n\f\r'));
const VALUE_DELIMITERS: ReadonlySet<number> = new Set(Buffer.from('\t\n\f\r\\'));
const NAME_DELIMITERS: ReadonlySet<number> = new Set(Buffer.from('\t\n\f\r\\^='));

/**
 * The text of a whole value: all its values, with the backslashes between them. Takes all the values of
 * SpecificCharacterSet; none means ASCII, and then bytes above 127, which ought not to be there, are read as Latin-1.
 * The VR says which characters end the effect of an escape sequence.
 */
export function decodeText(bytes: Buffer, SpecificCharacterSet: readonly string[], vr: VR = 'LO'): string {
  // All the sets have ASCII below 128, and most text is no more than that.
  const plain = bytes.toString('latin1');
  if (!NEEDS_A_CHARACTER_SET.test(plain)) return plain;
  const name = normalizeName(SpecificCharacterSet[0] ?? '');
  const initial = CHARACTER_SETS.get(name) ?? { G0: ASCII, G1: LATIN_1 };
  return decodeStandalone(bytes, name) ?? decodeWithCodeExtensions(bytes, initial, delimitersOf(vr));
}

// The longest that is looked at, twice what a CS may have: no writer is that careless, and no expression stalls on it.
const LONGEST_NAME = 32;

/**
 * The name under which the tables have a set. `ISO_IR 100` and `ISO 2022 IR 100` begin the same; careless writers also
 * have `ISO-IR 100` or `ISO2022 IR100`.
 */
export function normalizeName(name: string): string {
  const upperCase = name.trim().slice(0, LONGEST_NAME).toUpperCase();
  return /^ISO[ _-]*(?:2022)?[ _-]*IR[ _-]*(\d+)$/.exec(upperCase)?.[1] ?? upperCase;
}

/** The characters that end the effect of an escape sequence in values of that VR. */
export function delimitersOf(vr: string): ReadonlySet<number> {
  if (vr === 'PN') return NAME_DELIMITERS;
  return vr === 'LT' || vr === 'ST' || vr === 'UT' ? LINE_DELIMITERS : VALUE_DELIMITERS;
}

function decodeWithCodeExtensions(bytes: Buffer, initial: CharacterSet, delimiters: ReadonlySet<number>): string {
  let { G0, G1 } = initial;
  let text = '';
  for (let offset = 0; offset < bytes.length; ) {
    const byte = bytes.readUInt8(offset);
    if (byte === ESCAPE) {
      const escape = findEscapeSequence(bytes, offset + 1);
      if (escape === undefined) text += UNDEFINED_CHARACTER;
      else if (escape.element.half === 'G0') G0 = escape.element;
      else G1 = escape.element;
      offset += 1 + (escape?.length ?? 0);
    } else if (isDelimiter(byte, G0, delimiters)) {
      text += String.fromCharCode(byte);
      G0 = initial.G0;
      // Where nothing is to come back, staying is kinder to writers that give their escape sequence only once.
      G1 = initial.G1 ?? G1;
      offset += 1;
    } else {
      const end = findEndOfRun(bytes, offset, G0, delimiters);
      text += (byte < 0x80 ? G0 : (G1 ?? LATIN_1)).decode(bytes.subarray(offset, end));
      offset = end;
    }
  }
  return text;
}

function findEscapeSequence(bytes: Buffer, offset: number): { element: CodeElement; length: number } | undefined {
  for (const length of [2, 3]) {
    const element = ESCAPE_SEQUENCES.get(bytes.toString('latin1', offset, offset + length));
    if (element !== undefined) return { element, length };
  }
  return undefined;
}

// In a set of two bytes the code of a printable delimiter may be half of a character. The standard has writers leave
// such a set before a delimiter.
function isDelimiter(byte: number, G0: CodeElement, delimiters: ReadonlySet<number>): boolean {
  return delimiters.has(byte) && (G0.bytesPerCharacter === 1 || byte < 0x20);
}

function findEndOfRun(bytes: Buffer, start: number, G0: CodeElement, delimiters: ReadonlySet<number>): number {
  const isHigh = bytes.readUInt8(start) >= 0x80;
  let end = start + 1;
  while (end < bytes.length) {
    const byte = bytes.readUInt8(end);
    if (byte >= 0x80 !== isHigh || byte === ESCAPE || isDelimiter(byte, G0, delimiters)) break;
    end += 1;
  }
  return end;
}
