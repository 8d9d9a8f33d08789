// Looks at the attempt of a running job: starts it if that has not happened, enforces the limits while it runs, and
// collects it when it has ended. Whatever is found is found on disk or with the container runtime, so any command can
// do this at any time.

import { ExecutorUnavailable } from '../../core/executor-unavailable.ts';
import type { CoreState } from '../../core/executor.ts';
import type { Failure } from '../../job/failure.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import type { StoredJob } from '../../spool/job-store.ts';
import { listDirectory } from '../../spool/read.ts';
import type { Step } from '../job/step.ts';
import type { Station } from '../station.ts';
import { collectCore } from './collect-core.ts';
import { giveUpElsewhere, waitForHost } from './core-elsewhere.ts';
import { enforceLimits } from './core-limits.ts';
import { holdUndecided } from './hold-undecided.ts';
import { isMeantForOther, startCore } from './start-core.ts';
import { stepOfCore } from './step-of-core.ts';
import { endAndRecord, findWatched, type Watched } from './watched.ts';

export async function watchAttempt(station: Station, stored: StoredJob): Promise<Step> {
  const watched = await findWatched(stored);
  if (watched === undefined) return { postpone: { reason: 'core-interrupted' }, to: 'staged' };
  return stepOfCore(await watch(station, watched), watched.attempt.core, watched.cores);
}

async function watch(station: Station, watched: Watched): Promise<Step> {
  const state = await poll(watched);
  switch (state.state) {
    case 'not-started': return isMeantForOther(watched) ? { to: 'staged' } : startCore(station, watched);
    case 'never-begun': return { postpone: state.failure, to: 'staged' };
    case 'elsewhere': return waitForHost(station, watched, state.host);
    case 'queued': return waitInQueue(watched, state.reason);
    case 'running': return enforceLimits(station, watched, state.trouble);
    case 'undecided': return holdUndecided(station, watched, state.failure);
    case 'ended': case 'killed': case 'vanished': case 'failed': return collectCore(station, watched, state);
  }
}

/**
 * What the attempt is doing. Where the executor cannot tell and the attempt's folder is empty, nothing was ever begun:
 * the job gives its slot back to those whose executor works.
 * @throws {ExecutorUnavailable} where it cannot tell and something was begun
 */
async function poll({ executor, run }: Watched): Promise<CoreState | { state: 'never-begun'; failure: Failure }> {
  try {
    return await executor.poll(run);
  } catch (error) {
    const isUntouched = error instanceof ExecutorUnavailable && (await listDirectory(run.attemptFolder)).length === 0;
    if (!isUntouched) throw error;
    return { state: 'never-begun', failure: { reason: 'executor-unavailable', text: error.message } };
  }
}

/**
 * Ends the core of a running job for good, for `jobs cancel`. Returns when it is gone.
 * @returns why it cannot be ended now, undefined where it was
 */
export async function endAttempt(station: Station, stored: StoredJob): Promise<string | undefined> {
  const watched = await findWatched(stored);
  if (watched === undefined) return undefined;
  try {
    const state = await poll(watched);
    if (state.state === 'never-begun') return undefined;
    if (state.state === 'elsewhere') return await giveUpElsewhere(station, watched, state.host);
    await endAndRecord(station, watched, 'cancelled');
    return undefined;
  } catch (error) {
    if (error instanceof ExecutorUnavailable) return `what runs its core does not answer: ${error.message}; try again`;
    throw error;
  }
}

/** The reason is kept for `jobs show`, which asks nobody. */
async function waitInQueue({ stored, attempt }: Watched, queued: string): Promise<Step> {
  if (attempt.queued !== queued) await writeJsonDurable(stored.folder.attempt, { ...attempt, queued });
  return { wait: `for the core, which is queued (${queued})` };
}
