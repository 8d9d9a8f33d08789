// Images of every kind that codecs treat differently, made of numbers that look random and compress a little.

import { join } from 'node:path';
import { writePart10 } from '../../../src/dicom/write.ts';
import { makeRandom } from '../../rig/random.ts';

interface Kind {
  readonly BitsAllocated: 8 | 16;
  readonly BitsStored: number;
  readonly PixelRepresentation?: 0 | 1;
  readonly SamplesPerPixel?: 1 | 3;
  readonly PhotometricInterpretation?: string;
  readonly PlanarConfiguration?: 0 | 1;
  readonly NumberOfFrames?: number;
  readonly Rows?: number;
  readonly Columns?: number;
}

const ODD = { Rows: 17, Columns: 31 };

export const KINDS = {
  'grey 8': { BitsAllocated: 8, BitsStored: 8 },
  'grey 8, odd': { BitsAllocated: 8, BitsStored: 8, ...ODD },
  'grey 8 signed': { BitsAllocated: 8, BitsStored: 8, PixelRepresentation: 1 },
  'grey 8 in 16': { BitsAllocated: 16, BitsStored: 8 },
  'grey 10 signed': { BitsAllocated: 16, BitsStored: 10, PixelRepresentation: 1 },
  'grey 12': { BitsAllocated: 16, BitsStored: 12 },
  'grey 12 signed': { BitsAllocated: 16, BitsStored: 12, PixelRepresentation: 1 },
  'grey 16': { BitsAllocated: 16, BitsStored: 16 },
  'grey 16 signed': { BitsAllocated: 16, BitsStored: 16, PixelRepresentation: 1 },
  'frames 8, odd': { BitsAllocated: 8, BitsStored: 8, NumberOfFrames: 5, ...ODD },
  'frames 12': { BitsAllocated: 16, BitsStored: 12, NumberOfFrames: 4 },
  'colour': { BitsAllocated: 8, BitsStored: 8, SamplesPerPixel: 3 },
  'colour by plane': { BitsAllocated: 8, BitsStored: 8, SamplesPerPixel: 3, PlanarConfiguration: 1 },
  'colour 16': { BitsAllocated: 16, BitsStored: 16, SamplesPerPixel: 3 },
  'colour frames, odd': { BitsAllocated: 8, BitsStored: 8, SamplesPerPixel: 3, NumberOfFrames: 3, ...ODD },
  'YBR': { BitsAllocated: 8, BitsStored: 8, SamplesPerPixel: 3, PhotometricInterpretation: 'YBR_FULL' },
} as const satisfies Readonly<Record<string, Kind>>;

export type KindName = keyof typeof KINDS;

export const KIND_NAMES = Object.keys(KINDS) as KindName[];

const CT = '1.2.840.10008.5.1.4.1.1.2';

/** Writes the image in explicit VR little endian. @returns its file */
export async function writeImage(folder: string, name: KindName): Promise<string> {
  const kind: Kind = KINDS[name];
  const { BitsAllocated, BitsStored, SamplesPerPixel = 1, PixelRepresentation = 0, NumberOfFrames = 1 } = kind;
  const { Rows = 48, Columns = 40, PhotometricInterpretation, PlanarConfiguration = 0 } = kind;
  const number = KIND_NAMES.indexOf(name);
  const file = join(folder, `${number}.dcm`);
  await writePart10(file, {
    SOPClassUID: CT, SOPInstanceUID: `1.2.3.${number}`, StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.5',
    PatientID: 'P', PatientName: 'Test^Image', Modality: 'CT', SamplesPerPixel, Rows, Columns, BitsAllocated, BitsStored,
    PhotometricInterpretation: PhotometricInterpretation ?? (SamplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2'),
    ...SamplesPerPixel === 3 ? { PlanarConfiguration } : {},
    ...NumberOfFrames > 1 ? { NumberOfFrames } : {},
    HighBit: BitsStored - 1, PixelRepresentation,
    PixelData: samples(Rows * Columns * SamplesPerPixel * NumberOfFrames, kind, number),
  });
  return file;
}

/** Steps of a ramp with some noise, and the least and greatest values that there are. */
function samples(count: number, { BitsAllocated, BitsStored, PixelRepresentation = 0 }: Kind, seed: number): Buffer {
  const bytes = Buffer.alloc(count * BitsAllocated / 8);
  const random = makeRandom(seed + 1);
  const range = 2 ** BitsStored;
  for (let index = 0; index < count; index += 1) {
    const ramp = (Math.floor(index * 37 / 8) + Math.floor(random() * 7)) % range;
    const value = (index % 97 === 0 ? range - 1 : ramp) - (PixelRepresentation === 1 ? range / 2 : 0);
    if (BitsAllocated === 8) bytes.writeUInt8(value & 0xff, index);
    else bytes.writeUInt16LE(value & 0xffff, 2 * index);
  }
  return bytes;
}
