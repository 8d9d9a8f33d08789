// A CT dataset of bytes, for senders made of bytes.

import { element } from '../dicom/encode.ts';
import { CT_IMAGE_STORAGE } from '../rig/raw-scu.ts';

export const STUDY = '1.2.3';
export const SERIES = '1.2.3.1';
export const INSTANCE = '1.2.3.1.7';

export interface DatasetParts {
  readonly SOPClassUID?: string;
  readonly SOPInstanceUID?: string;
  readonly StudyInstanceUID?: string;
  readonly SeriesInstanceUID?: string;
  readonly pixels?: Buffer;
}

/** An explicit VR little endian dataset; empty texts leave elements out. */
export function dataset(parts: DatasetParts = {}): Buffer {
  const uid = (tag: number, text: string) =>
    text === '' ? Buffer.alloc(0) : element(tag, 'UI', Buffer.from(text.length % 2 === 0 ? text : `${text}\0`));
  return Buffer.concat([
    uid(0x00080016, parts.SOPClassUID ?? CT_IMAGE_STORAGE),
    uid(0x00080018, parts.SOPInstanceUID ?? INSTANCE),
    element(0x00080060, 'CS', 'CT'),
    uid(0x0020000d, parts.StudyInstanceUID ?? STUDY),
    uid(0x0020000e, parts.SeriesInstanceUID ?? SERIES),
    element(0x7fe00010, 'OW', parts.pixels ?? Buffer.from('pixels')),
  ]);
}
