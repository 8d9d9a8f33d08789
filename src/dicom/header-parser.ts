// Finds the leading elements in the bytes of a dataset that is not deflated (PS3.5 section 7). Keeps the values of the
// top level up to 64 KiB each and passes over all others without looking at them. Never recurses: data nested or long
// without end fails, it does not exhaust the stack or the memory.

import {
  IMPLICIT_LITTLE_ENDIAN, ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH,
  formatTag, isItemTag, parseElementHead,
} from './element-head.ts';
import type { ElementEncoding, ElementHead } from './element-head.ts';
import type { DatasetParser, FeedState } from './dataset-feed.ts';
import type { Segment, StoredElement } from './header-elements.ts';
import { findVR } from './keywords.ts';

const MAXIMUM_VALUE_BYTES = 64 * 1024;
const MAXIMUM_DEPTH = 64;

// What an element without a value costs, so that a great many of them reach maximumBytes too.
const ELEMENT_BYTES = 128;

const NO_BYTES = Buffer.alloc(0);

/** An open value of undefined length: a sequence (or encapsulated fragments), or an item in one. */
interface Container {
  kind: 'sequence' | 'item';
  encoding: ElementEncoding;
}

/** The structure of a dataset as far as it was parsed. Holds copies of what it keeps, and no bytes it was given. */
export class HeaderParser implements DatasetParser {
  /** The elements of the top level, in their order; of one that comes twice the first. */
  readonly elements = new Map<number, StoredElement>();
  neededBytes = 0;
  skipBytes = 0;
  lastTag = 0;
  state: FeedState = 'more';
  failure: string | undefined;
  readonly #encoding: ElementEncoding;
  readonly #untilTag: number;
  readonly #maximumBytes: number;
  readonly #open: Container[] = [];
  #keptBytes = 0;

  constructor(encoding: ElementEncoding, untilTag: number, maximumBytes: number) {
    this.#encoding = encoding;
    this.#untilTag = untilTag;
    this.#maximumBytes = maximumBytes;
  }

  get isOutsideSequences(): boolean {
    return this.#open.length === 0;
  }

  parse(bytes: Buffer): number {
    let offset = 0;
    let segment: Segment | undefined;
    let segmentOffset = 0;
    while (offset < bytes.length && this.state === 'more') {
      const container = this.#open.at(-1);
      const head = parseElementHead(bytes, offset, container?.encoding ?? this.#encoding);
      if (typeof head === 'number') {
        this.neededBytes = head;
        break;
      }
      const valueOffset = offset + head.headLength;
      this.lastTag = head.tag;
      if (container === undefined && this.#isWanted(head)) {
        const end = valueOffset + head.length;
        if (end > bytes.length) {
          this.neededBytes = end - offset;
          break;
        }
        if (segment === undefined) {
          segment = { bytes: NO_BYTES };
          segmentOffset = offset;
        }
        this.#keep(head, segment, valueOffset - segmentOffset);
        offset = end;
      } else {
        keepSegment(segment, bytes, segmentOffset, offset);
        segment = undefined;
        this.#enter(head, container);
        offset = Math.min(valueOffset + this.skipBytes, bytes.length);
        this.skipBytes -= offset - valueOffset;
      }
    }
    keepSegment(segment, bytes, segmentOffset, offset);
    return offset;
  }

  fail(failure: string): void {
    this.state = 'failed';
    this.failure = failure;
  }

  #isWanted(head: ElementHead): boolean {
    return head.length <= MAXIMUM_VALUE_BYTES && head.vr !== 'SQ' && head.tag < this.#untilTag && !isItemTag(head.tag);
  }

  #keep({ tag, vr, length }: ElementHead, segment: Segment | undefined, offset: number): void {
    this.#keptBytes += segment === undefined ? ELEMENT_BYTES : ELEMENT_BYTES + length;
    if (this.#keptBytes > this.#maximumBytes) {
      this.fail(`has more than ${this.#maximumBytes} bytes of elements before ${formatTag(this.#untilTag)}`);
    } else if (!this.elements.has(tag)) {
      const known = vr === undefined || vr === 'UN' ? (findVR(tag) ?? 'UN') : vr;
      this.elements.set(tag, { tag, vr: known, length, segment, offset });
    }
  }

  /** Goes past a head whose value is not kept: into it where its length is undefined, else sets the bytes to skip. */
  #enter(head: ElementHead, container: Container | undefined): void {
    if (container?.kind === 'sequence') this.#enterSequence(head, container);
    else if (container?.kind === 'item' && head.tag === ITEM_DELIMITATION) this.#open.pop();
    else if (container === undefined && isStrayDelimitation(head)) return;
    else if (isItemTag(head.tag)) this.fail(`has ${formatTag(head.tag)} where an element should be`);
    else this.#enterElement(head, container);
  }

  #enterSequence(head: ElementHead, container: Container): void {
    if (head.tag === SEQUENCE_DELIMITATION) this.#open.pop();
    else if (head.tag !== ITEM) this.fail(`has ${formatTag(head.tag)} where an item should be`);
    else if (head.length === UNDEFINED_LENGTH) this.#descend({ kind: 'item', encoding: container.encoding });
    else this.skipBytes = head.length;
  }

  #enterElement(head: ElementHead, container: Container | undefined): void {
    if (container === undefined) {
      this.#keep(head, undefined, 0);
      if (this.state === 'more' && head.tag >= this.#untilTag) this.state = 'complete';
    }
    if (this.state !== 'more') return;
    if (head.length !== UNDEFINED_LENGTH) {
      this.skipBytes = head.length;
    } else {
      // A value of unknown VR is implicit VR little endian inside, whatever is around it (PS3.5 section 6.2.2).
      const isUnknown = head.vr === 'UN' || head.vr === undefined;
      const outside = container?.encoding ?? this.#encoding;
      this.#descend({ kind: 'sequence', encoding: isUnknown ? IMPLICIT_LITTLE_ENDIAN : outside });
    }
  }

  #descend(container: Container): void {
    if (this.#open.length >= MAXIMUM_DEPTH) this.fail(`nests more than ${MAXIMUM_DEPTH} deep`);
    else this.#open.push(container);
  }
}

// One copy for many values: a view would hold the whole chunk in memory, and whoever sends the chunks would decide how
// much memory that is.
function keepSegment(segment: Segment | undefined, bytes: Buffer, start: number, end: number): void {
  if (segment !== undefined) segment.bytes = Buffer.from(bytes.subarray(start, end));
}

// Some writers end a sequence of defined length with a delimitation too; it has no meaning and no value.
function isStrayDelimitation(head: ElementHead): boolean {
  return (head.tag === ITEM_DELIMITATION || head.tag === SEQUENCE_DELIMITATION) && head.length === 0;
}
