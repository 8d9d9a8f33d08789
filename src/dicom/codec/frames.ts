// Which fragments make up which frame of encapsulated PixelData (PS3.5 section A.4): by the offset tables, else by what
// the fragments begin with.

import { tagOf } from '../keywords.ts';
import type { ByteRange, DataSet } from '../tree/data-set.ts';
import type { DatasetBytes } from '../tree/dataset-bytes.ts';
import type { Undecodable } from './image-format.ts';

const CODESTREAM_STARTS: readonly number[] = [0xffd8, 0xff4f];

/** The fragments of each frame, in their order. */
export type Frames = readonly (readonly ByteRange[])[];

/**
 * @param fragments with the basic offset table in front
 * @param dataSet in which they stand, for the extended offset table
 */
export async function findFrames(
  fragments: readonly ByteRange[], count: number, dataSet: DataSet, bytes: DatasetBytes,
): Promise<Frames | Undecodable> {
  const [table, ...pieces] = fragments;
  if (table === undefined || pieces.length < count) {
    return { undecodable: `has ${pieces.length} fragments for ${count} frames` };
  }
  if (pieces.length === count) return pieces.map((piece) => [piece]);
  if (count === 1) return [pieces];
  const offsets = await readExtendedOffsets(dataSet, count, bytes) ?? await readBasicOffsets(table, count, bytes);
  const frames = (offsets === undefined ? undefined : framesAt(offsets, pieces)) ?? await framesByStart(pieces, bytes);
  if (frames.length === count) return frames;
  return { undecodable: `has ${pieces.length} fragments and does not say which make up each of ${count} frames` };
}

async function readExtendedOffsets(
  dataSet: DataSet, count: number, bytes: DatasetBytes,
): Promise<number[] | undefined> {
  const value = dataSet.get(tagOf('ExtendedOffsetTable'))?.value;
  const table = value?.kind === 'range' ? await readTable(value, count * 8, bytes) : undefined;
  const held = value?.kind === 'bytes' && value.bytes.length === count * 8 ? value.bytes : table;
  return held && Array.from({ length: count }, (_, index) => Number(held.readBigUInt64LE(index * 8)));
}

async function readBasicOffsets(range: ByteRange, count: number, bytes: DatasetBytes): Promise<number[] | undefined> {
  const table = await readTable(range, count * 4, bytes);
  return table && Array.from({ length: count }, (_, index) => table.readUInt32LE(index * 4));
}

/** Undefined where it is of another length, as an empty one is. */
async function readTable(
  { offset, length }: ByteRange, expected: number, bytes: DatasetBytes,
): Promise<Buffer | undefined> {
  if (length !== expected) return undefined;
  const table = Buffer.alloc(length);
  await bytes.read(offset, table);
  return table;
}

/** Undefined where an offset is none of a fragment. */
function framesAt(offsets: readonly number[], pieces: readonly ByteRange[]): Frames | undefined {
  const first = pieces[0]?.offset ?? 0;
  const starts = new Set(offsets.map((offset) => first + offset));
  const frames: ByteRange[][] = [];
  for (const piece of pieces) {
    if (starts.has(piece.offset)) frames.push([piece]);
    else frames.at(-1)?.push(piece);
  }
  return frames.length === offsets.length ? frames : undefined;
}

async function framesByStart(pieces: readonly ByteRange[], bytes: DatasetBytes): Promise<Frames> {
  const frames: ByteRange[][] = [];
  const start = Buffer.alloc(2);
  for (const piece of pieces) {
    const read = piece.length < start.length ? 0 : await bytes.read(piece.offset, start);
    if (frames.length === 0 || (read === start.length && CODESTREAM_STARTS.includes(start.readUInt16BE(0)))) {
      frames.push([piece]);
    } else {
      frames.at(-1)?.push(piece);
    }
  }
  return frames;
}
