// How an element stands in explicit or implicit VR (PS3.5 section 7.1): its head, and how long all of it is.

import { UNDEFINED_LENGTH, type ElementEncoding } from '../element-head.ts';
import { isVR, VR_FIELDS } from '../value-representation.ts';
import type { DataElement, DataSet, ItemsValue, LengthForm } from './data-set.ts';

const LONGEST_SHORT_LENGTH = 0xffff;
const ITEM_HEAD_BYTES = 8;

/** The elements as they are written: in their order, without group lengths. */
export function writtenElements(dataSet: DataSet): DataElement[] {
  return [...dataSet.values()].filter(({ tag }) => (tag & 0xffff) !== 0).sort((a, b) => a.tag - b.tag);
}

/** A value too long for the length field of its VR is written as UN (PS3.5 section 6.2.2, note). */
export function writtenVR(vr: string, length: number): string {
  return length > LONGEST_SHORT_LENGTH && length !== UNDEFINED_LENGTH && !hasLongLength(vr) ? 'UN' : vr;
}

export function encodeHead(
  tag: number, vr: string, length: number, { explicitVR, littleEndian }: ElementEncoding,
): Buffer {
  const head = Buffer.allocUnsafe(headBytes(vr, explicitVR));
  writeTag(head, tag, littleEndian);
  if (!explicitVR) {
    writeUint32(head, length, 4, littleEndian);
  } else {
    head.write(vr, 4, 2, 'latin1');
    head.writeUInt16LE(0, 6);
    if (hasLongLength(vr)) writeUint32(head, length, 8, littleEndian);
    else if (littleEndian) head.writeUInt16LE(length, 6);
    else head.writeUInt16BE(length, 6);
  }
  return head;
}

/** Of an item or a delimitation. */
export function encodeItemHead(tag: number, length: number, littleEndian: boolean): Buffer {
  return encodeHead(tag, '', length, { explicitVR: false, littleEndian });
}

/** Lengths of what stands in sequences of defined length, each counted once. */
export class WrittenLengths {
  readonly #known = new Map<boolean, Map<DataSet | ItemsValue, number>>([[false, new Map()], [true, new Map()]]);

  /** Of the sequence's length field. */
  ofSequence(value: ItemsValue, explicitVR: boolean): number {
    return lengthField(value.lengths?.sequence, this.#ofItems(value, explicitVR));
  }

  /** Of the length field of an item in that sequence. */
  ofItem(item: DataSet, { lengths }: ItemsValue, explicitVR: boolean): number {
    return lengthField(lengths?.items, this.#ofDataSet(item, explicitVR));
  }

  #ofItems(value: ItemsValue, explicitVR: boolean): number {
    return this.#once(value, explicitVR, () => value.items.reduce((sum, item) => {
      const end = this.ofItem(item, value, explicitVR) === UNDEFINED_LENGTH ? ITEM_HEAD_BYTES : 0;
      return sum + ITEM_HEAD_BYTES + this.#ofDataSet(item, explicitVR) + end;
    }, 0));
  }

  #ofDataSet(dataSet: DataSet, explicitVR: boolean): number {
    return this.#once(dataSet, explicitVR, () => writtenElements(dataSet).reduce((sum, element) => {
      return sum + this.#ofElement(element, explicitVR);
    }, 0));
  }

  #ofElement({ vr, value }: DataElement, explicitVR: boolean): number {
    switch (value.kind) {
      case 'items': {
        const isExplicitInside = explicitVR && vr !== 'UN';
        const end = this.ofSequence(value, isExplicitInside) === UNDEFINED_LENGTH ? ITEM_HEAD_BYTES : 0;
        return headBytes(vr, explicitVR) + this.#ofItems(value, isExplicitInside) + end;
      }
      case 'fragments': {
        const fragments = value.fragments.reduce((sum, { length }) => sum + ITEM_HEAD_BYTES + evenLength(length), 0);
        return headBytes(vr, explicitVR) + fragments + ITEM_HEAD_BYTES;
      }
      case 'bytes': return plainBytes(vr, value.bytes.length, explicitVR);
      case 'range':
      case 'made': return plainBytes(vr, value.length, explicitVR);
    }
  }

  #once(of: DataSet | ItemsValue, explicitVR: boolean, count: () => number): number {
    const known = this.#known.get(explicitVR);
    const length = known?.get(of) ?? count();
    known?.set(of, length);
    return length;
  }
}

export function evenLength(length: number): number {
  return length + (length % 2);
}

function plainBytes(vr: string, length: number, explicitVR: boolean): number {
  const even = evenLength(length);
  return headBytes(writtenVR(vr, even), explicitVR) + even;
}

function lengthField(form: LengthForm | undefined, length: number): number {
  return form === 'defined' && length < UNDEFINED_LENGTH ? length : UNDEFINED_LENGTH;
}

function headBytes(vr: string, explicitVR: boolean): number {
  return explicitVR && hasLongLength(vr) ? 12 : 8;
}

/** A VR of a later edition has one, too (PS3.5 section 7.1.2). */
function hasLongLength(vr: string): boolean {
  return !isVR(vr) || VR_FIELDS.get((vr.charCodeAt(0) << 8) | vr.charCodeAt(1))?.longLength === true;
}

function writeTag(bytes: Buffer, tag: number, littleEndian: boolean): void {
  if (!littleEndian) {
    bytes.writeUInt32BE(tag);
    return;
  }
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
}

function writeUint32(bytes: Buffer, value: number, offset: number, littleEndian: boolean): void {
  if (littleEndian) bytes.writeUInt32LE(value, offset);
  else bytes.writeUInt32BE(value, offset);
}
