// Studies of a few small instances for the end-to-end tests, with what each test wants to be special about them.

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { createUID } from '../../src/dicom/new-uid.ts';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
export const SECONDARY_CAPTURE_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.7';
export const BASIC_TEXT_SR_STORAGE = '1.2.840.10008.5.1.4.1.1.88.11';
export const VERIFICATION = '1.2.840.10008.1.1';

/** Rows and columns of each image. */
const SIDE = 16;

export interface SmallSeries {
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUIDs: readonly string[];
  readonly files: readonly string[];
}

export interface SmallStudy {
  readonly folder: string;
  readonly StudyInstanceUID: string;
  readonly PatientID: string;
  readonly AccessionNumber: string;
  readonly series: readonly SmallSeries[];
  readonly files: readonly string[];
}

/** Writes a CT study of new UIDs, one file an instance, below a folder that is made where absent. */
export async function writeSmallStudy(
  folder: string, { series = 1, instances = 2 }: { readonly series?: number; readonly instances?: number } = {},
): Promise<SmallStudy> {
  const study = { StudyInstanceUID: createUID(), PatientID: 'P-4711', AccessionNumber: 'A-0815' };
  await mkdir(folder, { recursive: true });
  const written: SmallSeries[] = [];
  for (let SeriesNumber = 1; SeriesNumber <= series; SeriesNumber += 1) {
    const SeriesInstanceUID = createUID();
    const SOPInstanceUIDs = Array.from({ length: instances }, () => createUID());
    const files: string[] = [];
    for (const [index, SOPInstanceUID] of SOPInstanceUIDs.entries()) {
      const file = join(folder, `${SeriesNumber}-${index + 1}.dcm`);
      await writeImage(file, { ...study, SeriesInstanceUID, SeriesNumber, SOPInstanceUID, InstanceNumber: index + 1 });
      files.push(file);
    }
    written.push({ SeriesInstanceUID, SOPInstanceUIDs, files });
  }
  return { folder, ...study, series: written, files: written.flatMap(({ files }) => files) };
}

/** Writes an image of noise; `elements` go over what every one has. */
export async function writeImage(file: string, elements: Dataset): Promise<void> {
  await writePart10(file, {
    SOPClassUID: CT_IMAGE_STORAGE,
    PatientName: 'Doe^Jane',
    StudyDate: '20260105',
    StudyTime: '083000',
    Modality: 'CT',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: SIDE,
    Columns: SIDE,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    PixelData: randomBytes(SIDE * SIDE * 2),
    ...elements,
  });
}

/** Writes what a core could put out for a study: an image of a new series, unless `elements` say otherwise. */
export async function writeResult(
  file: string, { StudyInstanceUID, PatientID }: SmallStudy, elements: Dataset = {},
): Promise<string> {
  const SOPInstanceUID = createUID();
  await writeImage(file, {
    SOPClassUID: SECONDARY_CAPTURE_IMAGE_STORAGE, Modality: 'OT', StudyInstanceUID, PatientID,
    SeriesInstanceUID: createUID(), SOPInstanceUID, ...elements,
  });
  return SOPInstanceUID;
}
