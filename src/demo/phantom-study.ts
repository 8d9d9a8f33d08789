// Writes a chest-abdomen CT study of a fictitious patient: real DICOM files to show and test the station with, made
// here, so that no hospital's images and no download are needed.
//
// Two localizers, a native and a contrast-enhanced axial series and a coronal reformat, with different and known noise.
// Nothing in it comes from a person, and each image says so (SyntheticData, PS3.3 section C.12.1).

import { randomInt } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createUID, deriveUID } from '../dicom/new-uid.ts';
import { writePart10 } from '../dicom/write.ts';
import { acquireImage } from './phantom/acquire.ts';
import { ctDataset, type SourceImage, type StudyIdentity } from './phantom/ct-dataset.ts';
import { createGaussian, type Gaussian } from './phantom/random.ts';
import { SERIES_PLANS, type SeriesPlan } from './phantom/series-plan.ts';

export type PhantomOptions = {
  /** The same seed gives the same study, byte for byte; without one everything that identifies it is new. */
  readonly seed?: number;
  readonly PatientID?: string;
  readonly PatientName?: string;
  readonly AccessionNumber?: string;
  /** When the study begins; now, or a fixed instant where there is a seed. */
  readonly startedAt?: Date;
};

export type PhantomSeries = {
  readonly key: SeriesPlan['key'];
  readonly SeriesInstanceUID: string;
  readonly SeriesNumber: number;
  readonly SeriesDescription: string;
  /** Standard deviation of the noise that was put in, Hounsfield units. */
  readonly noiseHounsfield: number;
  /** In the order of InstanceNumber. */
  readonly files: readonly string[];
};

export type PhantomStudy = {
  readonly StudyInstanceUID: string;
  readonly PatientID: string;
  readonly PatientName: string;
  readonly AccessionNumber: string;
  readonly files: readonly string[];
  readonly series: readonly PhantomSeries[];
};

type NameUID = (name: string) => string;

/**
 * Writes the study below `directory`, which is made where absent: 48 files of `<SeriesNumber>-<InstanceNumber>.dcm`,
 * about 13 MB, explicit VR little endian. File system errors are thrown; files written before stay.
 */
export async function writePhantomStudy(directory: string, options: PhantomOptions = {}): Promise<PhantomStudy> {
  const seed = options.seed ?? randomInt(2 ** 32);
  const nameUID: NameUID = options.seed === undefined ? createUID : (name) => deriveUID(`phantom ${seed} ${name}`);
  const study: StudyIdentity = {
    PatientID: options.PatientID ?? 'DTS-PHANTOM',
    PatientName: options.PatientName ?? 'Phantom^Petra',
    AccessionNumber: options.AccessionNumber ?? `PH${seed.toString(16).toUpperCase()}`,
    StudyInstanceUID: nameUID('study'),
    FrameOfReferenceUID: nameUID('frame of reference'),
    startedAt: options.startedAt ?? (options.seed === undefined ? new Date() : new Date('2026-01-05T08:30:00Z')),
  };
  const gaussian = createGaussian(seed);

  await mkdir(directory, { recursive: true });
  const series: PhantomSeries[] = [];
  const contrastImages: SourceImage[] = [];
  for (const plan of SERIES_PLANS) {
    const SOPInstanceUIDs = plan.images.map((_, index) => nameUID(`${plan.key} ${index}`));
    if (plan.key === 'contrast') contrastImages.push(...SOPInstanceUIDs.map((SOPInstanceUID) => ({ SOPInstanceUID })));
    const sources = plan.key === 'coronal' ? contrastImages : [];
    series.push(await writeSeries(directory, study, plan, nameUID(plan.key), SOPInstanceUIDs, sources, gaussian));
  }
  const { StudyInstanceUID, PatientID, PatientName, AccessionNumber } = study;
  const files = series.flatMap((one) => one.files);
  return { StudyInstanceUID, PatientID, PatientName, AccessionNumber, files, series };
}

async function writeSeries(
  directory: string,
  study: StudyIdentity,
  plan: SeriesPlan,
  SeriesInstanceUID: string,
  SOPInstanceUIDs: readonly string[],
  sources: readonly SourceImage[],
  gaussian: Gaussian,
): Promise<PhantomSeries> {
  const files: string[] = [];
  for (const [index, image] of plan.images.entries()) {
    const InstanceNumber = index + 1;
    const file = join(directory, `${plan.SeriesNumber}-${String(InstanceNumber).padStart(3, '0')}.dcm`);
    const identifiers = { SeriesInstanceUID, SOPInstanceUID: SOPInstanceUIDs[index]!, InstanceNumber };
    const dataset = ctDataset(study, plan, image, identifiers, sources);
    await writePart10(file, { ...dataset, PixelData: acquireImage(plan, image, gaussian) });
    files.push(file);
  }
  const { key, SeriesNumber, SeriesDescription, noiseHounsfield } = plan;
  return { key, SeriesInstanceUID, SeriesNumber, SeriesDescription, noiseHounsfield, files };
}
