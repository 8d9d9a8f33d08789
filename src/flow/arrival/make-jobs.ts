// Makes the jobs that a stream wants for an arrival.
//
// Repeatable: a job's id is computed from arrival and stream, so making it again finds it.

import type { Stream } from '../../config/configuration.ts';
import { failureText } from '../../job/failure-text.ts';
import type { Failure } from '../../job/failure.ts';
import { jobId } from '../../job/job-id.ts';
import type { Job } from '../../job/job.ts';
import type { Missing } from '../../job/missing.ts';
import type { Claim } from '../../spool/arrivals.ts';
import { findJobState, makeJob, type Beginning } from '../../spool/job-store.ts';
import { withLease } from '../../spool/lease.ts';
import { LeaseLost } from '../../spool/lease-lost.ts';
import { aboutJob } from '../about.ts';
import { jobLease } from '../job/advance-job.ts';
import { findEarlierJobs, supersede } from './late-arrival.ts';
import { selectForJobs } from './select-for-jobs.ts';
import type { StudyDescription } from './series-description.ts';
import type { Station } from '../station.ts';

/** The JobIds, also of jobs that were there already; or why none can be made now. */
export type MadeJobs = { readonly jobs: readonly string[] } | { readonly hindered: Failure | 'busy' };

/** @param missing of what the stream expects, when its time is over */
export async function makeJobs(
  station: Station, stream: Stream, claim: Claim, study: StudyDescription, missing: readonly Missing[],
): Promise<MadeJobs> {
  const isForPerson = missing.length > 0 && stream.onIncomplete !== 'proceed';
  const wanted = await selectForJobs(station, stream, claim, isForPerson ? missing : []);
  if (wanted.length === 0) {
    station.events.write({
      event: 'nothing-selected', stream: stream.name,
      StudyInstanceUID: study.StudyInstanceUID, AccessionNumber: study.AccessionNumber,
    });
  }
  const jobs = wanted.map(({ cause, selected, unselectable }): Job => ({
    JobId: jobId(claim.arrivedAt, stream.name, `${claim.markName}\n${cause}`),
    stream: stream.name,
    createdAt: station.now().toISOString(),
    arrival: claim.origin,
    selected,
    relay: stream.cores.length === 0,
    ...(unselectable === undefined ? {} : { unselectable }),
    AccessionNumber: study.AccessionNumber,
    PatientID: study.PatientID,
  }));
  const earlier = jobs.length === 0 ? [] : await findEarlierJobs(station, stream, claim);
  const beginning = beginningOf(station, stream, missing, earlier.at(-1));
  const [first] = jobs;
  if (stream.lateArrivals === 'supersede' && first?.unselectable === undefined && beginning.state !== 'failed') {
    const hindered = first && await supersede(station, earlier, first.JobId);
    if (hindered !== undefined) return { hindered };
  }
  for (const job of jobs) await makeOne(station, job, beginning);
  return { jobs: jobs.map(({ JobId }) => JobId) };
}

/** @param earlier a job that the stream had of the same study before */
function beginningOf(
  { now }: Station, { onIncomplete, lateArrivals }: Stream, missing: readonly Missing[], earlier: string | undefined,
): Beginning {
  const held = (why: Failure): Beginning => {
    return { state: 'held', held: { from: 'pending', heldAt: now().toISOString(), reason: failureText(why) } };
  };
  const incomplete: Failure = { reason: 'study-incomplete', missing };
  if (missing.length > 0 && onIncomplete === 'fail') return { state: 'failed', failures: [incomplete] };
  if (missing.length > 0 && onIncomplete === 'hold') return held(incomplete);
  if (earlier !== undefined && lateArrivals === 'hold') return held({ reason: 'arrived-late', earlier });
  return { state: 'pending' };
}

/** Makes a job and tells of it; one that is there already stays as it is. */
export async function makeOne(station: Station, job: Job, beginning: Beginning): Promise<void> {
  const { layout } = station;
  const made = await withLease(layout, jobLease(job.JobId), (lease) => makeJob(lease, layout, job, beginning));
  if (made === true) tellBeginning(station, job, beginning);
  if (made === 'busy' && await findJobState(layout, job.JobId) === undefined) {
    // Its owner on another host may have died: the claim stays for the next tick.
    throw new LeaseLost(jobLease(job.JobId));
  }
}

function tellBeginning({ events }: Station, job: Job, beginning: Beginning): void {
  const about = aboutJob(job);
  events.write({ event: 'job-made', ...about });
  switch (beginning.state) {
    case 'pending': return;
    case 'held': return events.write({ event: 'job-held', ...about, reason: beginning.held.reason ?? '' });
    case 'failed': return events.write({ event: 'job-failed', ...about, failures: beginning.failures });
  }
}
