// Chooses which job is advanced. Jobs near their end come first, so that what has begun leaves before more is begun;
// within a state the oldest arrival.

import { failureText } from '../job/failure-text.ts';
import { nameInIds, streamInJobId } from '../job/job-id.ts';
import { NEAREST_END_FIRST, type JobState } from '../job/job-state.ts';
import { findJobState, listJobIds } from '../spool/job-store.ts';
import { advanceJob, type Advance } from './advance-job.ts';
import type { Station } from './station.ts';
import { isFirstTold } from './told.ts';

/** So many jobs are staged beyond those that may run: enough for the next one to be ready, without filling the disk. */
const STAGED_AHEAD = 2;

/** Advances the next job that can advance by one step: of those nearest their end the oldest arrival. */
export async function advanceNext(station: Station): Promise<Advance[]> {
  for (const state of NEAREST_END_FIRST) {
    for (const JobId of await listToAdvance(station, state)) {
      const advance = await advanceJob(station, state, JobId);
      if (advance.advance === 'stuck') tellStuck(station, JobId, advance);
      else if (!isIdle(advance)) return [advance];
    }
  }
  return [];
}

/**
 * Advances every job that can advance, as far as it can: round after round, until a round finds nothing more to do.
 * @returns what became of those that did not just wait
 */
export async function advanceAll(station: Station, signal: AbortSignal): Promise<Advance[]> {
  const advances: Advance[] = [];
  for (let progress = true; progress;) {
    progress = false;
    for (const state of NEAREST_END_FIRST) {
      for (const JobId of await listToAdvance(station, state)) {
        if (signal.aborted) return advances;
        const advance = await advanceJob(station, state, JobId);
        if (isIdle(advance)) continue;
        if (advance.advance === 'stuck' && !tellStuck(station, JobId, advance)) continue;
        advances.push(advance);
        progress ||= advance.advance === 'moved';
      }
    }
  }
  return advances;
}

/** Advances one job, whatever its clock says. @returns undefined where there is no such job */
export async function advanceOne(station: Station, JobId: string): Promise<Advance | undefined> {
  const state = await findJobState(station.layout, JobId);
  return state === undefined ? undefined : advanceJob(station, state, JobId, { evenIfNotDue: true });
}

/** Of jobs that wait to be staged only the first few, and those that are relayed, which need no room. */
async function listToAdvance({ layout, configuration }: Station, state: JobState): Promise<string[]> {
  const JobIds = await listJobIds(layout, state);
  if (state !== 'pending') return JobIds;
  const staged = (await listJobIds(layout, 'staged')).length;
  const wanted = Math.max(0, configuration.limits.jobs + STAGED_AHEAD - staged);
  const relaying = configuration.streams.filter(({ cores }) => cores.length === 0);
  const relays = new Set(relaying.map(({ name }) => nameInIds(name)));
  let taken = 0;
  return JobIds.filter((JobId) => {
    if (relays.has(streamInJobId(JobId))) return true;
    taken += 1;
    return taken <= wanted;
  });
}

function isIdle({ advance }: Advance): boolean {
  return advance === 'waits' || advance === 'taken';
}

/** @returns false where it has been told before */
function tellStuck(station: Station, JobId: string, { failure }: Extract<Advance, { advance: 'stuck' }>): boolean {
  if (!isFirstTold(`${JobId}: ${failureText(failure)}`)) return false;
  station.events.write({ event: 'job-stuck', JobId, failure });
  return true;
}
