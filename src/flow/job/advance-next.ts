// Advances the job that is next, every job that can advance, or one by name. choose-jobs.ts says which comes first.

import { failureText } from '../../job/failure-text.ts';
import { isQueued } from '../../job/job-state.ts';
import { compareTickets } from '../../spool/compare-tickets.ts';
import { isComparisonDue } from '../../spool/comparison-due.ts';
import { findJobState } from '../../spool/job-store.ts';
import { advanceJob, type Advance } from './advance-job.ts';
import { chooseJobs, type Candidate } from './choose-jobs.ts';
import { faultOf } from '../fault.ts';
import { endLostAttempts } from '../attempt/lost-attempts.ts';
import { settleTicket } from './settle-ticket.ts';
import type { Station } from '../station.ts';
import { isFirstTold } from '../told.ts';

/** Advances the next job that can advance by one step. */
export async function advanceNext(station: Station): Promise<Advance[]> {
  await prepare(station);
  for await (const candidate of chooseJobs(station)) {
    const advance = await advanceCandidate(station, candidate);
    if (advance.advance === 'stuck') tellStuck(station, candidate.JobId, advance);
    else if (!isIdle(advance)) return [advance];
  }
  return [];
}

/**
 * Advances every job that can advance, as far as it can: round after round, until a round finds nothing more to do.
 * @returns what became of those that did not just wait
 */
export async function advanceAll(station: Station, signal: AbortSignal): Promise<Advance[]> {
  await prepare(station);
  const advances: Advance[] = [];
  for (let progress = true; progress;) {
    progress = false;
    for await (const candidate of chooseJobs(station)) {
      if (signal.aborted) return advances;
      const advance = await advanceCandidate(station, candidate);
      if (isIdle(advance)) continue;
      if (advance.advance === 'stuck' && !tellStuck(station, candidate.JobId, advance)) continue;
      advances.push(advance);
      progress ||= advance.advance === 'moved';
    }
  }
  return advances;
}

/** Advances one job, whatever its clock says. @returns undefined where there is no such job */
export async function advanceOne(station: Station, JobId: string): Promise<Advance | undefined> {
  const state = await findJobState(station.layout, JobId);
  return state === undefined ? undefined : advanceJob(station, state, JobId, { evenIfNotDue: true });
}

async function prepare(station: Station): Promise<void> {
  await endLostAttempts(station);
  if (isComparisonDue(station.layout)) await compareTickets(station.layout);
}

async function advanceCandidate(station: Station, { state, JobId }: Candidate): Promise<Advance> {
  const advance = await advanceJob(station, state, JobId);
  if (!isQueued(state)) return advance;
  try {
    await settleTicket(station, state, JobId, advance);
    return advance;
  } catch (thrown) {
    return { advance: 'stuck', failure: faultOf(thrown, station.layout.job(state, JobId)) };
  }
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
