// Why an instance is not stored: every reason that the receiver has, and the Status that its sender is answered
// (PS3.4 table B.2-1, PS3.7 section 9.1.1.1.9). docs/CONFORMANCE.md lists them.

import { CANNOT_UNDERSTAND, DATA_SET_MISMATCH, OUT_OF_RESOURCES, PROCESSING_FAILURE } from '../dicom/status.ts';
import type { StoreAnswer } from './store-hooks.ts';

interface StoreRefusal {
  readonly status: number;
  /** Completes "the instance is refused because …". */
  readonly because: string;
}

export const STORE_REFUSALS = {
  'no-dataset': { status: CANNOT_UNDERSTAND, because: 'no dataset came with the request' },
  'too-long': { status: CANNOT_UNDERSTAND, because: 'the dataset is longer than `limits.objectBytes`' },
  'unreadable': {
    status: CANNOT_UNDERSTAND, because: 'the elements in front of the pixel data cannot be read',
  },
  'file-meta-within': { status: CANNOT_UNDERSTAND, because: 'the dataset has elements of group 0002' },
  'uid-missing': {
    status: CANNOT_UNDERSTAND,
    because: 'SOPClassUID, SOPInstanceUID, StudyInstanceUID or SeriesInstanceUID is missing or empty',
  },
  'uid-malformed': { status: CANNOT_UNDERSTAND, because: 'one of these four is not a UID' },
  'class-differs': { status: DATA_SET_MISMATCH, because: 'SOPClassUID is not AffectedSOPClassUID' },
  'instance-differs': { status: DATA_SET_MISMATCH, because: 'SOPInstanceUID is not AffectedSOPInstanceUID' },
  'space-short': { status: OUT_OF_RESOURCES, because: 'less space is free than `limits` want' },
  'disk-full': { status: OUT_OF_RESOURCES, because: 'the disk is full or the quota is used up' },
  // Senders try again for longer what was refused for want of resources.
  'disk-for-now': {
    status: OUT_OF_RESOURCES,
    because: 'the disk fails, is read-only or away, or there is no memory or file descriptor to be had, which may pass',
  },
  'disk-fault': { status: PROCESSING_FAILURE, because: 'the disk cannot be written for another reason' },
} as const satisfies Readonly<Record<string, StoreRefusal>>;

/** @param comment ErrorComment, for the people at the sender */
export function refusalFor(why: keyof typeof STORE_REFUSALS, comment: string): StoreAnswer {
  return { status: STORE_REFUSALS[why].status, comment };
}
