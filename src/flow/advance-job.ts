// Advances one job by one step: takes its lease, does what its state asks for, and commits what the step came to. The
// only place that moves a job forward, fails it or sets its clock.

import { ExecutorUnavailable } from '../core/executor-unavailable.ts';
import type { Failure } from '../job/failure.ts';
import type { JobState } from '../job/job-state.ts';
import type { Job } from '../job/job.ts';
import { clockAfterFailure, isDue, JOB_RETRY, LOOK_RETRY } from '../job/retry-clock.ts';
import { writeJsonDurable } from '../spool/durable.ts';
import { codeOf, hasCode } from '../spool/error-code.ts';
import { findClock, findJob, moveJob, removeClock, writeClock, type StoredJob } from '../spool/job-store.ts';
import { withLease, type Lease } from '../spool/lease.ts';
import { aboutJob } from './about.ts';
import { beginAttempt } from './begin-attempt.ts';
import { finishJob } from './finish-job.ts';
import { makeDeliveries } from './make-deliveries.ts';
import { stage } from './stage.ts';
import type { Station } from './station.ts';
import type { Step } from './step.ts';
import { validateOutput } from './validate-output.ts';
import { watchAttempt } from './watch-attempt.ts';

/** What became of a job in one step. */
export type Advance =
  | { readonly advance: 'moved'; readonly job: Job; readonly to: JobState }
  | { readonly advance: 'waits'; readonly job: Job; readonly forWhat: string }
  | { readonly advance: 'postponed'; readonly job: Job; readonly failure: Failure; readonly notBefore: string }
  | { readonly advance: 'failed'; readonly job: Job; readonly failures: readonly Failure[] }
  /** Another process works on it, or it has left that state. */
  | { readonly advance: 'taken' };

/** System errors that say that the disk cannot do now what it may be able to do later. */
const DISK_FAULTS = ['ENOSPC', 'EDQUOT', 'EIO', 'EROFS', 'EMFILE', 'ENFILE', 'ESTALE', 'EACCES', 'EPERM'];

/** @param options.evenIfNotDue for a person who does not want to wait for the clock */
export async function advanceJob(
  station: Station, state: JobState, JobId: string, options: { readonly evenIfNotDue?: boolean } = {},
): Promise<Advance> {
  const advance = await withLease(station.layout, jobLease(JobId), async (lease): Promise<Advance> => {
    const stored = await findJob(station.layout, state, JobId);
    if (stored === undefined) return { advance: 'taken' };
    const clock = await findClock(stored.folder);
    if (options.evenIfNotDue !== true && !isDue(clock, JOB_RETRY, station.now())) {
      return { advance: 'waits', job: stored.job, forWhat: `until ${clock?.notBefore ?? ''}, when it is tried again` };
    }
    if (state !== 'staged') return commit(lease, station, stored, await takeStep(lease, station, stored));
    return beginAndStart(lease, station, stored);
  });
  return advance === 'busy' ? { advance: 'taken' } : advance;
}

/** Name of the lease that whoever changes a job must hold. */
export function jobLease(JobId: string): string {
  return `job-${JobId}`;
}

/** The last free slot is counted and taken under one lease; then the core is started at once. */
async function beginAndStart(lease: Lease, station: Station, stored: StoredJob): Promise<Advance> {
  const begun = await withLease(station.layout, 'slots', async () => {
    return commit(lease, station, stored, await takeStep(lease, station, stored));
  });
  if (begun === 'busy') return { advance: 'waits', job: stored.job, forWhat: 'for another command that starts a core' };
  if (begun.advance !== 'moved' || begun.to !== 'running') return begun;
  const running = await findJob(station.layout, 'running', stored.job.JobId);
  if (running === undefined) return begun;
  const started = await commit(lease, station, running, await takeStep(lease, station, running));
  return started.advance === 'waits' ? begun : started;
}

async function takeStep(lease: Lease, station: Station, stored: StoredJob): Promise<Step> {
  try {
    switch (stored.state) {
      case 'pending': return await stage(station, stored);
      case 'staged': return await beginAttempt(station, stored);
      case 'running': return await watchAttempt(station, stored);
      case 'ran': return await validateOutput(station, stored);
      case 'validated': return await makeDeliveries(lease, station, stored);
      case 'forwarding': return await finishJob(station, stored);
      case 'done': case 'failed': case 'held': case 'cancelled': return { wait: 'for a person' };
    }
  } catch (error) {
    if (error instanceof ExecutorUnavailable) return { postpone: { reason: 'executor-unavailable', text: error.message } };
    if (!hasCode(error, ...DISK_FAULTS)) throw error;
    const path = error instanceof Error && 'path' in error ? String(error.path) : stored.folder.path;
    return { postpone: { reason: 'input-output', path, code: codeOf(error) ?? '' } };
  }
}

async function commit(lease: Lease, station: Station, stored: StoredJob, step: Step): Promise<Advance> {
  const { job, folder, state } = stored;
  if ('wait' in step) return { advance: 'waits', job, forWhat: step.wait };
  if ('to' in step && !('postpone' in step)) {
    if (state !== 'staged') await removeClock(folder); // one attempt after the other waits longer
    await move(lease, station, stored, step.to);
    return { advance: 'moved', job, to: step.to };
  }
  if ('postpone' in step) {
    const policy = state === 'running' && step.to === undefined ? LOOK_RETRY : JOB_RETRY;
    const clock = clockAfterFailure(await findClock(folder), step.postpone, policy, station.now());
    await writeClock(folder, clock);
    station.events.write({
      event: 'job-postponed', ...aboutJob(job), failure: step.postpone, notBefore: clock.notBefore,
    });
    if (step.to !== undefined && step.to !== state) await move(lease, station, stored, step.to);
    return { advance: 'postponed', job, failure: step.postpone, notBefore: clock.notBefore };
  }
  await writeJsonDurable(folder.failures, step.failures);
  await move(lease, station, stored, 'failed');
  station.events.write({ event: 'job-failed', ...aboutJob(job), failures: step.failures });
  return { advance: 'failed', job, failures: step.failures };
}

async function move(lease: Lease, station: Station, stored: StoredJob, to: JobState): Promise<void> {
  await moveJob(lease, station.layout, stored, to);
  station.events.write({ event: 'job-moved', ...aboutJob(stored.job), from: stored.state, to });
}
