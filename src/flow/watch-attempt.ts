// Looks at the attempt of a running job: starts it if that has not happened, enforces the limits while it runs, and
// collects it when it has ended. Whatever is found is found on disk or with the container runtime, so any command can do
// this at any time.

import { CORE_EXIT } from '../core/core-exit.ts';
import type { CoreRun, CoreState, Executor } from '../core/executor.ts';
import { executorOf } from '../core/find-executor.ts';
import type { CoreSpecification } from '../config/core-specification.ts';
import { isTemporary, type Failure } from '../job/failure.ts';
import type { Attempt } from '../job/job.ts';
import { writeJsonDurable } from '../spool/durable.ts';
import { findAttempt, type StoredJob } from '../spool/job-store.ts';
import { findJson } from '../spool/read.ts';
import { aboutJob } from './about.ts';
import { lastLines } from './last-lines.ts';
import { measureFolder } from './measure-folder.ts';
import type { Station } from './station.ts';
import type { Step } from './step.ts';

/** An attempt with all that is needed to act on it. */
interface Watched {
  readonly stored: StoredJob;
  readonly attempt: Attempt;
  readonly core: CoreSpecification;
  readonly run: CoreRun;
  readonly executor: Executor;
}

export async function watchAttempt(station: Station, stored: StoredJob): Promise<Step> {
  const watched = await findWatched(stored);
  if (watched === undefined) return { postpone: { reason: 'core-interrupted' }, to: 'staged' };
  const state = await watched.executor.poll(watched.run);
  switch (state.state) {
    case 'not-started': return startCore(station, watched);
    case 'elsewhere': return { wait: `for host ${state.host}, where the core runs` };
    case 'running': return enforceLimits(station, watched);
    case 'ended': case 'killed': case 'vanished': return collect(station, watched, state);
  }
}

/** Ends the core of a running job for good, for `jobs cancel`. Returns when it is gone. */
export async function endAttempt(station: Station, stored: StoredJob): Promise<void> {
  const watched = await findWatched(stored);
  if (watched === undefined) return;
  await endAndRecord(station, watched, 'cancelled');
}

/** undefined where what the job needs to run was damaged or taken away: the attempt counts as interrupted. */
async function findWatched(stored: StoredJob): Promise<Watched | undefined> {
  const { folder, job } = stored;
  const attempt = await findAttempt(folder);
  const core = await findJson<CoreSpecification>(folder.core);
  if (attempt === undefined || core === undefined) return undefined;
  const run: CoreRun = {
    JobId: job.JobId,
    attempt: attempt.attempt,
    stream: job.stream,
    attemptFolder: folder.attemptFolder(attempt.attempt),
    dataFolder: folder.data,
    outputFolder: folder.output,
    core,
  };
  return { stored, attempt, core, run, executor: executorOf(core) };
}

async function startCore(station: Station, watched: Watched): Promise<Step> {
  const { stored, attempt, run, executor } = watched;
  const started = await executor.start(run);
  if ('reason' in started) {
    await recordEnd(station, watched, 'not started');
    return retryOrFail(watched, started);
  }
  const { handle, imageDigest } = started;
  const recorded: Attempt = { ...attempt, handle, ...(imageDigest === undefined ? {} : { imageDigest }) };
  await writeJsonDurable(stored.folder.attempt, recorded);
  station.events.write({
    event: 'attempt-started', ...aboutJob(stored.job), attempt: attempt.attempt, handle,
    ...(imageDigest === undefined ? {} : { imageDigest }),
  });
  return { wait: `for the core, started as ${handle}` };
}

async function enforceLimits(station: Station, watched: Watched): Promise<Step> {
  const { attempt, core, run } = watched;
  const seconds = (station.now().getTime() - Date.parse(attempt.startedAt)) / 1000;
  if (seconds > core.timeoutSeconds) {
    await endAndRecord(station, watched, 'time limit');
    return { failures: [{ reason: 'core-time', timeoutSeconds: core.timeoutSeconds }] };
  }
  const { maxBytes } = core.outputs;
  const { bytes } = await measureFolder(run.outputFolder);
  if (bytes > maxBytes) {
    await endAndRecord(station, watched, 'output limit');
    return { failures: [{ reason: 'core-output-bytes', bytes, maxBytes }] };
  }
  return { wait: `for the core, which has run for ${Math.round(seconds)} s` };
}

async function collect(
  station: Station, watched: Watched, state: Extract<CoreState, { state: 'ended' | 'killed' | 'vanished' }>,
): Promise<Step> {
  await watched.executor.collect(watched.run);
  switch (state.state) {
    case 'vanished':
      await recordEnd(station, watched, 'vanished');
      return retryOrFail(watched, { reason: 'core-interrupted' });
    case 'killed':
      await recordEnd(station, watched, `signal ${state.signal}`);
      return { failures: [{ reason: 'core-signal', signal: state.signal, lastLines: await lastLines(watched.run) }] };
    case 'ended':
      await recordEnd(station, watched, `exit ${state.exitCode}`);
      if (state.exitCode === CORE_EXIT.done) return { to: 'ran' };
      if (state.exitCode === CORE_EXIT.later) return retryOrFail(watched, { reason: 'core-postponed' });
      return { failures: [{ reason: 'core-exit', exitCode: state.exitCode, lastLines: await lastLines(watched.run) }] };
  }
}

/** An interruption is worth another attempt while some are left; a missing program or image is not. */
function retryOrFail({ attempt, core }: Watched, failure: Failure): Step {
  if (!isTemporary(failure)) return { failures: [failure] };
  if (attempt.attempt < core.attempts) return { postpone: failure, to: 'staged' };
  return { failures: [{ reason: 'attempts-used', attempts: attempt.attempt, last: failure }] };
}

async function endAndRecord(station: Station, watched: Watched, outcome: string): Promise<void> {
  await watched.executor.cancel(watched.run);
  await watched.executor.collect(watched.run);
  await recordEnd(station, watched, outcome);
}

async function recordEnd(station: Station, { stored, attempt }: Watched, outcome: string): Promise<void> {
  const endedAt = station.now();
  const seconds = Math.max(0, Math.round((endedAt.getTime() - Date.parse(attempt.startedAt)) / 1000));
  const ended: Attempt = { ...attempt, endedAt: endedAt.toISOString(), outcome };
  await writeJsonDurable(stored.folder.attempt, ended);
  station.events.write({ event: 'attempt-ended', ...aboutJob(stored.job), attempt: attempt.attempt, outcome, seconds });
}
