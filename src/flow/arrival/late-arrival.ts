// What instances that come late do to the jobs that their stream had of the same study before.

import type { Stream } from '../../config/configuration.ts';
import type { Failure } from '../../job/failure.ts';
import { nameInIds, streamInJobId } from '../../job/job-id.ts';
import type { JobState } from '../../job/job-state.ts';
import type { Claim } from '../../spool/arrivals.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import type { Layout } from '../../spool/layout.ts';
import { findJsonLines } from '../../spool/read.ts';
import { changeJob, type ChangeOutcome } from '../job/change-job.ts';
import { findJobById, findJobs } from '../job/find-jobs.ts';
import type { FinishedArrival } from './finish-arrival.ts';
import type { Station } from '../station.ts';

/** In these a job has not begun to deliver, and may yet. */
const SUPERSEDED: readonly JobState[] = ['pending', 'staged', 'running', 'ran', 'validated', 'held'];

/** The jobs that a stream had of earlier arrivals of the same study (or series), as far as they are there, oldest first. */
export async function findEarlierJobs({ layout }: Station, stream: Stream, claim: Claim): Promise<string[]> {
  const { StudyInstanceUID, SeriesInstanceUID } = claim.origin;
  const lines = await findJsonLines<FinishedArrival>(layout.arrivalsOfStudy(StudyInstanceUID));
  const earlier = lines.filter(({ arrival, origin }) => {
    return arrival !== claim.name && origin.SeriesInstanceUID === SeriesInstanceUID;
  });
  const found: string[] = [];
  for (const JobId of new Set(earlier.flatMap(({ jobs }) => jobs))) {
    if (await isJobOf(layout, stream, JobId)) found.push(JobId);
  }
  return found.sort();
}

/** Of one whose files are damaged its id tells. */
async function isJobOf(layout: Layout, { name }: Stream, JobId: string): Promise<boolean> {
  try {
    return (await findJobById(layout, JobId))?.job.stream === name;
  } catch (error) {
    if (error instanceof DamagedFile) return streamInJobId(JobId) === nameInIds(name);
    throw error;
  }
}

/** The jobs of a stream that were made for this very arrival. */
export async function findJobsOfArrival(
  { layout }: Station, stream: Stream, { origin, arrivedAt }: Claim,
): Promise<string[]> {
  const { StudyInstanceUID: study, SeriesInstanceUID } = origin;
  const found = await findJobs(layout, { stream: stream.name, study, since: arrivedAt });
  return found.map(({ job }) => job).filter(({ arrival }) => {
    return arrival.arrivedAt === origin.arrivedAt && arrival.SeriesInstanceUID === SeriesInstanceUID;
  }).map(({ JobId }) => JobId);
}

/**
 * Cancels those jobs that have not begun to deliver; the event of each says by which job it is superseded. Repeatable.
 * @param by the job that is made next, with all that they had
 * @returns why one of them cannot be cancelled now; 'busy': another process works on it, for a moment
 */
export async function supersede(
  station: Station, earlier: readonly string[], by: string,
): Promise<Failure | 'busy' | undefined> {
  for (const JobId of earlier) {
    const outcome = await cancel(station, JobId, `superseded by ${by}`);
    if (outcome === 'busy') return 'busy';
    if (outcome === 'unknown' || 'moved' in outcome || 'refused' in outcome) continue;
    const text = 'hindered' in outcome ? outcome.hindered : outcome.impossible;
    return { reason: 'supersede-hindered', JobId, text };
  }
  return undefined;
}

/** One whose files are damaged goes no further by itself. */
async function cancel(station: Station, JobId: string, reason: string): Promise<ChangeOutcome> {
  try {
    return await changeJob(station, JobId, 'cancel', { onlyFrom: SUPERSEDED, reason });
  } catch (error) {
    if (error instanceof DamagedFile) return 'unknown';
    throw error;
  }
}
