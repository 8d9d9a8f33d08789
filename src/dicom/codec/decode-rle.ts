// RLE frames (PS3.5 annex G): a segment for each byte of each sample, the most significant one first, each packed.
//
// Not by the library: it fills up with zeros what a frame that is cut off lacks, and nobody would see it.

import { frameBytes, type ImageFormat, type Undecodable } from './image-format.ts';

const HEADER_BYTES = 64;
const MOST_SEGMENTS = 15;
/** Of a run that stands for nothing. */
const NOTHING = 128;

/** In the order that PlanarConfiguration tells. */
export function decodeRle(frame: Buffer, format: ImageFormat): Buffer | Undecodable {
  const { SamplesPerPixel, BitsAllocated, Rows, Columns, PlanarConfiguration } = format;
  const sampleBytes = BitsAllocated / 8;
  const pixels = Rows * Columns;
  const offsets = readOffsets(frame, SamplesPerPixel * sampleBytes);
  if ('undecodable' in offsets) return offsets;
  const decoded = Buffer.allocUnsafe(frameBytes(format));
  const isPlanar = SamplesPerPixel > 1 && PlanarConfiguration === 1;
  const step = isPlanar ? sampleBytes : sampleBytes * SamplesPerPixel;
  for (const [index, { start, end }] of offsets.entries()) {
    const sample = Math.floor(index / sampleBytes);
    const byte = sampleBytes - 1 - index % sampleBytes; // of a little endian word
    const first = sample * sampleBytes * (isPlanar ? pixels : 1) + byte;
    if (!unpack(frame.subarray(start, end), decoded, first, step, pixels)) {
      return { undecodable: `has an RLE frame whose segment ${index + 1} ends before its ${pixels} pixels do` };
    }
  }
  return decoded;
}

interface Segment {
  readonly start: number;
  readonly end: number;
}

function readOffsets(frame: Buffer, expected: number): readonly Segment[] | Undecodable {
  if (frame.length < HEADER_BYTES) return { undecodable: `has an RLE frame of ${frame.length} bytes` };
  const count = frame.readUInt32LE(0);
  if (count !== expected || count > MOST_SEGMENTS) {
    return { undecodable: `has an RLE frame of ${count} segments where its attributes say ${expected}` };
  }
  const starts = Array.from({ length: count }, (_, index) => frame.readUInt32LE(4 * (index + 1)));
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? frame.length }));
}

/** Writes every `step`-th byte from `first` on. @returns whether the segment has as many as are wanted */
function unpack(segment: Buffer, to: Buffer, first: number, step: number, wanted: number): boolean {
  let written = 0;
  let place = first;
  for (let offset = 0; written < wanted && offset < segment.length; ) {
    const code = segment[offset] ?? 0;
    offset += 1;
    if (code === NOTHING) continue;
    const isRun = code > NOTHING;
    const length = isRun ? 257 - code : code + 1;
    if (offset + (isRun ? 1 : length) > segment.length) return false;
    for (let index = 0; index < length && written < wanted; index += 1) {
      to[place] = segment[isRun ? offset : offset + index] ?? 0;
      place += step;
      written += 1;
    }
    offset += isRun ? 1 : length;
  }
  return written === wanted;
}
