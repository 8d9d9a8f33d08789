// Jobs on disk: finding them and moving them from state to state. See docs/INTERNALS.md, "Jobs".
//
// Promises: a job is in exactly one state at any instant, and a move is one rename, made under the job's lease.

import { dirname } from 'node:path';
import { isQueued, JOB_STATES, mayMove, type JobState } from '../job/job-state.ts';
import type { Failure } from '../job/failure.ts';
import type { Attempt, Clock, DeliveriesOfJob, Held, Job } from '../job/job.ts';
import { makeDirectoryDurable, moveDurable, removeFileDurable, removeTree, writeJsonDurable } from './durable.ts';
import { JobFolder, type Layout } from './layout.ts';
import type { Lease } from './lease.ts';
import { exists, findJson, findText, isId, listDirectory, parseLine } from './read.ts';
import { putTicket, removeTicket } from './tickets.ts';

/** A job where it lies now. */
export interface StoredJob {
  readonly state: JobState;
  readonly folder: JobFolder;
  readonly job: Job;
}

/** Ids of the jobs in a state, oldest arrival first. What else somebody put there is passed over. */
export async function listJobIds(layout: Layout, state: JobState): Promise<string[]> {
  return (await listDirectory(layout.jobsIn(state))).filter(isId);
}

/** The state of a job, undefined where there is no such job. */
export async function findJobState(layout: Layout, JobId: string): Promise<JobState | undefined> {
  for (const state of JOB_STATES) {
    if (await exists(layout.job(state, JobId))) return state;
  }
  return undefined;
}

/** A job in a given state, undefined where it is not (or no longer) there. */
export async function findJob(layout: Layout, state: JobState, JobId: string): Promise<StoredJob | undefined> {
  const folder = layout.jobFolder(state, JobId);
  const job = await findJson<Job>(folder.job);
  return job === undefined ? undefined : { state, folder, job };
}

/** Where a job begins: under way, or where a person has to look first, with what that person must know. */
export type Beginning =
  | { readonly state: 'pending' }
  | { readonly state: 'held'; readonly held: Held }
  | { readonly state: 'failed'; readonly failures: readonly Failure[] };

/**
 * Makes a job. One that exists in any state is left as it is.
 * @param lease the job's @returns whether it was made now
 */
export async function makeJob(
  lease: Lease, layout: Layout, job: Job, beginning: Beginning = { state: 'pending' },
): Promise<boolean> {
  if (await findJobState(layout, job.JobId) !== undefined) return false;
  const making = layout.jobBeingMade(job.JobId);
  await removeTree(making.path);
  await makeDirectoryDurable(making.path);
  await writeJsonDurable(making.job, job);
  if (beginning.state === 'held') await writeJsonDurable(making.heldFrom, beginning.held);
  if (beginning.state === 'failed') await writeJsonDurable(making.failures, beginning.failures);
  await makeDirectoryDurable(layout.jobsIn(beginning.state));
  if (isQueued(beginning.state)) putTicket(layout, beginning.state, job.JobId);
  lease.assertHeld();
  await moveDurable(making.path, layout.job(beginning.state, job.JobId)); // commit: the job exists
  return true;
}

/** Moves a job: the commit point of every step. @param lease the job's */
export async function moveJob(lease: Lease, layout: Layout, stored: StoredJob, to: JobState): Promise<StoredJob> {
  if (!mayMove(stored.state, to)) throw new Error(`illegal move of ${stored.job.JobId}: ${stored.state} to ${to}`);
  const { JobId } = stored.job;
  const path = layout.job(to, JobId);
  await makeDirectoryDurable(dirname(path));
  if (isQueued(to)) putTicket(layout, to, JobId);
  lease.assertHeld();
  await moveDurable(stored.folder.path, path); // commit
  if (isQueued(stored.state)) removeTicket(layout, stored.state, JobId);
  return { state: to, folder: new JobFolder(path), job: stored.job };
}

/** The ids in deliveries.json, undefined where the job has not come to its deliveries. */
export async function findDeliveryIds(folder: JobFolder): Promise<readonly string[] | undefined> {
  return (await findDeliveriesOf(folder))?.deliveries;
}

/** The content of deliveries.json: `optional` are those of the deliveries that the job does not wait for. */
export async function findDeliveriesOf(folder: JobFolder): Promise<DeliveriesOfJob | undefined> {
  return findJson<DeliveriesOfJob>(folder.deliveries);
}

/** Older versions of the station knew one core a job and did not write its place. */
export async function findAttempt(folder: JobFolder): Promise<Attempt | undefined> {
  const attempt = await findJson<Partial<Attempt> & Pick<Attempt, 'attempt' | 'decidedAt'>>(folder.attempt);
  if (attempt === undefined) return undefined;
  return { ...attempt, core: attempt.core ?? 1, attemptOfCore: attempt.attemptOfCore ?? attempt.attempt };
}

/** A clock that somebody damaged is as good as none: the step is due. */
export async function findClock(folder: { readonly clock: string }): Promise<Clock | undefined> {
  const [clock] = parseLine<Clock>(await findText(folder.clock) ?? '');
  return clock;
}

export async function writeClock(folder: { readonly clock: string }, clock: Clock): Promise<void> {
  await writeJsonDurable(folder.clock, clock);
}

/** After a success: the next failure counts from one again. */
export async function removeClock(folder: { readonly clock: string }): Promise<void> {
  if (await findClock(folder) !== undefined) await removeFileDurable(folder.clock);
}
