// Advances one job by one step: takes its lease, does what its state asks for, and commits what the step came to. The
// only place that moves a job forward, postpones or fails it.
//
// Whatever goes wrong with a job concerns that job alone: it is postponed or failed with the reason, and the others go
// on.

import { isTemporary, type Failure } from '../../job/failure.ts';
import type { JobState } from '../../job/job-state.ts';
import { failureText } from '../../job/failure-text.ts';
import { toldFailures } from '../../job/told-failures.ts';
import type { Held, Job } from '../../job/job.ts';
import {
  clockAfterFailure, failingSeconds, isOver, JOB_RETRY, LOOK_RETRY, type RetryPolicy,
} from '../../job/retry-clock.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import { findClock, findJob, removeClock, writeClock, type StoredJob } from '../../spool/job-store.ts';
import type { JobFolder } from '../../spool/layout.ts';
import { withLease, type Lease } from '../../spool/lease.ts';
import { aboutJob } from '../about.ts';
import { beginAttempt } from '../attempt/begin-attempt.ts';
import { withSlots } from '../attempt/core-slots.ts';
import { faultOf } from '../fault.ts';
import { finishCore } from '../attempt/finish-core.ts';
import { finishJob } from './finish-job.ts';
import { makeDeliveries } from '../delivery/make-deliveries.ts';
import { noteTrouble } from '../attempt/note-trouble.ts';
import { stage } from '../stage/stage.ts';
import { findCoreInTurn } from '../attempt/staged-cores.ts';
import { releaseAttempts } from '../attempt/release-attempts.ts';
import type { Station } from '../station.ts';
import type { Step } from './step.ts';
import { tellAndMove } from './tell-move.ts';
import { endAttempt, watchAttempt } from '../attempt/watch-attempt.ts';
import { whyJobWaits } from './why-job-waits.ts';

/** What became of a job in one step. */
export type Advance =
  | { readonly advance: 'moved'; readonly job: Job; readonly to: JobState }
  | { readonly advance: 'waits'; readonly forWhat: string }
  | { readonly advance: 'postponed'; readonly job: Job; readonly failure: Failure; readonly notBefore: string }
  | { readonly advance: 'failed'; readonly job: Job; readonly failures: readonly Failure[] }
  | { readonly advance: 'held'; readonly job: Job; readonly failure: Failure }
  /** Not even that could be written down what went wrong; it is as it was. */
  | { readonly advance: 'stuck'; readonly failure: Failure }
  /** Another process works on it, or it has left that state. */
  | { readonly advance: 'taken' };

/** @param options.evenIfNotDue for a person who does not want to wait for the clock */
export async function advanceJob(
  station: Station, state: JobState, JobId: string, options: { readonly evenIfNotDue?: boolean } = {},
): Promise<Advance> {
  const waits = await whyJobWaits(station, state, JobId, options);
  if (waits !== undefined) return { advance: 'waits', forWhat: waits };
  const advance = await withLease(station.layout, jobLease(JobId), async (lease): Promise<Advance> => {
    try {
      const stored = await findJob(station.layout, state, JobId);
      if (stored === undefined) return { advance: 'taken' };
      return state === 'staged' ? await beginAndStart(lease, station, stored) : await takeStep(lease, station, stored);
    } catch (thrown) {
      return { advance: 'stuck', failure: faultOf(thrown, station.layout.job(state, JobId)) };
    }
  });
  return advance === 'busy' ? { advance: 'taken' } : advance;
}

/** Name of the lease that whoever changes a job must hold. */
export function jobLease(JobId: string): string {
  return `job-${JobId}`;
}

/** The last free slot is counted and taken under one lease; then the core is started at once. */
async function beginAndStart(lease: Lease, station: Station, stored: StoredJob): Promise<Advance> {
  const core = await findCoreInTurn(stored.folder);
  const begin = (): Promise<Advance> => takeStep(lease, station, stored);
  const begun = core === undefined ? await begin() : await withSlots(station, core, begin);
  if (begun === 'busy') return { advance: 'waits', forWhat: 'for another command that starts a core' };
  if (begun.advance !== 'moved' || begun.to !== 'running') return begun;
  const running = await findJob(station.layout, 'running', stored.job.JobId);
  if (running === undefined) return begun;
  const started = await takeStep(lease, station, running);
  return started.advance === 'waits' ? begun : started;
}

async function takeStep(lease: Lease, station: Station, stored: StoredJob): Promise<Advance> {
  return commit(lease, station, stored, await prepare(lease, station, stored));
}

async function prepare(lease: Lease, station: Station, stored: StoredJob): Promise<Step> {
  try {
    switch (stored.state) {
      case 'pending': return await stage(station, stored);
      case 'staged': return await beginAttempt(station, stored);
      case 'running': return await watchAttempt(station, stored);
      case 'ran': return await finishCore(station, stored);
      case 'validated':
        await releaseAttempts(station, stored);
        return await makeDeliveries(lease, station, stored);
      case 'forwarding': {
        const step = await finishJob(station, stored.folder);
        if (!('wait' in step)) await releaseAttempts(station, stored);
        return step;
      }
      case 'done': case 'failed': case 'held': case 'cancelled': return { wait: 'for a person' };
    }
  } catch (thrown) {
    const failure = faultOf(thrown, stored.folder.path);
    if (isTemporary(failure)) return { postpone: failure };
    return stored.state === 'running' ? endAndFail(station, stored, failure) : { failures: [failure] };
  }
}

/** A fault in looking at a core does not end it: the job would fail, and its core go on for nobody. */
async function endAndFail(station: Station, stored: StoredJob, failure: Failure): Promise<Step> {
  try {
    const hindered = await endAttempt(station, stored);
    return hindered === undefined ? { failures: [failure] }
      : { postpone: { reason: 'executor-unavailable', text: hindered } };
  } catch (thrown) {
    return { failures: [failure, faultOf(thrown, stored.folder.path)] };
  }
}

/** Writes down what a step came to; the rename, where there is one, is last. */
async function commit(lease: Lease, station: Station, stored: StoredJob, step: Step): Promise<Advance> {
  lease.assertHeld();
  const { job, folder, state } = stored;
  if ('wait' in step) {
    if (state === 'running') await noteTrouble(station, stored, step.trouble);
    return { advance: 'waits', forWhat: step.wait };
  }
  if ('hold' in step) return hold(lease, station, stored, step);
  if ('postpone' in step) {
    const isLook = state === 'running' && step.to === undefined;
    const retry = isLook ? LOOK_RETRY : await findRetryPolicy(folder);
    const clock = clockAfterFailure(await findClock(folder), step.postpone, retry, station.now());
    if (isOver(clock, retry, station.now())) {
      const afterSeconds = failingSeconds(clock, station.now());
      return fail(lease, station, stored, [{ reason: 'job-given-up', afterSeconds, last: step.postpone }]);
    }
    await writeClock(folder, clock);
    const { notBefore } = clock;
    station.events.write({ event: 'job-postponed', ...aboutJob(job), failure: step.postpone, notBefore });
    if (step.to !== undefined && step.to !== state) await tellAndMove(lease, station, stored, step.to);
    return { advance: 'postponed', job, failure: step.postpone, notBefore };
  }
  if ('to' in step) {
    if (state !== 'staged') await removeClock(folder); // one attempt after the other waits longer
    await tellAndMove(lease, station, stored, step.to);
    return { advance: 'moved', job, to: step.to };
  }
  return fail(lease, station, stored, step.failures);
}

async function fail(
  lease: Lease, station: Station, stored: StoredJob, all: readonly Failure[],
): Promise<Advance> {
  const { job, folder } = stored;
  const failures = toldFailures(all);
  await writeJsonDurable(folder.failures, failures);
  station.events.write({ event: 'job-failed', ...aboutJob(job), failures });
  await tellAndMove(lease, station, stored, 'failed');
  return { advance: 'failed', job, failures };
}

async function hold(
  lease: Lease, station: Station, stored: StoredJob, { hold: failure, from }: Extract<Step, { hold: Failure }>,
): Promise<Advance> {
  const { job, folder } = stored;
  const held: Held = { from, heldAt: station.now().toISOString(), reason: failureText(failure) };
  await writeJsonDurable(folder.heldFrom, held);
  station.events.write({ event: 'job-held', ...aboutJob(job), reason: failureText(failure) });
  await tellAndMove(lease, station, stored, 'held');
  return { advance: 'held', job, failure };
}

async function findRetryPolicy(folder: JobFolder): Promise<RetryPolicy> {
  return (await findCoreInTurn(folder))?.retry ?? JOB_RETRY;
}
