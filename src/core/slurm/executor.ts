// Runs a core as a batch job of a Slurm cluster, on whichever node the cluster chooses.
//
// Exactly once: a token on disk before the submission tells it from every other (record.ts), submitting happens under a
// lock that outlives whoever dies (submit.ts), and the batch script claims the attempt before it runs anything
// (batch-script.ts). All that is known lies in the attempt's folder, on the file system that hosts and nodes share, or
// with Slurm; so any host of the station can tell, and none is asked in vain.

import { chmod } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Failure } from '../../job/failure.ts';
import { writeFileDurable } from '../../spool/durable.ts';
import { exists, findText } from '../../spool/read.ts';
import { AttemptFiles } from '../attempt-files.ts';
import { claimForNobody } from '../claim.ts';
import { ExecutorUnavailable } from '../executor-unavailable.ts';
import type { CoreRun, CoreStarted, CoreState, Executor } from '../executor.ts';
import { trimLog } from '../kept-log.ts';
import { BATCH_SCRIPT } from './batch-script.ts';
import { formatCoreScript } from './core-script.ts';
import { parseSlurmStatus, type SlurmStatus } from './exit-status.ts';
import { endFromOutside, isAlive, isWaiting } from './job-states.ts';
import { findJobsLately, findJobsNow } from './lately.ts';
import {
  beginSlurmRecord, findSlurmRecord, removeSlurmRecord, type SlurmRecord, writeSlurmRecordDurable,
} from './record.ts';
import { cancelJobs, findAccountedState, findJobsOfName, type SlurmJob } from './scheduler.ts';
import { submit, untilNobodySubmits } from './submit.ts';

/** Slurm sends SIGKILL 30 s after SIGTERM unless the site has changed that (KillWait), and then clears up. */
const CANCEL_MILLISECONDS = 120_000;
const LOOK_MILLISECONDS = 250;

export const slurmExecutor: Executor = { start, poll, cancel, collect };

async function start(run: CoreRun): Promise<CoreStarted | Failure> {
  const { core } = run;
  const files = new AttemptFiles(run.attemptFolder);
  const earlier = await findSlurmRecord(files);
  if (earlier?.slurmJobId !== undefined) return startedAs(earlier.slurmJobId);
  if (core.command.length === 0 && core.docker_image === '') return { reason: 'command-missing', stream: run.stream };

  // A controller that is away is met here, before anything is begun, and for many jobs once.
  const silence = earlier === undefined ? await whyNobodyAnswers() : undefined;
  if (silence !== undefined) return silence;
  // A core whose image has a user of its own writes by the rights of the group.
  await chmod(run.outputFolder, 0o770);
  await writeFileDurable(files.coreScript, formatCoreScript(run));
  await writeFileDurable(files.batchScript, BATCH_SCRIPT);
  const record = await beginSlurmRecord(files);
  const submission = await submit(run, files, record.token);
  if ('slurmJobId' in submission) {
    await writeSlurmRecordDurable(files, { ...record, slurmJobId: submission.slurmJobId });
    return startedAs(submission.slurmJobId);
  }
  if ('unclear' in submission) throw new ExecutorUnavailable(submission.unclear);
  if ('refused' in submission) return submission.refused;
  // Where an earlier call may have submitted it, the attempt must not be begun anew.
  if (earlier !== undefined) throw new ExecutorUnavailable(submission.notAsked);
  await removeSlurmRecord(files);
  return { reason: 'executor-unavailable', text: submission.notAsked };
}

async function poll(run: CoreRun): Promise<CoreState> {
  const files = new AttemptFiles(run.attemptFolder);
  const record = await findSlurmRecord(files);
  const isClaimed = await exists(files.claim);
  if (record === undefined) return { state: isClaimed ? 'vanished' : 'not-started' };
  const jobs = await findJobs(run, record, isClaimed);
  const known = await withJobId(files, record, jobs);

  if (jobs.some(({ state }) => isAlive(state) && !isWaiting(state))) return { state: 'running' };
  const waiting = jobs.find(({ state }) => isWaiting(state));
  if (waiting !== undefined && !isClaimed) return { state: 'queued', reason: reasonOf(waiting) };
  if (known.slurmJobId === undefined && !isClaimed) return { state: 'not-started' };
  const status = parseSlurmStatus(await findText(files.exitStatus));
  if (status !== undefined) return endOf(run, status, known, jobs);
  // A job that waits although its attempt is claimed is one that Slurm has twice, or again after a controller forgot that
  // it had begun: what began may yet go on.
  if (waiting !== undefined || !await isGoneForLong(run, files, known)) return { state: 'running' };
  return await findEndFromOutside(run, known, jobs) ?? { state: 'vanished' };
}

/** A core that came to its own end has done so, whatever Slurm did next. Of one that was stopped, Slurm says why. */
async function endOf(
  run: CoreRun, { state, isStopped }: SlurmStatus, known: SlurmRecord, jobs: readonly SlurmJob[],
): Promise<CoreState> {
  if (isStopped) return await findEndFromOutside(run, known, jobs) ?? stoppedIn(known);
  if (state.state !== 'ended') return await findEndFromOutside(run, known, jobs) ?? state;
  return { ...state, ...await findImageDigest(new AttemptFiles(run.attemptFolder)) };
}

async function cancel(run: CoreRun): Promise<void> {
  const files = new AttemptFiles(run.attemptFolder);
  // What has not begun never will; then what is just being submitted is waited for, and found.
  if (!await exists(files.claim)) await claimForNobody(files);
  if (await findSlurmRecord(files) === undefined) return;
  if (!await untilNobodySubmits(files)) throw new ExecutorUnavailable('another command is just submitting the job');
  await endJobs(run);
}

async function collect(run: CoreRun): Promise<void> {
  const files = new AttemptFiles(run.attemptFolder);
  if (await findSlurmRecord(files) !== undefined) {
    await endJobs(run); // none as a rule
    // Slurm may have lost the node and the core go on there: it ends when it sees this, before another attempt begins.
    await writeFileDurable(files.collected, '');
  }
  await trimLog(files.stdout);
  await trimLog(files.stderr);
}

/** Cancels all that Slurm still has of a job, and waits until it has ended: with its processes. */
async function endJobs(run: CoreRun): Promise<void> {
  const giveUpAt = performance.now() + CANCEL_MILLISECONDS;
  for (let isFirst = true; ; isFirst = false) {
    const alive = (await findJobsOfName(run.JobId)).filter(({ state }) => isAlive(state));
    if (alive.length === 0) return;
    if (isFirst) await cancelJobs(alive.map(({ slurmJobId }) => slurmJobId));
    if (performance.now() > giveUpAt) {
      const left = alive.map(({ slurmJobId, state }) => `Slurm job ${slurmJobId} is still ${state}`);
      throw new ExecutorUnavailable(`${left.join(', ')} after ${CANCEL_MILLISECONDS / 1000} s`);
    }
    await delay(LOOK_MILLISECONDS);
  }
}

async function whyNobodyAnswers(): Promise<Failure | undefined> {
  try {
    await findJobsLately();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof ExecutorUnavailable) return { reason: 'executor-unavailable', text: thrown.message };
    throw thrown;
  }
}

/** The jobs of this submission. What may have changed since Slurm was asked for all, it is asked for by name. */
async function findJobs({ JobId }: CoreRun, { token }: SlurmRecord, isClaimed: boolean): Promise<SlurmJob[]> {
  const ofToken = (jobs: readonly SlurmJob[]): SlurmJob[] => {
    return jobs.filter(({ comment }) => comment.endsWith(` ${token}`));
  };
  const lately = ofToken(await findJobsLately());
  const isStillSo = lately.some(({ state }) => isAlive(state) && isWaiting(state) !== isClaimed);
  return isStillSo ? lately : ofToken(await findJobsNow(JobId));
}

/** Whoever submitted it may have been killed before it could write down the number. */
async function withJobId(files: AttemptFiles, record: SlurmRecord, jobs: readonly SlurmJob[]): Promise<SlurmRecord> {
  const slurmJobId = jobs[0]?.slurmJobId;
  if (record.slurmJobId !== undefined || slurmJobId === undefined) return record;
  const known: SlurmRecord = { ...record, slurmJobId };
  await writeSlurmRecordDurable(files, known);
  return known;
}

/**
 * Whether the job has been gone for so long that an exit status would be seen if there were one. Writing down when it
 * was first missed also makes this host look at the folder anew, whose names its file system may have in a cache.
 */
async function isGoneForLong({ core }: CoreRun, files: AttemptFiles, record: SlurmRecord): Promise<boolean> {
  const { statusSeconds = 0 } = core.slurm ?? {};
  if (record.goneSince === undefined) {
    await writeSlurmRecordDurable(files, { ...record, goneSince: new Date().toISOString() });
    return statusSeconds === 0 && await findText(files.exitStatus) === undefined;
  }
  // A clock that was set back does not make it wait for longer.
  return Math.abs(Date.now() - Date.parse(record.goneSince)) >= statusSeconds * 1000;
}

async function findEndFromOutside(
  run: CoreRun, { slurmJobId }: SlurmRecord, jobs: readonly SlurmJob[],
): Promise<CoreState | undefined> {
  if (slurmJobId === undefined) return undefined;
  const ended = jobs.find(({ state }) => !isAlive(state));
  const slurmState = ended?.state ?? await findAccountedState(slurmJobId, run.JobId);
  if (slurmState === undefined) return undefined;
  return endFromOutside(slurmState, slurmJobId, run.core.timeoutSeconds);
}

/** Slurm stopped it, and has forgotten why. */
function stoppedIn({ slurmJobId = '' }: SlurmRecord): CoreState {
  const failure: Failure = { reason: 'slurm-ended', slurmJobId, slurmState: 'forgotten' };
  return { state: 'failed', outcome: 'Slurm stopped it', failure };
}

async function findImageDigest(files: AttemptFiles): Promise<{ imageDigest?: string }> {
  const digest = (await findText(files.imageDigest))?.trim() ?? '';
  return /^[0-9a-f]{64}$/.test(digest) ? { imageDigest: `sha256:${digest}` } : {};
}

function reasonOf({ state, reason }: SlurmJob): string {
  return state === 'PENDING' && reason !== 'None' ? reason : state.toLowerCase();
}

function startedAs(slurmJobId: string): CoreStarted {
  return { started: true, handle: `Slurm job ${slurmJobId}`, queued: 'submitted' };
}
