// Chooses which job is advanced.

import type { JobState } from '../job/job-state.ts';
import { findJobState, listJobIds } from '../spool/job-store.ts';
import { advanceJob, type Advance } from './advance-job.ts';
import type { Station } from './station.ts';

/** The way of a job. Going along it, one run takes a job through all steps that need no waiting. */
const ALONG: readonly JobState[] = ['pending', 'staged', 'running', 'ran', 'validated', 'forwarding'];

/** Against it, the job nearest its end comes first: what has begun leaves before more is begun. */
const NEAREST_END_FIRST: readonly JobState[] = ALONG.toReversed();

/** Advances the next job that can advance by one step: of those nearest their end the oldest arrival. */
export async function advanceNext(station: Station): Promise<Advance[]> {
  for (const state of NEAREST_END_FIRST) {
    for (const JobId of await listJobIds(station.layout, state)) {
      const advance = await advanceJob(station, state, JobId);
      if (!isIdle(advance)) return [advance];
    }
  }
  return [];
}

/** Advances every job that can advance. @returns what became of those that did not just wait */
export async function advanceAll(station: Station, signal: AbortSignal): Promise<Advance[]> {
  const advances: Advance[] = [];
  for (const state of ALONG) {
    for (const JobId of await listJobIds(station.layout, state)) {
      if (signal.aborted) return advances;
      const advance = await advanceJob(station, state, JobId);
      if (!isIdle(advance)) advances.push(advance);
    }
  }
  return advances;
}

/** Advances one job, whatever its clock says. @returns undefined where there is no such job */
export async function advanceOne(station: Station, JobId: string): Promise<Advance | undefined> {
  const state = await findJobState(station.layout, JobId);
  return state === undefined ? undefined : advanceJob(station, state, JobId, { evenIfNotDue: true });
}

function isIdle({ advance }: Advance): boolean {
  return advance === 'waits' || advance === 'taken';
}
