// An attempt with all that is needed to act on it, and what is written down of its end.

import type { CoreSpecification } from '../../config/core-specification.ts';
import type { CoreRun, Executor } from '../../core/executor.ts';
import { executorOf } from '../../core/find-executor.ts';
import type { Failure } from '../../job/failure.ts';
import type { Attempt } from '../../job/job.ts';
import type { AboutAttempt } from '../../log/event.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import { findAttempt, type StoredJob } from '../../spool/job-store.ts';
import { aboutJob } from '../about.ts';
import type { Step } from '../job/step.ts';
import type { Station } from '../station.ts';
import { secondsRun } from './attempt-time.ts';
import { releaseAttempts } from './release-attempts.ts';
import { runOfCore } from './run-of-core.ts';
import { findStagedCores } from './staged-cores.ts';

/** One that is looked at. */
export interface Watched {
  readonly stored: StoredJob;
  readonly attempt: Attempt;
  readonly core: CoreSpecification;
  /** All of the job. */
  readonly cores: readonly CoreSpecification[];
  readonly run: CoreRun;
  readonly executor: Executor;
}

/** undefined where what the job needs to run was damaged or taken away: the attempt counts as interrupted. */
export async function findWatched(stored: StoredJob): Promise<Watched | undefined> {
  const { folder } = stored;
  const attempt = await findAttempt(folder);
  const cores = await findStagedCores(folder) ?? [];
  const core = attempt === undefined ? undefined : cores[attempt.core - 1];
  if (attempt === undefined || core === undefined) return undefined;
  const run = runOfCore(stored, core, attempt.core, attempt.attempt, attempt.gpus);
  return { stored, attempt, core, cores, run, executor: executorOf(core) };
}

/** Ends the core with all that it started, wherever it runs. Returns when it is gone. */
export async function endAndRecord(station: Station, watched: Watched, outcome: string): Promise<void> {
  await watched.executor.cancel(watched.run);
  await watched.executor.collect(watched.run);
  await recordEnd(station, watched, outcome);
  await releaseAttempts(station, watched.stored);
}

/** Repeatable: the last word counts. */
export async function recordEnd(station: Station, watched: Watched, outcome: string): Promise<void> {
  const { stored, attempt } = watched;
  const seconds = Math.round(await secondsRun(attempt, station.now()));
  const { queued, ...left } = attempt;
  const ended: Attempt = { ...left, endedAt: station.now().toISOString(), outcome };
  await writeJsonDurable(stored.folder.attempt, ended);
  station.events.write({
    event: 'attempt-ended', ...aboutJob(stored.job), ...aboutAttempt(watched), outcome, seconds,
  });
}

/** Which core it is of is worth telling where there are several. */
export function aboutAttempt({ attempt, cores }: Watched): AboutAttempt {
  return { attempt: attempt.attempt, ...(cores.length > 1 ? { core: attempt.core } : {}) };
}

/** Another attempt, while some are left. */
export function retryOrFail({ attempt, core }: Watched, failure: Failure): Step {
  if (attempt.attemptOfCore < core.attempts) return { postpone: failure, to: 'staged' };
  return { failures: [{ reason: 'attempts-used', attempts: attempt.attemptOfCore, last: failure }] };
}
