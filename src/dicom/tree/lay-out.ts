// Puts a data set into the order and form of a transfer syntax (PS3.5 sections 7.1 and 7.5, annex A.4): heads and short
// values as bytes, and in between what is to be streamed.

import {
  IMPLICIT_LITTLE_ENDIAN, ITEM, ITEM_DELIMITATION, SEQUENCE_DELIMITATION, UNDEFINED_LENGTH,
} from '../element-head.ts';
import type { ElementEncoding } from '../element-head.ts';
import type {
  ByteRange, DataElement, DataSet, FragmentsValue, ItemsValue, MadeValue, RangeValue, WordBytes,
} from './data-set.ts';
import { encodeHead, encodeItemHead, evenLength, WrittenLengths, writtenElements, writtenVR } from './element-form.ts';
import { findWordBytes, swapWords } from './word-bytes.ts';

/** A value that is not in memory; its words are to be turned round. */
export interface StreamedPart {
  readonly value: ByteRange | MadeValue;
  readonly wordBytes: WordBytes;
}

export type Part = Buffer | StreamedPart;

export function layOut(dataSet: DataSet, encoding: ElementEncoding): Generator<Part, void> {
  return layOutDataSet(dataSet, encoding, new WrittenLengths());
}

function* layOutDataSet(dataSet: DataSet, encoding: ElementEncoding, lengths: WrittenLengths): Generator<Part, void> {
  for (const element of writtenElements(dataSet)) {
    const { value } = element;
    if (value.kind === 'items') yield* layOutItems(element, value, encoding, lengths);
    else if (value.kind === 'fragments') yield* layOutFragments(element, value, encoding);
    else yield* layOutPlain(element, encoding);
  }
}

/** What is UN holds its items in implicit VR little endian, whatever is around it (PS3.5 section 6.2.2). */
function* layOutItems(
  { tag, vr }: DataElement, value: ItemsValue, encoding: ElementEncoding, lengths: WrittenLengths,
): Generator<Part, void> {
  const inside = vr === 'UN' ? IMPLICIT_LITTLE_ENDIAN : encoding;
  const { littleEndian, explicitVR } = inside;
  const length = lengths.ofSequence(value, explicitVR);
  yield encodeHead(tag, vr, length, encoding);
  for (const item of value.items) {
    const itemLength = lengths.ofItem(item, value, explicitVR);
    yield encodeItemHead(ITEM, itemLength, littleEndian);
    yield* layOutDataSet(item, inside, lengths);
    if (itemLength === UNDEFINED_LENGTH) yield encodeItemHead(ITEM_DELIMITATION, 0, littleEndian);
  }
  if (length === UNDEFINED_LENGTH) yield encodeItemHead(SEQUENCE_DELIMITATION, 0, littleEndian);
}

function* layOutFragments(
  { tag, vr }: DataElement, { fragments }: FragmentsValue, encoding: ElementEncoding,
): Generator<Part, void> {
  const { littleEndian } = encoding;
  yield encodeHead(tag, vr, UNDEFINED_LENGTH, encoding);
  for (const fragment of fragments) {
    yield encodeItemHead(ITEM, evenLength(fragment.length), littleEndian);
    yield { value: fragment, wordBytes: 1 };
    if (fragment.length % 2 === 1) yield Buffer.alloc(1);
  }
  yield encodeItemHead(SEQUENCE_DELIMITATION, 0, littleEndian);
}

function* layOutPlain({ tag, vr: ownVR, value }: DataElement, encoding: ElementEncoding): Generator<Part, void> {
  if (value.kind === 'items' || value.kind === 'fragments') return;
  const length = value.kind === 'bytes' ? value.bytes.length : value.length;
  const vr = encoding.explicitVR ? writtenVR(ownVR, evenLength(length)) : ownVR;
  yield encodeHead(tag, vr, evenLength(length), encoding);
  const wordBytes = encoding.littleEndian ? 1 : (findWordBytes(vr) ?? 1);
  switch (value.kind) {
    case 'bytes':
      yield turned(value.bytes, wordBytes);
      break;
    case 'range':
      yield { value, wordBytes: rangeWordBytes(value, wordBytes, encoding) };
      break;
    case 'made':
      yield { value, wordBytes };
      break;
  }
  if (length % 2 === 1) yield paddingFor(vr);
}

function turned(bytes: Buffer, wordBytes: WordBytes): Buffer {
  if (wordBytes === 1) return bytes;
  const copy = Buffer.from(bytes);
  swapWords(copy, wordBytes);
  return copy;
}

/** What lies in big endian needs no turning to go out so. */
function rangeWordBytes(value: RangeValue, wordBytes: WordBytes, { littleEndian }: ElementEncoding): WordBytes {
  if (value.wordBytes === 1) return wordBytes;
  return littleEndian ? value.wordBytes : 1;
}

const NULL_PADDED: ReadonlySet<string> = new Set(['UI', 'OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);

/** Texts end with a space (PS3.5 section 6.2). */
function paddingFor(vr: string): Buffer {
  return Buffer.from(NULL_PADDED.has(vr) || findWordBytes(vr) !== 1 ? '\0' : ' ');
}
