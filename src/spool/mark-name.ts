// The names of marks: `<caller> <called> <address> scp_<StudyInstanceUID>`, and for a series
// `<caller> <called> <address> scp_<StudyInstanceUID> <SeriesInstanceUID>`.
//
// AE titles and addresses are percent-encoded, so that spaces only stand between the parts. A name that was formatted
// parses to what it was made of; what else lies in the folder parses to nothing.

import { decodeFromPath, encodeForPath } from '../dicom/path-encoding.ts';
import { isUID, LONGEST_UID } from '../dicom/uid.ts';

/** Who sent it: what the first three parts of a mark's name say. */
export interface Sender {
  readonly callingAETitle: string;
  readonly calledAETitle: string;
  readonly address: string;
}

/** What a mark is about: a study of one sender, or one series of it. */
export interface MarkAbout extends Sender {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID?: string;
}

const STUDY_PREFIX = 'scp_';
/** What a file system takes as one name, less what stands around a mark's in the notes of a claim: see arrivals.ts. */
const MAXIMUM_NAME_BYTES = 255 - '.20260102T030405678Z '.length - '.actions'.length;
const UID_PART_BYTES = ` ${STUDY_PREFIX}`.length + LONGEST_UID + ' '.length + LONGEST_UID;

export function formatMarkName(about: MarkAbout): string {
  const study = `${formatSender(about)} ${STUDY_PREFIX}${about.StudyInstanceUID}`;
  return about.SeriesInstanceUID === undefined ? study : `${study} ${about.SeriesInstanceUID}`;
}

/** @returns undefined where the name is not that of a mark */
export function parseMarkName(name: string): MarkAbout | undefined {
  const [caller, called, address, study, SeriesInstanceUID, ...more] = name.split(' ');
  if (!caller || !called || !address || !study?.startsWith(STUDY_PREFIX) || more.length > 0) return undefined;
  const StudyInstanceUID = study.slice(STUDY_PREFIX.length);
  if (!isUID(StudyInstanceUID)) return undefined;
  if (SeriesInstanceUID !== undefined && !isUID(SeriesInstanceUID)) return undefined;
  return {
    callingAETitle: decodeFromPath(caller),
    calledAETitle: decodeFromPath(called),
    address: decodeFromPath(address),
    StudyInstanceUID,
    ...(SeriesInstanceUID === undefined ? {} : { SeriesInstanceUID }),
  };
}

/** Whether every mark of this sender has a name that the file system takes; titles full of odd characters do not. */
export function fitsMarkName(sender: Sender): boolean {
  return formatSender(sender).length + UID_PART_BYTES <= MAXIMUM_NAME_BYTES;
}

function formatSender({ callingAETitle, calledAETitle, address }: Sender): string {
  return [callingAETitle, calledAETitle, address].map(encodeForPath).join(' ');
}
