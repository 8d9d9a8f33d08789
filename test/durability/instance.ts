// Instances that senders send: small and large ones, each dataset unlike every other.

import { randomBytes } from 'node:crypto';
import { hashOf } from '../crash/studies.ts';
import { element } from '../dicom/encode.ts';
import { CT_IMAGE_STORAGE } from '../rig/raw-scu.ts';

const LARGEST_PIXEL_BYTES = 1024 ** 2;
/** Pixels are a part of it: no two pages of a file are alike, so that one in the place of another shows. */
const NOISE = randomBytes(4 * LARGEST_PIXEL_BYTES);

export interface InstanceUIDs {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUID: string;
}

/** What identifies a dataset: its UIDs and the hash of its bytes. */
export interface Identity extends InstanceUIDs {
  readonly datasetHash: string;
}

export interface Instance extends Identity {
  /** Explicit VR little endian, without file meta information. */
  readonly dataset: Buffer;
}

/** @param pixelBytes at most 1 MiB  @param version of one SOPInstanceUID makes other pixels, from 0 to 999 */
export function makeInstance(uids: InstanceUIDs, pixelBytes: number, version = 0): Instance {
  const offset = version * 2048;
  const dataset = Buffer.concat([
    element(0x00080016, 'UI', uid(CT_IMAGE_STORAGE)),
    element(0x00080018, 'UI', uid(uids.SOPInstanceUID)),
    element(0x00080020, 'DA', '20260105'),
    element(0x00080060, 'CS', 'CT'),
    element(0x00100010, 'PN', 'Test^Durability'),
    element(0x00100020, 'LO', 'DURABILITY'),
    element(0x0020000d, 'UI', uid(uids.StudyInstanceUID)),
    element(0x0020000e, 'UI', uid(uids.SeriesInstanceUID)),
    element(0x7fe00010, 'OW', NOISE.subarray(offset, offset + pixelBytes + pixelBytes % 2)),
  ]);
  return { ...uids, dataset, datasetHash: hashOf(dataset) };
}

function uid(value: string): Buffer {
  return Buffer.from(value + '\0'.repeat(value.length % 2), 'latin1');
}
