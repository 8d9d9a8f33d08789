// What the crash tests send through the station: studies as small as studies can be, and for each the results that its
// core puts out. Every UID is fixed, so that a step is the same step in every run.

import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { writePart10 } from '../../src/dicom/write.ts';
import type { InstanceToSend } from '../../src/network/store-scu.ts';
import { CT_IMAGE_STORAGE, describeInstance } from '../network/instances.ts';

/** Every UID begins with it. */
export const ROOT_UID = '1.2.826.0.1.3680043.10.9';
const SERIES = [1, 2];
const INSTANCES = [1, 2];
const RESULT_SERIES = 9;

/** An instance to send, and the hash of its dataset. */
export interface SentInstance extends InstanceToSend {
  readonly StudyInstanceUID: string;
  readonly datasetHash: string;
}

export interface SmallStudy {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUIDs: readonly string[];
  readonly instances: readonly SentInstance[];
  /** What its core puts out. */
  readonly results: readonly SentInstance[];
}

/** Writes a study of two series of two instances below a folder, and two results into `results/<StudyInstanceUID>`. */
export async function writeSmallStudy(folder: string, number: number): Promise<SmallStudy> {
  const StudyInstanceUID = `${ROOT_UID}.${number}`;
  const input = join(folder, 'input', StudyInstanceUID);
  const output = join(folder, 'results', StudyInstanceUID);
  await mkdir(input, { recursive: true });
  await mkdir(output, { recursive: true });
  return {
    StudyInstanceUID,
    SeriesInstanceUIDs: SERIES.map((series) => `${StudyInstanceUID}.${series}`),
    instances: (await Promise.all(SERIES.map((series) => writeSeries(input, StudyInstanceUID, series)))).flat(),
    results: await writeSeries(output, StudyInstanceUID, RESULT_SERIES),
  };
}

function writeSeries(folder: string, StudyInstanceUID: string, series: number): Promise<SentInstance[]> {
  return Promise.all(INSTANCES.map((instance) => writeSmallInstance(folder, StudyInstanceUID, series, instance)));
}

/** @param seed makes another dataset under the same UIDs */
export async function writeSmallInstance(
  folder: string, StudyInstanceUID: string, series: number, instance: number, seed = '',
): Promise<SentInstance> {
  const file = join(folder, `${series}-${instance}${seed}.dcm`);
  const SeriesInstanceUID = `${StudyInstanceUID}.${series}`;
  const SOPInstanceUID = `${SeriesInstanceUID}.${instance}`;
  await writePart10(file, {
    SOPClassUID: CT_IMAGE_STORAGE, SOPInstanceUID, StudyInstanceUID, SeriesInstanceUID,
    StudyDate: '20260105', StudyTime: '083000', Modality: 'CT', PatientID: 'CRASH', PatientName: 'Test^Crash',
    AccessionNumber: 'A1', SeriesNumber: series, InstanceNumber: instance,
    SamplesPerPixel: 1, PhotometricInterpretation: 'MONOCHROME2', Rows: 8, Columns: 8,
    BitsAllocated: 16, BitsStored: 16, HighBit: 15, PixelRepresentation: 0,
    PixelData: Buffer.alloc(128, createHash('sha512').update(SOPInstanceUID + seed).digest()),
  });
  return { ...await describeInstance(file), StudyInstanceUID, datasetHash: await hashOfDataset(file) };
}

export function hashOf(dataset: Uint8Array): string {
  return createHash('sha256').update(dataset).digest('hex');
}

/** Hash of what stands behind the file meta information, or `not DICOM: …`. */
export async function hashOfDataset(file: string): Promise<string> {
  const meta = await readFileMeta(file);
  if ('notDicom' in meta) return `not DICOM: ${meta.notDicom}`;
  return hashOf((await readFile(file)).subarray(meta.datasetOffset));
}
