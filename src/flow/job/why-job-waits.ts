// What a job waits for, found without doing anything and without its lease: the lease costs more than the look, and a
// thousand jobs may wait for one dead destination. What is found is looked at again under the lease.

import type { JobState } from '../../job/job-state.ts';
import { isDue } from '../../job/retry-clock.ts';
import { findClock, findJob } from '../../spool/job-store.ts';
import { finishJob } from './finish-job.ts';
import { mayStart } from '../attempt/may-start.ts';
import { findCoreInTurn } from '../attempt/staged-cores.ts';
import type { Station } from '../station.ts';
import { streamOf, waitForWindow } from '../stream-of.ts';

/**
 * @param options.evenIfNotDue for a person who does not want to wait for the clock
 * @returns undefined where it can go on, or that cannot be told so
 */
export async function whyJobWaits(
  station: Station, state: JobState, JobId: string, options: { readonly evenIfNotDue?: boolean } = {},
): Promise<string | undefined> {
  const clock = await findClock(station.layout.jobFolder(state, JobId));
  if (options.evenIfNotDue !== true && clock !== undefined && !isDue(clock, station.now())) {
    return `until ${clock.notBefore}, when it is tried again`;
  }
  // The step itself meets the same trouble, and tells it.
  return lookAhead(station, state, JobId).catch(() => undefined);
}

async function lookAhead(station: Station, state: JobState, JobId: string): Promise<string | undefined> {
  const folder = station.layout.jobFolder(state, JobId);
  if (state === 'forwarding') return waitOf(await finishJob(station, folder));
  if (state !== 'pending' && state !== 'staged') return undefined;
  const stored = await findJob(station.layout, state, JobId);
  if (stored === undefined || stored.job.relay) return undefined;
  if (state === 'pending') return waitForWindow(station, streamOf(station, stored.job));
  const core = await findCoreInTurn(folder);
  return core === undefined ? undefined : waitOf(await mayStart(station, stored.job, core));
}

function waitOf(step: object): string | undefined {
  return 'wait' in step && typeof step.wait === 'string' ? step.wait : undefined;
}
