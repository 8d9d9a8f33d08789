// What a compressed frame says of itself, in front: JPEG (ITU-T T.81 section B.2), JPEG-LS (T.87 annex C) and JPEG 2000
// (T.800 annex A). Looked at before a frame is decoded, because a decoder believes it: a few bytes may stand for an
// image of gigabytes, or for another one than the attributes describe.

import type { ImageFormat, Undecodable } from './image-format.ts';

export interface Codestream {
  readonly Rows: number;
  readonly Columns: number;
  readonly SamplesPerPixel: number;
  /** Bits of a sample. */
  readonly precision: number;
  /** Samples come plane by plane, not pixel by pixel. */
  readonly isPlanar: boolean;
  /** JPEG 2000: the samples are transformed into others, which decoding undoes. */
  readonly isTransformed: boolean;
}

const START_OF_IMAGE = 0xffd8;
const START_OF_SCAN = 0xda;
const JPEG_2000_START = 0xff4f;
const SIZE = 0x51;
const CODING_STYLE = 0x52;
/** Up to the first component's precision. */
const SIZE_BYTES = 37;

const JPEG_LS_FRAME = 0xf7;
/** SOF0 to SOF15 but for DHT, JPG and DAC, which have numbers among them; and SOF55. */
const FRAME_MARKERS: ReadonlySet<number> = new Set(
  [0xc0, 0xc1, 0xc2, 0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, JPEG_LS_FRAME],
);

/** Of JPEG and of JPEG 2000. */
const END = 0xffd9;

/** @returns why it is none, or none of a kind that fits the image, or not all of one */
export function readCodestream(frame: Buffer, format: ImageFormat): Codestream | Undecodable {
  if (!isWhole(frame)) return { undecodable: 'has a frame that is cut off: its codestream does not end' };
  const codestream = isAt(frame, START_OF_IMAGE) ? readJpeg(frame) : readJpeg2000(frame);
  if (codestream === undefined) return { undecodable: 'has a frame that is no JPEG codestream' };
  const { Rows, Columns, SamplesPerPixel, precision } = codestream;
  if (Rows !== format.Rows || Columns !== format.Columns || SamplesPerPixel !== format.SamplesPerPixel) {
    const [own, described] = [codestream, format].map((one) => `${one.Columns}x${one.Rows}x${one.SamplesPerPixel}`);
    return { undecodable: `has a frame of ${own} samples where its attributes say ${described}` };
  }
  if (precision > format.BitsAllocated) {
    return { undecodable: `has a frame of ${precision} bits a sample in ${format.BitsAllocated} bits` };
  }
  return codestream;
}

/**
 * Whether it has its end, behind which a byte may make it even, and others be zeros. Decoders make up what is missing
 * of one that has none.
 */
function isWhole(frame: Buffer): boolean {
  let end = frame.length;
  while (end > 0 && frame[end - 1] === 0) end -= 1;
  return [end, end - 1].some((at) => at >= 2 && frame.readUInt16BE(at - 2) === END);
}

function isAt(frame: Buffer, marker: number): boolean {
  return frame.length >= 2 && frame.readUInt16BE(0) === marker;
}

interface Segment {
  readonly marker: number;
  readonly content: Buffer;
}

/** The marker segments in front. */
function* segmentsOf(frame: Buffer): Generator<Segment, void> {
  for (let offset = 2; offset + 4 <= frame.length; ) {
    if (frame[offset] !== 0xff) return;
    const marker = frame.readUInt8(offset + 1);
    if (marker === 0xff) { // fill byte
      offset += 1;
      continue;
    }
    const end = offset + 2 + frame.readUInt16BE(offset + 2);
    if (end < offset + 4 || end > frame.length) return;
    yield { marker, content: frame.subarray(offset + 4, end) };
    offset = end;
  }
}

function readJpeg(frame: Buffer): Codestream | undefined {
  let header: Segment | undefined;
  for (const segment of segmentsOf(frame)) {
    if (FRAME_MARKERS.has(segment.marker) && segment.content.length >= 6) header = segment;
    if (segment.marker !== START_OF_SCAN || header === undefined || segment.content.length < 1) continue;
    const [precision, Rows, Columns, SamplesPerPixel] = [
      header.content.readUInt8(0), header.content.readUInt16BE(1), header.content.readUInt16BE(3),
      header.content.readUInt8(5),
    ];
    // Of a JPEG-LS whose scans have one component each, the planes come one behind the other.
    const isPlanar = header.marker === JPEG_LS_FRAME && segment.content.readUInt8(0) < SamplesPerPixel;
    return { precision, Rows, Columns, SamplesPerPixel, isPlanar, isTransformed: false };
  }
  return undefined;
}

function readJpeg2000(frame: Buffer): Codestream | undefined {
  if (!isAt(frame, JPEG_2000_START)) return undefined;
  let size: Buffer | undefined;
  for (const { marker, content } of segmentsOf(frame)) {
    if (marker === SIZE && content.length >= SIZE_BYTES) size = content;
    if (marker === CODING_STYLE && content.length >= 5 && size !== undefined) {
      const SamplesPerPixel = size.readUInt16BE(34);
      return {
        Columns: size.readUInt32BE(2) - size.readUInt32BE(10), Rows: size.readUInt32BE(6) - size.readUInt32BE(14),
        SamplesPerPixel, precision: (size.readUInt8(36) & 0x7f) + 1, isPlanar: false,
        isTransformed: content.readUInt8(4) === 1,
      };
    }
  }
  return undefined;
}
