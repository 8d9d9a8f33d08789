// Which bytes stand for a character: the character sets of character-sets.ts turned round.
//
// Made of what the decoders say, so that what is encoded is decoded as what it was. Made when first needed; the largest
// takes some tens of milliseconds.

import { decodeStandalone, type CodeElement } from './character-sets.ts';

/** The code of a character in its set, bytes in big endian order; none where the set does not have it. */
export type CodeTable = ReadonlyMap<string, number>;

/** No character: what a decoder makes of bytes that stand for none. */
const UNDEFINED_CHARACTER = '\ufffd';
const PRIVATE_USE = /[\ue000-\uf8ff]/;

/** Sets of 94 characters, or of 94 times 94, have these bytes; those of 96 in the upper half one more on each side. */
const LOWER_94 = range(0x21, 0x7e);
const UPPER_94 = range(0xa1, 0xfe);
const UPPER_96 = range(0xa0, 0xff);

const tables = new Map<CodeElement | string, CodeTable>();

/** Of a set for one half of the byte values. */
export function codeTableOf(element: CodeElement): CodeTable {
  return once(element, () => tableOf(element.decode, elementCodes(element), element.bytesPerCharacter));
}

/** Of a multi-byte set that stands alone (PS3.3 table C.12-5). @param name GB18030 or GBK */
export function standaloneTable(name: string): CodeTable {
  const decode = (bytes: Buffer): string => decodeStandalone(bytes, name) ?? '';
  return once(name, () => {
    const pairs = tableOf(decode, pairsOf(range(0x81, 0xfe), range(0x40, 0xfe)), 2);
    return name === 'GB18030' ? new Map([...tableOf(decode, fourByteCodes(), 4), ...pairs]) : pairs;
  });
}

function once(key: CodeElement | string, make: () => CodeTable): CodeTable {
  const table = tables.get(key) ?? make();
  tables.set(key, table);
  return table;
}

function tableOf(decode: (bytes: Buffer) => string, codes: Iterable<number>, bytesPerCode: number): CodeTable {
  const table = new Map<string, number>();
  const bytes = Buffer.alloc(bytesPerCode);
  for (const code of codes) {
    bytes.writeUIntBE(code, 0, bytesPerCode);
    const character = decode(bytes);
    const isOne = [...character].length === 1 && character !== UNDEFINED_CHARACTER && !PRIVATE_USE.test(character);
    if (isOne && !table.has(character)) table.set(character, code);
  }
  return table;
}

function elementCodes({ half, bytesPerCharacter }: CodeElement): Iterable<number> {
  if (bytesPerCharacter === 1) return half === 'G0' ? LOWER_94 : UPPER_96;
  return half === 'G0' ? pairsOf(LOWER_94, LOWER_94) : pairsOf(UPPER_94, UPPER_94);
}

function* pairsOf(first: readonly number[], second: readonly number[]): Generator<number, void> {
  for (const high of first) {
    for (const low of second) yield (high << 8) | low;
  }
}

/** The whole of Unicode: most four byte codes stand for what lies beyond the first 65536 characters. */
function* fourByteCodes(): Generator<number, void> {
  const digits = range(0x30, 0x39);
  for (const high of pairsOf(range(0x81, 0x84), digits)) {
    for (const low of pairsOf(range(0x81, 0xfe), digits)) yield high * 0x10000 + low;
  }
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
