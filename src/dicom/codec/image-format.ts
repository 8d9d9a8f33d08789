// What the attributes of an image say of its pixels (PS3.3 section C.7.6.3): all that is needed to know how many bytes
// they take, and to hold a compressed frame against it.

import { tagOf } from '../keywords.ts';
import type { DataSet } from '../tree/data-set.ts';
import { numbers, text } from '../tree/values-of.ts';

/** Why pixels cannot be decoded, as an ending to "the image …". */
export interface Undecodable {
  readonly undecodable: string;
}

export interface ImageFormat {
  readonly Rows: number;
  readonly Columns: number;
  readonly SamplesPerPixel: number;
  readonly BitsAllocated: number;
  readonly BitsStored: number;
  readonly PixelRepresentation: number;
  readonly PlanarConfiguration: number;
  readonly PhotometricInterpretation: string;
  readonly NumberOfFrames: number;
}

/** What a frame may take in memory. The largest of mammography and slides take a tenth of it. */
const MAXIMUM_FRAME_BYTES = 512 * 1024 * 1024;
const MAXIMUM_FRAMES = 10_000_000;

/** @param dataSet that in which the pixels stand: the instance's, or that of an icon */
export function readImageFormat(dataSet: DataSet): ImageFormat | Undecodable {
  const format: ImageFormat = {
    Rows: numbers(dataSet, tagOf('Rows'))[0] ?? 0,
    Columns: numbers(dataSet, tagOf('Columns'))[0] ?? 0,
    SamplesPerPixel: numbers(dataSet, tagOf('SamplesPerPixel'))[0] ?? 1,
    BitsAllocated: numbers(dataSet, tagOf('BitsAllocated'))[0] ?? 0,
    BitsStored: numbers(dataSet, tagOf('BitsStored'))[0] ?? numbers(dataSet, tagOf('BitsAllocated'))[0] ?? 0,
    PixelRepresentation: numbers(dataSet, tagOf('PixelRepresentation'))[0] ?? 0,
    PlanarConfiguration: numbers(dataSet, tagOf('PlanarConfiguration'))[0] ?? 0,
    PhotometricInterpretation: text(dataSet, tagOf('PhotometricInterpretation')) ?? '',
    NumberOfFrames: numbers(dataSet, tagOf('NumberOfFrames'))[0] ?? 1,
  };
  const fault = findFault(format);
  return fault === undefined ? format : { undecodable: fault };
}

export function frameBytes({ Rows, Columns, SamplesPerPixel, BitsAllocated }: ImageFormat): number {
  return Rows * Columns * SamplesPerPixel * (BitsAllocated / 8);
}

function findFault(format: ImageFormat): string | undefined {
  const { Rows, Columns, SamplesPerPixel, BitsAllocated, BitsStored, NumberOfFrames } = format;
  if (Rows < 1 || Columns < 1) return `has ${Rows} rows and ${Columns} columns`;
  if (SamplesPerPixel !== 1 && SamplesPerPixel !== 3) return `has ${SamplesPerPixel} samples per pixel`;
  if (![8, 16, 32].includes(BitsAllocated)) return `has ${BitsAllocated} bits allocated`;
  if (BitsStored < 1 || BitsStored > BitsAllocated) return `has ${BitsStored} bits stored in ${BitsAllocated}`;
  if (!Number.isInteger(NumberOfFrames) || NumberOfFrames < 1 || NumberOfFrames > MAXIMUM_FRAMES) {
    return `has ${NumberOfFrames} frames`;
  }
  if (frameBytes(format) > MAXIMUM_FRAME_BYTES) return `has frames of more than ${MAXIMUM_FRAME_BYTES} bytes`;
  return undefined;
}
