// Finds the references to instances that stand in the sequences of a dataset, at whatever depth (PS3.3 section 10.8,
// SOP Instance Reference Macro). Never recurses, and looks at a bounded number of elements: what is nested or long
// without end fails, it does not exhaust the stack, the memory or anybody's patience.

import type { DatasetParser, FeedState } from './dataset-feed.ts';
import {
  IMPLICIT_LITTLE_ENDIAN, ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH,
  formatTag, isItemTag, parseElementHead,
} from './element-head.ts';
import type { ElementEncoding, ElementHead } from './element-head.ts';
import { tagOf } from './keywords.ts';
import { trimPadding } from './padding.ts';
import type { VR } from './value-representation.ts';

const MAXIMUM_DEPTH = 64;
/** A segmentation of ten thousand frames has a million. */
const MAXIMUM_ELEMENTS = 5_000_000;
const MAXIMUM_REFERENCES = 500_000;
/** A UID has 64 characters. */
const MAXIMUM_UID_BYTES = 128;

/** An instance that a dataset names. */
export interface InstanceReference {
  /** Empty where the reference has none. */
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  /** Of the nearest item around it that names a study; undefined where none does. */
  readonly StudyInstanceUID: string | undefined;
  /** Tag of the sequence that it stands in. */
  readonly sequence: number;
}

interface FoundReference extends InstanceReference {
  StudyInstanceUID: string | undefined;
}

const UID_TAGS = {
  SOPClassUID: tagOf('ReferencedSOPClassUID'),
  SOPInstanceUID: tagOf('ReferencedSOPInstanceUID'),
  StudyInstanceUID: tagOf('StudyInstanceUID'),
} as const;
const UID_BY_TAG = new Map(Object.entries(UID_TAGS).map(([name, tag]) => [tag, name as keyof typeof UID_TAGS]));

/** An open value that consists of others. */
interface Container {
  readonly kind: 'sequence' | 'item' | 'fragments';
  readonly encoding: ElementEncoding;
  /** Where it ends, in bytes from the start of the dataset; undefined where a delimitation ends it. */
  readonly end: number | undefined;
  /** Tag of the sequence. */
  readonly sequence: number;
  /** How many references had been found when it began. */
  readonly before: number;
  /** Of an item: the UIDs in it. */
  readonly uids: { -readonly [Name in keyof typeof UID_TAGS]?: string };
}

export class ReferenceParser implements DatasetParser {
  readonly references: FoundReference[] = [];
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
      const uid = uidIn(head, container);
      const valueOffset = offset + head.headLength;
      if (uid !== undefined && valueOffset + head.length > bytes.length) {
        this.neededBytes = head.headLength + head.length;
        break;
      }
      if (uid !== undefined && container !== undefined) {
        container.uids[uid] = trimPadding(bytes.toString('latin1', valueOffset, valueOffset + head.length));
      }
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

  /** Goes past a head: into what follows, or sets the bytes to skip. */
  #pass(head: ElementHead, container: Container | undefined): void {
    this.lastTag = head.tag;
    this.#elements += 1;
    this.#position += head.headLength;
    if (this.#elements > MAXIMUM_ELEMENTS) return this.fail(`has more than ${MAXIMUM_ELEMENTS} elements`);
    if (isItemTag(head.tag)) this.#passItem(head, container);
    else if (container === undefined || container.kind === 'item') this.#passElement(head, container);
    else this.fail(`has ${formatTag(head.tag)} where an item should be`);
    this.#position += this.skipBytes;
    this.#closeEnded();
  }

  #passItem({ tag, length }: ElementHead, container: Container | undefined): void {
    const isInside = container !== undefined && container.kind !== 'item';
    if (tag === ITEM && container?.kind === 'sequence') {
      this.#descend('item', container.encoding, length, container.sequence);
    } else if (tag === ITEM && container?.kind === 'fragments' && length !== UNDEFINED_LENGTH) {
      this.skipBytes = length;
    } else if (tag === SEQUENCE_DELIMITATION && isInside && container.end === undefined) {
      this.#open.pop();
    } else if (tag === ITEM_DELIMITATION && container?.kind === 'item' && container.end === undefined) {
      this.#closeItem(container);
    } else if (tag === ITEM || length !== 0) { // some writers end what has a length with a delimitation, too
      this.fail(`has ${formatTag(tag)} where an element should be`);
    }
  }

  #passElement({ tag, vr, length }: ElementHead, container: Container | undefined): void {
    if (container === undefined && tag >= tagOf('FloatPixelData')) {
      this.state = 'complete';
      return;
    }
    const isUnknown = vr === undefined || vr === 'UN';
    const outside = container?.encoding ?? this.#encoding;
    // A value of VR UN is implicit VR little endian inside, whatever is around it (PS3.5 section 6.2.2).
    const inside = vr === 'UN' ? IMPLICIT_LITTLE_ENDIAN : outside;
    if (vr === 'SQ' || (isUnknown && (length === UNDEFINED_LENGTH || this.#vrOf(tag) === 'SQ'))) {
      if (length > 0) this.#descend('sequence', inside, length, tag);
    } else if (length === UNDEFINED_LENGTH) {
      this.#descend('fragments', outside, length, tag);
    } else {
      this.skipBytes = length;
    }
  }

  #descend(kind: Container['kind'], encoding: ElementEncoding, length: number, sequence: number): void {
    if (this.#open.length >= MAXIMUM_DEPTH) return this.fail(`nests more than ${MAXIMUM_DEPTH} deep`);
    const end = length === UNDEFINED_LENGTH ? undefined : this.#position + length;
    this.#open.push({ kind, encoding, end, sequence, before: this.references.length, uids: {} });
  }

  /** Those of known length whose end has come. */
  #closeEnded(): void {
    for (let container = this.#open.at(-1); container?.end !== undefined; container = this.#open.at(-1)) {
      if (this.#position < container.end || this.state !== 'more') return;
      if (this.#position > container.end) return this.fail(`has ${formatTag(this.lastTag)} beyond the end of its item`);
      if (container.kind === 'item') this.#closeItem(container);
      else this.#open.pop();
    }
  }

  /** What is in an item may come before the study that the item names. */
  #closeItem({ uids, before, sequence }: Container): void {
    this.#open.pop();
    const { SOPInstanceUID = '', SOPClassUID = '', StudyInstanceUID } = uids;
    if (SOPInstanceUID !== '') this.references.push({ SOPClassUID, SOPInstanceUID, StudyInstanceUID, sequence });
    if (this.references.length > MAXIMUM_REFERENCES) this.fail(`has more than ${MAXIMUM_REFERENCES} references`);
    if (StudyInstanceUID === undefined) return;
    for (let place = before; place < this.references.length; place += 1) {
      const reference = this.references[place];
      if (reference !== undefined) reference.StudyInstanceUID ??= StudyInstanceUID;
    }
  }
}

/** Which of the UIDs that are looked for an element holds. */
function uidIn({ tag, length }: ElementHead, container: Container | undefined): keyof typeof UID_TAGS | undefined {
  return container?.kind === 'item' && length <= MAXIMUM_UID_BYTES ? UID_BY_TAG.get(tag) : undefined;
}
