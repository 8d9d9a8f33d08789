// Instances for hostile tests, small and whole, and the association that stores one.

import { deflateRawSync } from 'node:zlib';
import { element, type Encoding } from '../dicom/encode.ts';
import { associateRequest, CT_IMAGE_STORAGE, dataPdus, RELEASE_REQUEST, storeCommand } from '../rig/raw-scu.ts';

export const STUDY = '1.2.826.0.1.3680043.10.9';
export const SERIES = `${STUDY}.1`;

export const IMPLICIT = '1.2.840.10008.1.2';
export const EXPLICIT = '1.2.840.10008.1.2.1';
export const DEFLATED = '1.2.840.10008.1.2.1.99';
export const BIG_ENDIAN = '1.2.840.10008.1.2.2';

const ENCODINGS: Readonly<Record<string, Encoding>> = { [IMPLICIT]: 'implicit', [BIG_ENDIAN]: 'big endian' };

export interface Values {
  readonly SOPInstanceUID?: string;
  readonly StudyInstanceUID?: string;
  readonly SeriesInstanceUID?: string;
  readonly PatientID?: string;
  readonly PatientName?: string;
  /** Elements between the patient's and the study's, as they are. */
  readonly middle?: Buffer;
  readonly pixels?: Buffer;
}

/** A dataset of few hundred bytes in a transfer syntax. */
export function encodeDataset(values: Values = {}, TransferSyntaxUID = EXPLICIT): Buffer {
  const encoding = ENCODINGS[TransferSyntaxUID] ?? 'explicit';
  const uid = (tag: number, text: string) =>
    element(tag, 'UI', Buffer.from(text + '\0'.repeat(text.length % 2), 'latin1'), encoding);
  const dataset = Buffer.concat([
    uid(0x00080016, CT_IMAGE_STORAGE),
    uid(0x00080018, values.SOPInstanceUID ?? `${SERIES}.1`),
    element(0x00080060, 'CS', 'CT', encoding),
    element(0x00100010, 'PN', values.PatientName ?? 'Doe^Jane', encoding),
    element(0x00100020, 'LO', values.PatientID ?? 'P1', encoding),
    values.middle ?? Buffer.alloc(0),
    uid(0x0020000d, values.StudyInstanceUID ?? STUDY),
    uid(0x0020000e, values.SeriesInstanceUID ?? SERIES),
    element(0x7fe00010, 'OW', values.pixels ?? Buffer.from('pixels'), encoding),
  ]);
  return TransferSyntaxUID === DEFLATED ? evenDeflated(dataset) : dataset;
}

function evenDeflated(dataset: Buffer): Buffer {
  const deflated = deflateRawSync(dataset);
  return Buffer.concat([deflated, Buffer.alloc(deflated.length % 2)]);
}

/** All that a sender says to store one instance and leave, without waiting for answers. */
export function storeConversation(SOPInstanceUID: string, dataset: Buffer, TransferSyntaxUID = EXPLICIT): Buffer {
  return Buffer.concat([
    associateRequest({ contexts: [{ id: 1, transferSyntaxes: [TransferSyntaxUID] }] }),
    dataPdus(1, storeCommand(SOPInstanceUID), true),
    dataPdus(1, dataset, false),
    RELEASE_REQUEST,
  ]);
}
