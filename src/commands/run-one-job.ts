// dts run-one-job: advances the job that is next, or one by name, by one step.

import type { Advance } from '../flow/job/advance-job.ts';
import { ENDED_JOB_STATES, type JobState } from '../job/job-state.ts';
import { giveSignOfLife, giveSignsDuring } from '../spool/host-beat.ts';
import { noJobCanAdvance } from '../spool/idle.ts';
import type { Layout } from '../spool/layout.ts';
import type { RestingState } from './advance-text.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import type { OpenStation } from './open-station.ts';
import { addRepetition, repeat, validateRepetition, type Repetition } from './repeat.ts';
import { repeatPastSlowRounds } from './repeat-side-by-side.ts';
import { stopSignal } from './stop-signal.ts';
import { tick } from './tick.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions, Repetition {
  readonly all?: boolean;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
}

/** A step that takes longer, such as a large result on a slow line, keeps the other jobs waiting no more. */
const PATIENCE_SECONDS = 10;

/** How often a job that runs is looked at with --wait. */
const WAIT_EVERY_SECONDS = 1;

export const runOneJob: Declaration = {
  command: addRepetition(addSite(declare('run-one-job', 'advance the job that is next, or one by name, by one step'))
    .argument('[job]', 'a JobId or the beginning of one; without it the job that is next')
    .option('--all', 'advance every job that can advance, as far as it can')
    .option('--wait', 'with a JobId: go on until the job ends or waits for its deliveries')
    .option('--dry-run', 'say what would be done, and do nothing')),
  examples: [
    ['dts run-one-job', 'one step of the job that is next'],
    ['dts run-one-job --all --for 55s --every 2s', 'what cron does'],
    ['dts run-one-job 20261120T081530123Z-AICore-1a2b3c4d --wait', 'one job to its end, telling each step'],
    ['dts run-one-job 20261120T081530123Z-AICore-1a2b3c4d --dry-run', 'what its next step would do'],
  ],
  statuses: [EXIT.data, EXIT.inputOutput, EXIT.retry, EXIT.configuration],
  async run([job], options: Options) {
    if (options.wait === true && job === undefined) throw new UsageFault('--wait needs a JobId');
    if (options.all === true && job !== undefined) throw new UsageFault('--all and a JobId do not go together');
    validateRepetition(options, job === undefined ? undefined : 'a JobId');
    if (options.dryRun === true) return dryRun(options, job);
    if (job !== undefined) return runByHand(options, job);
    const isIdle = (layout: Layout): boolean => {
      giveSignOfLife(layout);
      return noJobCanAdvance(layout, new Date());
    };
    const work = (opened: OpenStation, signal: AbortSignal) => advance(opened, options, signal);
    return tick('run-one-job', options, isIdle, work, repeatPastSlowRounds(PATIENCE_SECONDS));
  },
};

async function advance({ station }: OpenStation, { all }: Options, signal: AbortSignal): Promise<ExitStatus> {
  const { advanceAll, advanceNext } = await import('../flow/job/advance-next.ts');
  const { statusOf } = await import('./advance-text.ts');
  const advances = await giveSignsDuring(station.layout, () => {
    return all === true ? advanceAll(station, signal) : advanceNext(station);
  });
  return worst(advances.map(statusOf));
}

/** Every step is told, and a clock that asks to wait is not obeyed. */
async function runByHand(options: Options, word: string): Promise<ExitStatus> {
  const { openStation } = await import('./open-station.ts');
  const { mustBeStationUser } = await import('./station-user.ts');
  const { advanceOne } = await import('../flow/job/advance-next.ts');
  const { findJobState } = await import('../spool/job-store.ts');
  const { advanceText, restText, statusOf, statusOfRest } = await import('./advance-text.ts');
  const { meantJobId } = await import('./meant-id.ts');
  const { print } = await import('./print.ts');
  const { openProgress } = await import('./progress.ts');
  const { station } = await openStation('run-one-job', options, 'nothing');
  await mustBeStationUser(station.layout);
  const JobId = await meantJobId(station.layout, word);
  const before = await findJobState(station.layout, JobId);
  if (before !== undefined && isAtRest(before)) {
    await print(`${restText(JobId, before)}\n`);
    return statusOfRest(before);
  }

  const ended = new AbortController();
  const signal = AbortSignal.any([stopSignal(), ended.signal]);
  const progress = openProgress();
  let isWaiting = false;
  let status: ExitStatus = EXIT.done;

  async function tell(advance: Advance): Promise<void> {
    const text = advanceText(JobId, advance);
    const goesOnWaiting = advance.advance === 'waits' && isWaiting;
    isWaiting = advance.advance === 'waits';
    if (!goesOnWaiting) {
      progress.end();
      await print(`${text}\n`);
    }
    if (isWaiting) progress.say(text);
  }

  const keepOn: Repetition = options.wait === true ? { for: Number.POSITIVE_INFINITY, every: WAIT_EVERY_SECONDS } : {};
  await repeat(keepOn, signal, async () => {
    for (;;) {
      const advance = await advanceOne(station, JobId);
      if (advance === undefined) throw new UsageFault(`there is no job ${JobId} any more`);
      status = statusOf(advance);
      await tell(advance);
      const state = await findJobState(station.layout, JobId);
      const hasLeft = state === undefined || isAtRest(state) || state === 'forwarding';
      if (hasLeft || advance.advance === 'postponed') ended.abort();
      if (options.wait !== true || signal.aborted || advance.advance !== 'moved') return status;
    }
  });
  progress.end();
  return status;
}

function isAtRest(state: JobState): state is RestingState {
  return (ENDED_JOB_STATES as readonly JobState[]).includes(state);
}

async function dryRun(options: Options, word: string | undefined): Promise<ExitStatus> {
  const { openStation } = await import('./open-station.ts');
  const { planJob } = await import('../flow/job/plan-job.ts');
  const { meantJobId } = await import('./meant-id.ts');
  const { print } = await import('./print.ts');
  const { oneLine } = await import('../job/one-line.ts');
  const { station } = await openStation('run-one-job', options, 'nothing');
  const JobId = word === undefined ? undefined : await meantJobId(station.layout, word);
  const lines = await planJob(station, JobId);
  if (lines === undefined) throw new UsageFault(`there is no job ${JobId ?? ''} any more`);
  await print(lines.map((line) => `${oneLine(line)}\n`).join(''));
  return EXIT.done;
}
