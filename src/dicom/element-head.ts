// What stands before a data element's value: tag, VR and length (PS3.5 section 7.1), and what stands before an item
// (section 7.5). Reads only the bytes it is given and keeps none.

import { VR_FIELDS, type VR, type VRField } from './value-representation.ts';

export const ITEM = 0xfffee000;
export const ITEM_DELIMITATION = 0xfffee00d;
export const SEQUENCE_DELIMITATION = 0xfffee0dd;

/** The length of a value that ends with a delimitation item (PS3.5 section 7.5.1). */
export const UNDEFINED_LENGTH = 0xffffffff;

/** The part of a transfer syntax that says how elements are written. */
export interface ElementEncoding {
  littleEndian: boolean;
  explicitVR: boolean;
}

/** Implicit VR little endian: also the inside of a value of VR UN with undefined length (PS3.5 section 6.2.2). */
export const IMPLICIT_LITTLE_ENDIAN: ElementEncoding = { littleEndian: true, explicitVR: false };

export interface ElementHead {
  /** group << 16 | element, unsigned. */
  tag: number;
  /** As written; undefined where the encoding has none. */
  vr: VR | undefined;
  /** Of the value, in bytes, or `UNDEFINED_LENGTH`. */
  length: number;
  /** Of tag, VR and length together: 8 or 12 bytes. */
  headLength: number;
}

// No VR of the standard. Those of two capital letters come from a later edition, which gives each new VR a long length
// (PS3.5 section 7.1.2). `??` and NULs are what some writers put for want of better, before a length of 2 bytes.
const LATER_VR: VRField = { vr: 'UN', longLength: true };
const PLACEHOLDER_VR: VRField = { vr: 'UN', longLength: false };

/**
 * The head at an offset; or, where the bytes end within it, how many bytes from the offset are needed to go on (8 or
 * 12). Elements written with implicit VR within explicit VR data, a common fault of private elements, are recognised.
 */
export function parseElementHead(bytes: Buffer, offset: number, encoding: ElementEncoding): ElementHead | number {
  if (bytes.length - offset < 8) return 8;
  const { littleEndian } = encoding;
  const tag = readTag(bytes, offset, littleEndian);
  const field = encoding.explicitVR && !isItemTag(tag) ? vrFieldAt(bytes, offset + 4) : undefined;
  if (field === undefined) {
    return { tag, vr: undefined, length: readUint32(bytes, offset + 4, littleEndian), headLength: 8 };
  }
  if (!field.longLength) {
    const length = littleEndian ? bytes.readUInt16LE(offset + 6) : bytes.readUInt16BE(offset + 6);
    return { tag, vr: field.vr, length, headLength: 8 };
  }
  if (bytes.length - offset < 12) return 12;
  return { tag, vr: field.vr, length: readUint32(bytes, offset + 8, littleEndian), headLength: 12 };
}

/** A tag as it stands in data and in values of VR AT: group and element, each in the byte order of the data. */
export function readTag(bytes: Buffer, offset: number, littleEndian: boolean): number {
  if (!littleEndian) return bytes.readUInt32BE(offset);
  const swapped = bytes.readUInt32LE(offset);
  return ((swapped << 16) | (swapped >>> 16)) >>> 0;
}

/** A tag for people: `(0010,0020)`. */
export function formatTag(tag: number): string {
  const digits = tag.toString(16).toUpperCase().padStart(8, '0');
  return `(${digits.slice(0, 4)},${digits.slice(4)})`;
}

/** Whether a tag is an item or a delimitation, which have no VR in any encoding. */
export function isItemTag(tag: number): boolean {
  return tag === ITEM || tag === ITEM_DELIMITATION || tag === SEQUENCE_DELIMITATION;
}

function vrFieldAt(bytes: Buffer, offset: number): VRField | undefined {
  const code = bytes.readUInt16BE(offset);
  const known = VR_FIELDS.get(code);
  if (known !== undefined) return known;
  if (isCapital(code >> 8) && isCapital(code & 0xff)) return LATER_VR;
  return code === 0x3f3f || code === 0 ? PLACEHOLDER_VR : undefined;
}

function isCapital(code: number): boolean {
  return code >= 0x41 && code <= 0x5a;
}

function readUint32(bytes: Buffer, offset: number, littleEndian: boolean): number {
  return littleEndian ? bytes.readUInt32LE(offset) : bytes.readUInt32BE(offset);
}
