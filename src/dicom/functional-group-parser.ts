// Finds the attributes of a multi-frame object that stand in its functional groups (PS3.3 section C.7.6.16): those that
// all frames share, and those of the first frame. Looks into no other sequence, nowhere deeper than the attributes of a
// group, and at a bounded number of elements. Never recurses.

import type { DatasetParser, FeedState } from './dataset-feed.ts';
import {
  IMPLICIT_LITTLE_ENDIAN, ITEM, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH, formatTag, isItemTag, parseElementHead,
} from './element-head.ts';
import type { ElementEncoding, ElementHead } from './element-head.ts';
import type { StoredElement } from './header-elements.ts';
import { tagOf } from './keywords.ts';
import type { VR } from './value-representation.ts';

export const SHARED_FUNCTIONAL_GROUPS = 0x52009229;
export const PER_FRAME_FUNCTIONAL_GROUPS = 0x52009230;

const MAXIMUM_DEPTH = 64;
const MAXIMUM_ELEMENTS = 100_000;
const MAXIMUM_VALUE_BYTES = 64 * 1024;

/** What an open sequence or item is: of what is `passed`, nothing is kept. */
type Role = 'groups' | 'groups of a frame' | 'attributes' | 'passed';

interface Container {
  readonly kind: 'sequence' | 'item';
  readonly role: Role;
  readonly encoding: ElementEncoding;
  /** Where it ends, in bytes from the start of the dataset; undefined where a delimitation ends it. */
  readonly end: number | undefined;
  hasItems: boolean;
}

export class FunctionalGroupParser implements DatasetParser {
  /** Of one that comes twice the first: what is shared goes before what is of the frame. */
  readonly elements = new Map<number, StoredElement>();
  neededBytes = 0;
  skipBytes = 0;
  lastTag = 0;
  state: FeedState = 'more';
  failure: string | undefined;
  readonly #encoding: ElementEncoding;
  readonly #vrOf: (tag: number) => VR | undefined;
  readonly #open: Container[] = [];
  #position = 0;
  #elements = 0;

  /** @param vrOf the VR of the standard, for what is written without one */
  constructor(encoding: ElementEncoding, vrOf: (tag: number) => VR | undefined) {
    this.#encoding = encoding;
    this.#vrOf = vrOf;
  }

  get isOutsideSequences(): boolean {
    return this.#open.length === 0;
  }

  parse(bytes: Buffer): number {
    let offset = 0;
    while (offset < bytes.length && this.state === 'more') {
      const container = this.#open.at(-1);
      const head = parseElementHead(bytes, offset, container?.encoding ?? this.#encoding);
      if (typeof head === 'number') {
        this.neededBytes = head;
        break;
      }
      const valueOffset = offset + head.headLength;
      const isKept = container?.kind === 'item' && container.role === 'attributes' && this.#isValue(head);
      if (isKept && valueOffset + head.length > bytes.length) {
        this.neededBytes = head.headLength + head.length;
        break;
      }
      if (isKept) this.#keep(head, bytes.subarray(valueOffset, valueOffset + head.length));
      this.#pass(head, container);
      offset = Math.min(valueOffset + this.skipBytes, bytes.length);
      this.skipBytes -= offset - valueOffset;
    }
    return offset;
  }

  fail(failure: string): void {
    this.state = 'failed';
    this.failure = failure;
  }

  #isValue(head: ElementHead): boolean {
    return head.length <= MAXIMUM_VALUE_BYTES && !isItemTag(head.tag) && !this.#isSequence(head);
  }

  #isSequence({ tag, vr, length }: ElementHead): boolean {
    if (length === UNDEFINED_LENGTH || vr === 'SQ') return true;
    return (vr === undefined || vr === 'UN') && this.#vrOf(tag) === 'SQ';
  }

  #keep({ tag, vr, length }: ElementHead, value: Buffer): void {
    if (this.elements.has(tag)) return;
    const known = vr === undefined || vr === 'UN' ? (this.#vrOf(tag) ?? 'UN') : vr;
    this.elements.set(tag, { tag, vr: known, length, segment: { bytes: Buffer.from(value) }, offset: 0 });
  }

  /** Goes past a head: into what follows, or sets the bytes to skip. */
  #pass(head: ElementHead, container: Container | undefined): void {
    this.lastTag = head.tag;
    this.#elements += 1;
    this.#position += head.headLength;
    if (this.#elements > MAXIMUM_ELEMENTS) return this.fail(`has more than ${MAXIMUM_ELEMENTS} elements`);
    if (container?.kind === 'sequence') this.#passItem(head, container);
    else if (isItemTag(head.tag)) this.#closeItem(head, container);
    else this.#passElement(head, container);
    this.#position += this.skipBytes;
    this.#closeEnded();
  }

  #passItem({ tag, length }: ElementHead, sequence: Container): void {
    if (tag === SEQUENCE_DELIMITATION) {
      this.#open.pop();
    } else if (tag !== ITEM) {
      this.fail(`has ${formatTag(tag)} where an item should be`);
    } else if (sequence.role === 'groups of a frame' && sequence.hasItems) {
      this.state = 'complete'; // the second frame
    } else {
      const isFirst = !sequence.hasItems;
      sequence.hasItems = true;
      if (isFirst && sequence.role !== 'passed') this.#descend('item', sequence.role, sequence.encoding, length);
      else if (length === UNDEFINED_LENGTH) this.#descend('item', 'passed', sequence.encoding, length);
      else this.skipBytes = length;
    }
  }

  /** Some writers end what has a length with a delimitation, too; it has no meaning and no value. */
  #closeItem({ length }: ElementHead, item: Container | undefined): void {
    if (length !== 0) this.fail(`has ${formatTag(this.lastTag)} where an element should be`);
    else if (item !== undefined && item.end === undefined) this.#open.pop();
  }

  #passElement(head: ElementHead, item: Container | undefined): void {
    const { tag, vr, length } = head;
    if (item === undefined && tag >= tagOf('FloatPixelData')) {
      this.state = 'complete';
      return;
    }
    const role = this.#isSequence(head) ? roleOf(tag, item) : 'passed';
    const outside = item?.encoding ?? this.#encoding;
    // A value of VR UN is implicit VR little endian inside, whatever is around it (PS3.5 section 6.2.2).
    const inside = vr === 'UN' ? IMPLICIT_LITTLE_ENDIAN : outside;
    if (role !== 'passed' || length === UNDEFINED_LENGTH) this.#descend('sequence', role, inside, length);
    else this.skipBytes = length;
  }

  #descend(kind: Container['kind'], role: Role, encoding: ElementEncoding, length: number): void {
    if (this.#open.length >= MAXIMUM_DEPTH) return this.fail(`nests more than ${MAXIMUM_DEPTH} deep`);
    const end = length === UNDEFINED_LENGTH ? undefined : this.#position + length;
    this.#open.push({ kind, role, encoding, end, hasItems: false });
  }

  /** Those of known length whose end has come. */
  #closeEnded(): void {
    for (let container = this.#open.at(-1); container?.end !== undefined; container = this.#open.at(-1)) {
      if (this.#position < container.end || this.state !== 'more') return;
      if (this.#position > container.end) return this.fail(`has ${formatTag(this.lastTag)} beyond the end of its item`);
      this.#open.pop();
    }
  }
}

/** What a sequence is by where it stands: of the top level, in a frame's groups, or anywhere else. */
function roleOf(tag: number, item: Container | undefined): Role {
  if (item === undefined && tag === SHARED_FUNCTIONAL_GROUPS) return 'groups';
  if (item === undefined && tag === PER_FRAME_FUNCTIONAL_GROUPS) return 'groups of a frame';
  return item?.role === 'groups' || item?.role === 'groups of a frame' ? 'attributes' : 'passed';
}
