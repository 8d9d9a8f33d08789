// Looks at the attempt of a running job: starts it if that has not happened, enforces the limits while it runs, and
// collects it when it has ended. Whatever is found is found on disk or with the container runtime, so any command can
// do this at any time.

import { hostname } from 'node:os';
import { usesHost } from '../config/uses-host.ts';
import { AttemptFiles } from '../core/attempt-files.ts';
import { CORE_EXIT } from '../core/core-exit.ts';
import { ExecutorUnavailable } from '../core/executor-unavailable.ts';
import type { CoreRun, CoreState, CoreTrouble, Executor } from '../core/executor.ts';
import { executorOf } from '../core/find-executor.ts';
import { logBytes } from '../core/kept-log.ts';
import type { CoreSpecification } from '../config/core-specification.ts';
import type { AboutAttempt } from '../log/event.ts';
import { isTemporary, type Failure } from '../job/failure.ts';
import { failureText } from '../job/failure-text.ts';
import type { Attempt } from '../job/job.ts';
import { writeJsonDurable } from '../spool/durable.ts';
import { findAttempt, type StoredJob } from '../spool/job-store.ts';
import { listDirectory } from '../spool/read.ts';
import { aboutJob } from './about.ts';
import { secondsRun, startedNow } from './attempt-time.ts';
import { loseAttempt } from './lost-attempts.ts';
import { silenceText, silentSeconds, SILENCE_SECONDS } from './silent-hosts.ts';
import { lastLines } from './last-lines.ts';
import { measureFolder } from './measure-folder.ts';
import { releaseAttempts } from './release-attempts.ts';
import { runOfCore } from './run-of-core.ts';
import { findStagedCores } from './staged-cores.ts';
import type { Station } from './station.ts';
import { noteUsedImage } from './used-image.ts';
import { stepOfCore } from './step-of-core.ts';
import type { Step } from './step.ts';

/** An attempt with all that is needed to act on it. */
interface Watched {
  readonly stored: StoredJob;
  readonly attempt: Attempt;
  readonly core: CoreSpecification;
  /** All of the job. */
  readonly cores: readonly CoreSpecification[];
  readonly run: CoreRun;
  readonly executor: Executor;
}

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
    case 'undecided': return hold(station, watched, state.failure);
    case 'ended': case 'killed': case 'vanished': case 'failed': return collect(station, watched, state);
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

/** One that has been silent for long counts as dead, where the site wants it so. */
async function waitForHost(station: Station, watched: Watched, host: string): Promise<Step> {
  const seconds = silentSeconds(station, host);
  const { hostSilentSeconds = Infinity } = station.configuration.limits;
  if (seconds > hostSilentSeconds && seconds < Infinity) {
    await loseAttempt(station, watched, host);
    await recordEnd(station, watched, 'vanished');
    return retryOrFail(watched, { reason: 'host-silent', host, seconds: Math.round(seconds) });
  }
  return { wait: `for host ${host}, where the core runs${silenceText(seconds)}` };
}

/** For a person, who knows that the host is dead. @returns why not now, undefined where it was given up */
async function giveUpElsewhere(station: Station, watched: Watched, host: string): Promise<string | undefined> {
  if (silentSeconds(station, host) < SILENCE_SECONDS) return `its core runs on host ${host}; cancel it there`;
  await loseAttempt(station, watched, host);
  await recordEnd(station, watched, 'cancelled');
  return undefined;
}

/** undefined where what the job needs to run was damaged or taken away: the attempt counts as interrupted. */
async function findWatched(stored: StoredJob): Promise<Watched | undefined> {
  const { folder } = stored;
  const attempt = await findAttempt(folder);
  const cores = await findStagedCores(folder) ?? [];
  const core = attempt === undefined ? undefined : cores[attempt.core - 1];
  if (attempt === undefined || core === undefined) return undefined;
  const run = runOfCore(stored, core, attempt.core, attempt.attempt, attempt.gpus);
  return { stored, attempt, core, cores, run, executor: executorOf(core) };
}

/** What it may use was counted on the host that decided to start it and then did not. */
function isMeantForOther({ attempt, core }: Watched): boolean {
  return usesHost(core) && attempt.host !== undefined && attempt.host !== hostname();
}

async function startCore(station: Station, watched: Watched): Promise<Step> {
  const { stored, attempt, run, executor } = watched;
  const started = await executor.start(run);
  if ('reason' in started && started.reason === 'submission-uncertain') return hold(station, watched, started);
  // What kept it from starting does not use up an attempt.
  if ('reason' in started) return isTemporary(started) ? { postpone: started, to: 'staged' } : { failures: [started] };
  const { handle, imageDigest, queued } = started;
  const recorded: Attempt = {
    ...attempt, ...(queued === undefined ? await startedNow(station.now()) : { queued }), handle,
    ...(imageDigest === undefined ? {} : { imageDigest }),
  };
  await writeJsonDurable(stored.folder.attempt, recorded);
  station.events.write({
    event: 'attempt-started', ...aboutJob(stored.job), ...aboutAttempt(watched), handle,
    ...(imageDigest === undefined ? {} : { imageDigest }),
  });
  if (imageDigest !== undefined) await noteUsedImage(station, stored.job, run, imageDigest);
  return { wait: `for the core, started as ${handle}` };
}

/** The reason is kept for `jobs show`, which asks nobody. */
async function waitInQueue({ stored, attempt }: Watched, queued: string): Promise<Step> {
  if (attempt.queued !== queued) await writeJsonDurable(stored.folder.attempt, { ...attempt, queued });
  return { wait: `for the core, which is queued (${queued})` };
}

/** It may be running or not; whoever releases the job has it run (once more), as an attempt of its own. */
async function hold(station: Station, watched: Watched, failure: Failure): Promise<Step> {
  await recordEnd(station, watched, 'undecided');
  return { hold: failure, from: 'staged' };
}

async function enforceLimits(station: Station, found: Watched, trouble: CoreTrouble | undefined): Promise<Step> {
  const watched: Watched = { ...found, attempt: await withStart(station, found) };
  const { core, run } = watched;
  const seconds = await secondsRun(watched.attempt, station.now());
  if (seconds > core.timeoutSeconds) {
    await endAndRecord(station, watched, 'time limit');
    return { failures: [{ reason: 'core-time', timeoutSeconds: core.timeoutSeconds }] };
  }
  const { maxBytes } = core.outputs;
  const bytes = (await measureFolder(run.outputFolder)).bytes + await bytesSaid(run);
  if (bytes > maxBytes) {
    await endAndRecord(station, watched, 'output limit');
    return { failures: [{ reason: 'core-output-bytes', bytes, maxBytes }] };
  }
  if (trouble !== undefined) return { wait: `for an answer: ${failureText(trouble.failure)}`, trouble };
  return { wait: `for the core, which has run for ${Math.round(seconds)} s` };
}

/** What a process prints goes to the disk like its output; of a container, the runtime keeps the last part only. */
async function bytesSaid({ attemptFolder }: CoreRun): Promise<number> {
  const { stdout, stderr } = new AttemptFiles(attemptFolder);
  return await logBytes(stdout) + await logBytes(stderr);
}

/** Of a core that was queued, or whose starter was killed before it could write that down, the time counts from now. */
async function withStart(station: Station, { stored, attempt }: Watched): Promise<Attempt> {
  if (attempt.startedAt !== undefined) return attempt;
  const { queued, ...running } = attempt;
  const started: Attempt = { ...running, ...await startedNow(station.now()) };
  await writeJsonDurable(stored.folder.attempt, started);
  return started;
}

async function collect(
  station: Station, watched: Watched, state: Extract<CoreState, { state: 'ended' | 'killed' | 'vanished' | 'failed' }>,
): Promise<Step> {
  await watched.executor.collect(watched.run);
  switch (state.state) {
    case 'vanished':
      await recordEnd(station, watched, 'vanished');
      return retryOrFail(watched, { reason: 'core-interrupted' });
    case 'failed':
      await recordEnd(station, watched, state.outcome);
      return isTemporary(state.failure) ? retryOrFail(watched, state.failure) : { failures: [state.failure] };
    case 'killed':
      await recordEnd(station, watched, `signal ${state.signal}`);
      return { failures: [{ reason: 'core-signal', signal: state.signal, lastLines: await lastLines(watched.run) }] };
    case 'ended':
      await recordEnd(station, withImage(watched, state.imageDigest), `exit ${state.exitCode}`);
      if (state.exitCode === CORE_EXIT.done) return { to: 'ran' };
      if (state.exitCode === CORE_EXIT.later) return retryOrFail(watched, { reason: 'core-postponed' });
      return { failures: [{ reason: 'core-exit', exitCode: state.exitCode, lastLines: await lastLines(watched.run) }] };
  }
}

function withImage(watched: Watched, imageDigest: string | undefined): Watched {
  return imageDigest === undefined ? watched : { ...watched, attempt: { ...watched.attempt, imageDigest } };
}

/** Another attempt, while some are left. */
function retryOrFail({ attempt, core }: Watched, failure: Failure): Step {
  if (attempt.attemptOfCore < core.attempts) return { postpone: failure, to: 'staged' };
  return { failures: [{ reason: 'attempts-used', attempts: attempt.attemptOfCore, last: failure }] };
}

async function endAndRecord(station: Station, watched: Watched, outcome: string): Promise<void> {
  await watched.executor.cancel(watched.run);
  await watched.executor.collect(watched.run);
  await recordEnd(station, watched, outcome);
  await releaseAttempts(station, watched.stored);
}

async function recordEnd(station: Station, watched: Watched, outcome: string): Promise<void> {
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
function aboutAttempt({ attempt, cores }: Watched): AboutAttempt {
  return { attempt: attempt.attempt, ...(cores.length > 1 ? { core: attempt.core } : {}) };
}
