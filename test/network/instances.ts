// What the tests of the sending side send, and to whom.

import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { writePart10 } from '../../src/dicom/write.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH, type Peer } from '../../src/network/peer.ts';
import {
  sendInstances, type InstanceAnswer, type InstanceToSend, type SendOutcome,
} from '../../src/network/store-scu.ts';

export const CT_IMAGE_STORAGE = '1.2.840.10008.5.1.4.1.1.2';
export const EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';

/** Real objects of many kinds; absent where only the repository is. */
export const DATA_FOLDER = fileURLToPath(new URL('../../../shared/data', import.meta.url));
export const hasDataFolder = existsSync(DATA_FOLDER);

/** An instance, and where its dataset begins in its file. */
export interface KnownInstance extends InstanceToSend {
  readonly datasetOffset: number;
}

/** A peer on this machine with time-outs that suit a test. */
export function peerAt(port: number, timeouts: Partial<Peer['timeouts']> = {}): Peer {
  return {
    address: '127.0.0.1',
    port,
    calledAETitle: 'PACS',
    callingAETitle: 'DTS',
    timeouts: { connectSeconds: 5, associationSeconds: 10, responseSeconds: 10, releaseSeconds: 2, ...timeouts },
    maximumPDULength: DEFAULT_MAXIMUM_PDU_LENGTH,
  };
}

/** A CT instance with `pixelBytes` of noise, a multiple of 2000 where more than that. */
export async function makeInstance(folder: string, number: number, pixelBytes = 512): Promise<KnownInstance> {
  const file = join(folder, `${number}.dcm`);
  const Columns = Math.min(1000, pixelBytes / 2);
  await writePart10(file, {
    SOPClassUID: CT_IMAGE_STORAGE,
    SOPInstanceUID: `1.2.826.0.1.3680043.10.1.${number}`,
    StudyInstanceUID: '1.2.826.0.1.3680043.10.2',
    SeriesInstanceUID: '1.2.826.0.1.3680043.10.3',
    PatientID: 'P1',
    PatientName: 'Doe^Jane',
    Modality: 'CT',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: pixelBytes / 2 / Columns,
    Columns,
    BitsAllocated: 16,
    BitsStored: 16,
    HighBit: 15,
    PixelRepresentation: 0,
    PixelData: randomBytes(pixelBytes),
  });
  return describeInstance(file);
}

/** Some of them, numbered from 1. */
export function makeInstances(folder: string, count: number, pixelBytes?: number): Promise<KnownInstance[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => makeInstance(folder, index + 1, pixelBytes)));
}

/** A DICOM file as something to send. */
export async function describeInstance(file: string): Promise<KnownInstance> {
  const meta = await readFileMeta(file);
  if ('notDicom' in meta) throw new Error(`${file} ${meta.notDicom}`);
  return {
    file,
    SOPClassUID: meta.MediaStorageSOPClassUID ?? '',
    SOPInstanceUID: meta.MediaStorageSOPInstanceUID ?? '',
    TransferSyntaxUID: meta.TransferSyntaxUID,
    datasetOffset: meta.datasetOffset,
  };
}

/** The real objects. */
export async function readDataFolder(): Promise<KnownInstance[]> {
  const files = (await readdir(DATA_FOLDER)).filter((name) => name.endsWith('.dcm')).sort();
  return Promise.all(files.map((name) => describeInstance(join(DATA_FOLDER, name))));
}

/** Sends and collects the answers. */
export async function send(
  peer: Peer,
  instances: readonly InstanceToSend[],
  signal?: AbortSignal,
  transferSyntaxes?: readonly string[],
): Promise<{ outcome: SendOutcome; answers: InstanceAnswer[] }> {
  const answers: InstanceAnswer[] = [];
  const answered = (answer: InstanceAnswer) => void answers.push(answer);
  const outcome = await sendInstances(peer, instances, { answered, signal, transferSyntaxes });
  return { outcome, answers };
}

/** The statuses of answers, or the reasons why there is none. */
export function statusesOf(answers: readonly InstanceAnswer[]): (number | string)[] {
  return answers.map((answer) => ('status' in answer ? answer.status : answer.failure.reason));
}
