// Whether an instance that comes again has done its work already: a sender that missed our answer sends it once more,
// and that must not make a second job. One that made no job the first time (a wrong title, a stream that was corrected
// since) is news.

import { stat } from 'node:fs/promises';
import type { Layout } from '../../spool/layout.ts';
import { exists, findJsonLines } from '../../spool/read.ts';
import type { FinishedArrival } from '../arrival/finish-arrival.ts';

/** Of one instance that is in the archive. */
export interface Resent {
  readonly callingAETitle: string;
  readonly calledAETitle: string;
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUID: string;
  /** Where it lies in the archive. */
  readonly file: string;
}

/** Marks and files are written in one breath, in this order; the clock may tick in between. */
const SAME_BREATH_MILLISECONDS = 2000;

/** Whether it was part of an arrival from that sender to that title, and the arrival made jobs. */
export async function wasSeenTo(layout: Layout, resent: Resent): Promise<boolean> {
  const { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID, callingAETitle, calledAETitle } = resent;
  if (!await exists(layout.rawInstance(StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID))) return false;
  const { mtimeMs } = await stat(resent.file);
  const arrivals = await findJsonLines<FinishedArrival>(layout.arrivalsOfStudy(StudyInstanceUID));
  return arrivals.some(({ origin, jobs }) => {
    const holdsSeries = origin.SeriesInstanceUID === undefined || origin.SeriesInstanceUID === SeriesInstanceUID;
    return holdsSeries && jobs.length > 0
      && origin.callingAETitle === callingAETitle && origin.calledAETitle === calledAETitle
      && mtimeMs <= Date.parse(origin.arrivedAt) + SAME_BREATH_MILLISECONDS;
  });
}
