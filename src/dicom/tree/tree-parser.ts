// Makes a tree of the elements of a data set (PS3.5 section 7): short values copied, long ones left where they lie.
//
// Promises: whatever the bytes, the end is a tree or a reason; depth, memory and time are bounded.
// What writers in the field do and everybody reads is read: elements in any order (of one that comes twice the first
// stands), implicit VR within explicit, delimitations behind what has a length, zeros behind the end.

import type { Dictionary } from '../dictionary.ts';
import {
  IMPLICIT_LITTLE_ENDIAN, ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH,
  formatTag, isItemTag, parseElementHead, readTag,
} from '../element-head.ts';
import type { ElementEncoding, ElementHead } from '../element-head.ts';
import type {
  ByteRange, DataSet, ElementValue, FragmentsValue, ItemsValue, LengthForm, WordBytes,
} from './data-set.ts';
import type { Malformed } from './dataset-bytes.ts';
import type { DatasetWindow } from './dataset-window.ts';
import { standardVR, type Scope } from './element-vr.ts';
import { findWordBytes, swapWords } from './word-bytes.ts';

const MAXIMUM_DEPTH = 64;
/** About what each takes beside the bytes of its value. */
const ELEMENT_BYTES = 320;

/** Longer values stay in the file. */
const LONGEST_KEPT_BYTES = 64 * 1024;
/** The same of those that nobody reads as text or number. */
const LONGEST_KEPT_OPAQUE_BYTES = 4096;
const OPAQUE_VRS: ReadonlySet<string> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW']);

/** Groups of commands and of file meta information have no place in a data set (section 7.1) and are left out. */
const FIRST_DATA_SET_TAG = 0x00030000;

const LONGEST_HEAD_BYTES = 12;
const SHORTEST_HEAD_BYTES = 8;

/** As written: also a VR of no edition that is known. */
type WrittenHead = Omit<ElementHead, 'vr'> & { readonly vr: string | undefined };

type Parsed = ElementValue | Malformed;

/** What is being read, and where it stands. */
interface Place {
  readonly encoding: ElementEncoding;
  /** No byte of the data set from here on is part of it. */
  readonly limit: number;
  /** Whether a delimitation ends it, before that. */
  readonly isDelimited: boolean;
  readonly around: Scope | undefined;
  readonly depth: number;
}

export class TreeParser {
  readonly #window: DatasetWindow;
  readonly #dictionary: Dictionary;
  readonly #maximumBytes: number;
  #treeBytes = 0;

  /** @param maximumBytes what the tree may take in memory */
  constructor(window: DatasetWindow, dictionary: Dictionary, maximumBytes: number) {
    this.#window = window;
    this.#dictionary = dictionary;
    this.#maximumBytes = maximumBytes;
  }

  /** The whole data set, from the position of the window to the end of its bytes. */
  parse(encoding: ElementEncoding): Promise<DataSet | Malformed> {
    const limit = Number.POSITIVE_INFINITY;
    return this.#parseDataSet({ encoding, limit, isDelimited: false, around: undefined, depth: 0 });
  }

  async #parseDataSet(place: Place): Promise<DataSet | Malformed> {
    const dataSet: DataSet = new Map();
    const scope: Scope = { dataSet, around: place.around };
    const inside: Place = { ...place, around: scope };
    while (this.#window.position < place.limit) {
      if (this.#window.heldBytes < LONGEST_HEAD_BYTES) {
        const failed = await this.#window.hold(LONGEST_HEAD_BYTES);
        if (failed !== undefined) return failed;
      }
      if (place.around === undefined && this.#mayBeAtEnd()) {
        const { position } = this.#window;
        return await this.#isAtEnd() ? dataSet : { malformed: `has no element at byte ${position} of its dataset` };
      }
      const head = this.#head(place);
      if ('malformed' in head) return head;
      if (isItemTag(head.tag)) {
        if (head.tag === ITEM || head.length !== 0) return misplaced(head.tag, 'an element');
        if (head.tag === ITEM_DELIMITATION && place.isDelimited) return dataSet;
        continue; // behind what has a length already
      }
      const vr = head.vr ?? standardVR(head.tag, this.#dictionary, scope);
      const parsed = this.#parseValue(head, vr, inside);
      const value = parsed instanceof Promise ? await parsed : parsed;
      if ('malformed' in value) return value;
      if (head.tag >= FIRST_DATA_SET_TAG && !dataSet.has(head.tag)) dataSet.set(head.tag, { tag: head.tag, vr, value });
    }
    return place.isDelimited ? { malformed: 'has an item that ends without a delimitation' } : dataSet;
  }

  /** No element has the tag (0000,0000), and none is shorter than a head. */
  #mayBeAtEnd(): boolean {
    const { heldBytes, held } = this.#window;
    return heldBytes < SHORTEST_HEAD_BYTES || held.readUInt32LE(0) === 0;
  }

  /** Whether nothing follows but zeros, with which some writers fill the last block of a file. */
  async #isAtEnd(): Promise<boolean> {
    const window = this.#window;
    while (window.heldBytes > 0) {
      if (window.held.some((byte) => byte !== 0)) return false;
      window.pass(window.heldBytes);
      if (await window.hold(LONGEST_HEAD_BYTES) !== undefined) return false;
    }
    return true;
  }

  /** The next head, which must be held, and past which the window goes. */
  #head({ encoding, limit }: Place): WrittenHead | Malformed {
    const window = this.#window;
    const failed = this.#take(ELEMENT_BYTES);
    if (failed !== undefined) return failed;
    const { held } = window;
    const head = parseElementHead(held, 0, encoding);
    if (typeof head === 'number') return { malformed: `ends within an element, ${held.length} bytes into it` };
    const end = window.position + head.headLength + (head.length === UNDEFINED_LENGTH ? 0 : head.length);
    if (end > limit) return { malformed: `has ${formatTag(head.tag)} beyond the end of its item` };
    const vr = head.vr === 'UN' && head.headLength === LONGEST_HEAD_BYTES ? held.toString('latin1', 4, 6) : head.vr;
    window.pass(head.headLength);
    return { ...head, vr };
  }

  /** No promise is made for what is held already: there may be a million of them. */
  #parseValue({ tag, length }: WrittenHead, vr: string, place: Place): Parsed | Promise<Parsed> {
    if (length === UNDEFINED_LENGTH) {
      const isDelimited = true;
      if (vr === 'SQ') return this.#parseItems({ ...place, isDelimited });
      if (vr === 'UN') return this.#parseItems({ ...place, isDelimited, encoding: IMPLICIT_LITTLE_ENDIAN });
      return this.#parseFragments(tag, place);
    }
    const limit = this.#window.position + length;
    if (vr === 'SQ') return this.#parseItems({ ...place, limit, isDelimited: false });
    if (vr === 'UN') return this.#parseUnknown(length, place);
    return this.#parsePlainValue(vr, length, place.encoding.littleEndian);
  }

  #parsePlainValue(vr: string, length: number, littleEndian: boolean): Parsed | Promise<Parsed> {
    const window = this.#window;
    const wordBytes = littleEndian ? 1 : (findWordBytes(vr) ?? 1);
    if (length > (OPAQUE_VRS.has(vr) ? LONGEST_KEPT_OPAQUE_BYTES : LONGEST_KEPT_BYTES)) {
      const offset = window.position;
      window.pass(length);
      return { kind: 'range', offset, length, wordBytes };
    }
    const failed = this.#take(length);
    if (failed !== undefined) return failed;
    if (window.heldBytes >= length) return this.#keep(length, wordBytes);
    return window.hold(length).then((ended) => ended ?? this.#keep(length, wordBytes));
  }

  #keep(length: number, wordBytes: WordBytes): Parsed {
    const window = this.#window;
    if (window.heldBytes < length) return { malformed: `ends within a value of ${length} bytes` };
    const bytes = Buffer.from(window.held.subarray(0, length));
    swapWords(bytes, wordBytes);
    window.pass(length);
    return { kind: 'bytes', bytes };
  }

  /** What is UN may be a sequence that somebody did not know (section 6.2.2): one that reads as one to its end is. */
  async #parseUnknown(length: number, place: Place): Promise<Parsed> {
    const window = this.#window;
    const failed = await window.hold(Math.min(length, LONGEST_KEPT_BYTES));
    if (failed !== undefined) return failed;
    const { held, position: offset } = window;
    if (length < SHORTEST_HEAD_BYTES || held.length < SHORTEST_HEAD_BYTES || readTag(held, 0, true) !== ITEM) {
      return this.#parsePlainValue('UN', length, true);
    }
    const opaque: ElementValue = length <= LONGEST_KEPT_BYTES
      ? { kind: 'bytes', bytes: Buffer.from(held.subarray(0, length)) }
      : { kind: 'range', offset, length, wordBytes: 1 };
    const limit = offset + length;
    const items = await this.#parseItems({ ...place, limit, isDelimited: false, encoding: IMPLICIT_LITTLE_ENDIAN });
    if (!('malformed' in items)) return items;
    window.pass(limit - window.position);
    return this.#take(opaque.kind === 'bytes' ? length : 0) ?? opaque;
  }

  async #parseItems(place: Place): Promise<ItemsValue | Malformed> {
    const window = this.#window;
    if (place.depth >= MAXIMUM_DEPTH) return { malformed: `nests more than ${MAXIMUM_DEPTH} deep` };
    const items: DataSet[] = [];
    let itemLengths: LengthForm = 'defined';
    while (window.position < place.limit) {
      const head = await window.hold(LONGEST_HEAD_BYTES) ?? this.#head(place);
      if ('malformed' in head) return head;
      if (head.tag === SEQUENCE_DELIMITATION && place.isDelimited) return sequenceOf(items, 'undefined', itemLengths);
      if (head.tag === SEQUENCE_DELIMITATION && head.length === 0) continue; // behind what has a length already
      if (head.tag !== ITEM) return misplaced(head.tag, 'an item');
      const isDelimited = head.length === UNDEFINED_LENGTH;
      if (isDelimited) itemLengths = 'undefined';
      const limit = isDelimited ? place.limit : window.position + head.length;
      const item = await this.#parseDataSet({ ...place, limit, isDelimited, depth: place.depth + 1 });
      if ('malformed' in item) return item;
      items.push(item);
    }
    if (place.isDelimited) return { malformed: 'has a sequence that ends without a delimitation' };
    return sequenceOf(items, 'defined', itemLengths);
  }

  async #parseFragments(tag: number, place: Place): Promise<FragmentsValue | Malformed> {
    const window = this.#window;
    const fragments: ByteRange[] = [];
    while (window.position < place.limit) {
      const head = await window.hold(LONGEST_HEAD_BYTES) ?? this.#head(place);
      if ('malformed' in head) return head;
      if (head.tag === SEQUENCE_DELIMITATION) return { kind: 'fragments', fragments };
      if (head.tag !== ITEM || head.length === UNDEFINED_LENGTH) return misplaced(head.tag, 'a fragment');
      fragments.push({ offset: window.position, length: head.length });
      window.pass(head.length);
    }
    return { malformed: `has ${formatTag(tag)} without its end` };
  }

  /** Counts what the tree takes. */
  #take(bytes: number): Malformed | undefined {
    this.#treeBytes += bytes;
    return this.#treeBytes > this.#maximumBytes
      ? { malformed: `has more elements than fit ${this.#maximumBytes} bytes of memory` } : undefined;
  }
}

function sequenceOf(items: readonly DataSet[], ownLength: LengthForm, itemLengths: LengthForm): ItemsValue {
  return { kind: 'items', items, lengths: { sequence: ownLength, items: itemLengths } };
}

function misplaced(tag: number, expected: string): Malformed {
  return { malformed: `has ${formatTag(tag)} where ${expected} should be` };
}
