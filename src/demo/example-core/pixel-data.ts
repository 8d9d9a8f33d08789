// Reads the pixels of one instance as numbers: uncompressed, one sample a pixel, 8 or 16 bits, signed or not, with the
// rescale of PS3.3 section C.11.1 applied. What it cannot read is a reason, never an exception or a guess.

import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import {
  IMPLICIT_LITTLE_ENDIAN,
  ITEM_DELIMITATION,
  parseElementHead,
  SEQUENCE_DELIMITATION,
  UNDEFINED_LENGTH,
  type ElementEncoding,
} from '../../dicom/element-head.ts';
import { readFileMeta } from '../../dicom/file-meta.ts';
import type { Header } from '../../dicom/header.ts';
import { transferSyntax } from '../../dicom/transfer-syntaxes.ts';

const PIXEL_DATA = 0x7fe00010;

/** One frame; values row by row, rescaled. */
export type Frame = { readonly Rows: number; readonly Columns: number; readonly values: Float32Array };

export type NotMeasurable = { readonly notMeasurable: string };

type PixelLayout = {
  readonly Rows: number;
  readonly Columns: number;
  readonly NumberOfFrames: number;
  readonly bytesPerSample: 1 | 2;
  /** Stored bits above HighBit or below are not part of the value, PS3.5 section 8.1.1. */
  readonly BitsStored: number;
  readonly HighBit: number;
  readonly signed: boolean;
  readonly slope: number;
  readonly intercept: number;
};

/** All frames of the instance at `path`, whose header is given. File system errors are thrown. */
export async function readFrames(path: string, header: Header): Promise<Frame[] | NotMeasurable> {
  const layout = parseLayout(header);
  if ('notMeasurable' in layout) return layout;
  const meta = await readFileMeta(path);
  if ('notDicom' in meta) return { notMeasurable: `${basename(path)} ${meta.notDicom}` };
  const syntax = transferSyntax(meta.TransferSyntaxUID);
  if (syntax.encapsulated || syntax.deflated || !syntax.littleEndian) {
    return { notMeasurable: `transfer syntax ${syntax.name} is not supported, only uncompressed little endian is` };
  }
  const bytes = await readFile(path);
  const pixelData = findPixelData(bytes, meta.datasetOffset, syntax);
  if (pixelData === undefined) return { notMeasurable: `${basename(path)} holds no pixel data` };
  const frameBytes = layout.Rows * layout.Columns * layout.bytesPerSample;
  const needed = frameBytes * layout.NumberOfFrames;
  if (pixelData.length < needed) {
    return { notMeasurable: `pixel data of ${basename(path)} is truncated: ${pixelData.length} of ${needed} bytes` };
  }
  return Array.from({ length: layout.NumberOfFrames }, (_, index) => ({
    Rows: layout.Rows,
    Columns: layout.Columns,
    values: rescaledValues(pixelData.subarray(index * frameBytes, (index + 1) * frameBytes), layout),
  }));
}

function parseLayout(header: Header): PixelLayout | NotMeasurable {
  const Rows = header.number('Rows') ?? 0;
  const Columns = header.number('Columns') ?? 0;
  if (!(Rows > 0 && Columns > 0)) return { notMeasurable: 'it holds no images' };
  const SamplesPerPixel = header.number('SamplesPerPixel') ?? 1;
  const photometric = header.text('PhotometricInterpretation') ?? '';
  if (SamplesPerPixel !== 1 || !/^MONOCHROME[12]$/.test(photometric)) {
    return { notMeasurable: `photometric interpretation ${photometric || 'unknown'} is not supported, only grey is` };
  }
  const BitsAllocated = header.number('BitsAllocated') ?? 0;
  const BitsStored = header.number('BitsStored') ?? BitsAllocated;
  const HighBit = header.number('HighBit') ?? BitsStored - 1;
  if (BitsAllocated !== 8 && BitsAllocated !== 16) {
    return { notMeasurable: `${BitsAllocated} bits allocated are not supported, only 8 and 16 are` };
  }
  if (BitsStored < 1 || BitsStored > HighBit + 1 || HighBit >= BitsAllocated) {
    return { notMeasurable: `${BitsStored} bits stored up to bit ${HighBit} do not fit in ${BitsAllocated}` };
  }
  return {
    Rows,
    Columns,
    NumberOfFrames: Math.max(1, header.number('NumberOfFrames') ?? 1),
    bytesPerSample: BitsAllocated === 8 ? 1 : 2,
    BitsStored,
    HighBit,
    signed: header.number('PixelRepresentation') === 1,
    slope: header.number('RescaleSlope') ?? 1,
    intercept: header.number('RescaleIntercept') ?? 0,
  };
}

function rescaledValues(bytes: Buffer, layout: PixelLayout): Float32Array {
  const { bytesPerSample, BitsStored, HighBit, signed, slope, intercept } = layout;
  const values = new Float32Array(bytes.length / bytesPerSample);
  // Shifting the value's highest bit to bit 31 and back drops what lies above it and extends its sign.
  const up = 31 - HighBit;
  const down = 32 - BitsStored;
  for (let index = 0; index < values.length; index += 1) {
    const word = bytesPerSample === 1 ? bytes[index]! : bytes[2 * index]! | (bytes[2 * index + 1]! << 8);
    const stored = signed ? (word << up) >> down : (word << up) >>> down;
    values[index] = stored * slope + intercept;
  }
  return values;
}

/** The value of PixelData at the top level of the dataset, cut at the end of the file. */
function findPixelData(bytes: Buffer, datasetOffset: number, encoding: ElementEncoding): Buffer | undefined {
  let offset = datasetOffset;
  for (;;) {
    const head = parseElementHead(bytes, offset, encoding);
    if (typeof head === 'number') return undefined;
    const valueOffset = offset + head.headLength;
    if (head.tag === PIXEL_DATA) {
      return head.length === UNDEFINED_LENGTH ? undefined : bytes.subarray(valueOffset, valueOffset + head.length);
    }
    offset =
      head.length === UNDEFINED_LENGTH
        ? endOfUndefined(bytes, valueOffset, head.vr === 'UN' ? IMPLICIT_LITTLE_ENDIAN : encoding)
        : valueOffset + head.length;
  }
}

/** Where a sequence or item of undefined length ends; the end of the bytes where it never does. PS3.5 section 7.5. */
function endOfUndefined(bytes: Buffer, start: number, encoding: ElementEncoding): number {
  let offset = start;
  let depth = 1;
  while (depth > 0) {
    const head = parseElementHead(bytes, offset, encoding);
    if (typeof head === 'number') return bytes.length;
    offset += head.headLength;
    if (head.tag === ITEM_DELIMITATION || head.tag === SEQUENCE_DELIMITATION) depth -= 1;
    else if (head.length === UNDEFINED_LENGTH) depth += 1;
    else offset += head.length;
  }
  return offset;
}
