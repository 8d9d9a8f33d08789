// Reads the dataset of a storage commitment request or report (PS3.4 tables J.3-1 and J.3-2), which is small and comes
// from the network: whatever stands in it ends in a value, and what it may cost is bounded by its length.

import type { CommitmentInstance, CommitmentReport, CommitmentRequest } from './commitment.ts';
import {
  formatTag, isItemTag, ITEM, parseElementHead, UNDEFINED_LENGTH, type ElementEncoding, type ElementHead,
} from './element-head.ts';
import { tagOf } from './keywords.ts';
import { trimPadding } from './padding.ts';
import { transferSyntax } from './transfer-syntaxes.ts';
import { isUID } from './uid.ts';

/** Deeper than any such dataset; what nests without end is refused. */
const MAXIMUM_DEPTH = 8;

const SEQUENCES: ReadonlySet<number> = new Set([tagOf('ReferencedSOPSequence'), tagOf('FailedSOPSequence')]);

/** Values as they lie, sequences as their items. */
type Elements = Map<number, Buffer | readonly Elements[]>;

interface Fault {
  readonly fault: string;
}

/** @param bytes of an uncompressed transfer syntax that is not deflated */
export function parseCommitmentReport(bytes: Buffer, TransferSyntaxUID: string): CommitmentReport | Fault {
  const read = readAll(bytes, TransferSyntaxUID);
  if ('fault' in read) return read;
  const { elements, encoding } = read;
  const failed = itemsOf(elements, 'FailedSOPSequence').map((item) => {
    return { ...instanceOf(item), FailureReason: numberOf(item, encoding) };
  });
  const report = {
    TransactionUID: textOf(elements, 'TransactionUID'),
    committed: itemsOf(elements, 'ReferencedSOPSequence').map(instanceOf),
    failed,
  };
  return faultOf(report.TransactionUID, [...report.committed, ...failed]) ?? report;
}

/** The same of a request. */
export function parseCommitmentRequest(bytes: Buffer, TransferSyntaxUID: string): CommitmentRequest | Fault {
  const read = readAll(bytes, TransferSyntaxUID);
  if ('fault' in read) return read;
  const instances = itemsOf(read.elements, 'ReferencedSOPSequence').map(instanceOf);
  const TransactionUID = textOf(read.elements, 'TransactionUID');
  if (instances.length === 0) return { fault: 'ReferencedSOPSequence is missing or empty' };
  return faultOf(TransactionUID, instances) ?? { TransactionUID, instances };
}

function faultOf(TransactionUID: string, instances: readonly CommitmentInstance[]): Fault | undefined {
  if (!isUID(TransactionUID)) return { fault: 'TransactionUID is missing or not a UID' };
  const wrong = instances.some(({ SOPInstanceUID }) => !isUID(SOPInstanceUID));
  return wrong ? { fault: 'a ReferencedSOPInstanceUID is missing or not a UID' } : undefined;
}

function instanceOf(item: Elements): CommitmentInstance {
  return {
    SOPClassUID: textOf(item, 'ReferencedSOPClassUID'), SOPInstanceUID: textOf(item, 'ReferencedSOPInstanceUID'),
  };
}

function itemsOf(elements: Elements, keyword: 'FailedSOPSequence' | 'ReferencedSOPSequence'): readonly Elements[] {
  const value = elements.get(tagOf(keyword));
  return value === undefined || Buffer.isBuffer(value) ? [] : value;
}

function textOf(elements: Elements, keyword: Parameters<typeof tagOf>[0]): string {
  const value = elements.get(tagOf(keyword));
  return Buffer.isBuffer(value) ? trimPadding(value.toString('latin1')) : '';
}

/** A reason that is missing or no number counts as the least that a failure says: processing failure. */
function numberOf(item: Elements, { littleEndian }: ElementEncoding): number {
  const value = item.get(tagOf('FailureReason'));
  if (!Buffer.isBuffer(value) || value.length < 2) return 0x0110;
  return littleEndian ? value.readUInt16LE() : value.readUInt16BE();
}

function readAll(
  bytes: Buffer, TransferSyntaxUID: string,
): { readonly elements: Elements; readonly encoding: ElementEncoding } | Fault {
  const encoding = transferSyntax(TransferSyntaxUID);
  const reader = new Reader(bytes, encoding);
  const elements = reader.readElements(bytes.length, 0);
  return reader.fault === undefined ? { elements, encoding } : { fault: reader.fault };
}

class Reader {
  fault: string | undefined;
  readonly #bytes: Buffer;
  readonly #encoding: ElementEncoding;
  #offset = 0;

  constructor(bytes: Buffer, encoding: ElementEncoding) {
    this.#bytes = bytes;
    this.#encoding = encoding;
  }

  /** The elements up to `end`, or to a delimitation; those of an item where `depth` is above 0. */
  readElements(end: number, depth: number): Elements {
    const elements: Elements = new Map();
    while (this.#offset < end && this.fault === undefined) {
      const head = this.#readHead(end);
      if (head === undefined || isItemTag(head.tag)) break;
      const isSequence = head.vr === 'SQ' || SEQUENCES.has(head.tag) || head.length === UNDEFINED_LENGTH;
      elements.set(head.tag, isSequence ? this.#readItems(head, end, depth + 1) : this.#readValue(head));
    }
    return elements;
  }

  #readItems({ tag, length }: ElementHead, outerEnd: number, depth: number): Elements[] {
    if (depth > MAXIMUM_DEPTH) return this.#fail(`nests more than ${MAXIMUM_DEPTH} deep`, []);
    const end = length === UNDEFINED_LENGTH ? outerEnd : this.#offset + length;
    const items: Elements[] = [];
    while (this.#offset < end && this.fault === undefined) {
      const head = this.#readHead(end);
      if (head === undefined || (isItemTag(head.tag) && head.tag !== ITEM)) break; // the sequence ends
      if (head.tag !== ITEM) return this.#fail(`has ${formatTag(head.tag)} in ${formatTag(tag)}, not an item`, items);
      items.push(this.readElements(head.length === UNDEFINED_LENGTH ? end : this.#offset + head.length, depth));
    }
    return items;
  }

  #readValue({ length }: ElementHead): Buffer {
    this.#offset += length;
    return this.#bytes.subarray(this.#offset - length, this.#offset);
  }

  /** A head whose value, where it has a length, ends before `end`. */
  #readHead(end: number): ElementHead | undefined {
    const head = parseElementHead(this.#bytes, this.#offset, this.#encoding);
    if (typeof head === 'number' || this.#offset + head.headLength > end) {
      return this.#fail(`is cut off at byte ${this.#offset}`, undefined);
    }
    this.#offset += head.headLength;
    if (head.length !== UNDEFINED_LENGTH && this.#offset + head.length > end) {
      return this.#fail(`has ${formatTag(head.tag)} beyond the end of what holds it`, undefined);
    }
    return head;
  }

  #fail<Value>(fault: string, value: Value): Value {
    this.fault ??= `the dataset ${fault}`;
    return value;
  }
}
