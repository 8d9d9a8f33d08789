// What the bytes of a value mean: texts or numbers, by VR (PS3.5 section 6.2). Never throws, whatever the bytes;
// what cannot be understood is left out.

import { decodeText } from './charset.ts';
import { readTag } from './element-head.ts';
import { trimPadding, trimPaddingAtEnd } from './padding.ts';
import type { VR } from './value-representation.ts';

interface NumberLayout {
  width: number;
  read: (bytes: Buffer, offset: number, littleEndian: boolean) => number;
}

// Numbers of 64 bits beyond 2^53 lose their lowest digits.
const NUMBER_LAYOUTS: Partial<Record<VR, NumberLayout>> = {
  US: { width: 2, read: (bytes, at, little) => (little ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at)) },
  SS: { width: 2, read: (bytes, at, little) => (little ? bytes.readInt16LE(at) : bytes.readInt16BE(at)) },
  UL: { width: 4, read: (bytes, at, little) => (little ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at)) },
  SL: { width: 4, read: (bytes, at, little) => (little ? bytes.readInt32LE(at) : bytes.readInt32BE(at)) },
  UV: { width: 8, read: (bytes, at, little) => Number(little ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at)) },
  SV: { width: 8, read: (bytes, at, little) => Number(little ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at)) },
  FL: { width: 4, read: (bytes, at, little) => (little ? bytes.readFloatLE(at) : bytes.readFloatBE(at)) },
  FD: { width: 8, read: (bytes, at, little) => (little ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at)) },
  AT: { width: 4, read: readTag },
};

const OPAQUE_VRS: ReadonlySet<VR> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ']);
const CHARACTER_SET_VRS: ReadonlySet<VR> = new Set(['LO', 'LT', 'PN', 'SH', 'ST', 'UC', 'UN', 'UT']);
const SINGLE_TEXT_VRS: ReadonlySet<VR> = new Set(['LT', 'ST', 'UR', 'UT']);

// No two of its parts can take the same digits, or a long text would be tried in the square of its length.
const DECIMAL = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The texts of a value, one for each of its values, without padding; numbers in decimal, tags (AT) as 8 hexadecimal
 * digits. A value of VR UN is taken for text. Sequences and other opaque values have none.
 */
export function decodeTexts(bytes: Buffer, vr: VR, littleEndian: boolean, SpecificCharacterSet: string[]): string[] {
  if (bytes.length === 0 || OPAQUE_VRS.has(vr)) return [];
  if (vr === 'AT') return decodeNumbers(bytes, vr, littleEndian).map(formatTagDigits);
  if (NUMBER_LAYOUTS[vr] !== undefined) return decodeNumbers(bytes, vr, littleEndian).map(String);
  const text = CHARACTER_SET_VRS.has(vr) ? decodeText(bytes, SpecificCharacterSet, vr) : bytes.toString('latin1');
  if (SINGLE_TEXT_VRS.has(vr)) return [trimPaddingAtEnd(text)];
  return text.split('\\').map(trimPadding);
}

/**
 * The numbers of a value: binary ones, tags (AT) as group << 16 | element, or the decimal texts of DS, IS and any other
 * text. What is no finite number is left out, so a caller that needs six shall count them.
 */
export function decodeNumbers(bytes: Buffer, vr: VR, littleEndian: boolean): number[] {
  if (OPAQUE_VRS.has(vr)) return [];
  const layout = NUMBER_LAYOUTS[vr];
  const numbers: number[] = [];
  if (layout === undefined) {
    for (const part of bytes.toString('latin1').split('\\')) {
      const text = trimPadding(part);
      if (DECIMAL.test(text)) numbers.push(Number(text));
    }
  } else {
    for (let offset = 0; offset + layout.width <= bytes.length; offset += layout.width) {
      numbers.push(layout.read(bytes, offset, littleEndian));
    }
  }
  return numbers.filter(Number.isFinite);
}

function formatTagDigits(tag: number): string {
  return tag.toString(16).toUpperCase().padStart(8, '0');
}
