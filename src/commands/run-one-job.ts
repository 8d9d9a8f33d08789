// dts run-one-job: advances the job that is next, or one by name, by one step.

import { ENDED_JOB_STATES } from '../job/job-state.ts';
import { noJobIsUnderWay } from '../spool/idle.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import type { OpenStation } from './open-station.ts';
import { addRepetition, repeat, type Repetition } from './repeat.ts';
import { stopSignal } from './stop-signal.ts';
import { tick } from './tick.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions, Repetition {
  readonly all?: boolean;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
}

/** How often a job that runs is looked at with --wait. */
const WAIT_EVERY_SECONDS = 1;

export const runOneJob: Declaration = {
  command: addRepetition(declare('run-one-job', 'advance the job that is next, or one by name, by one step')
    .argument('[job]', 'a JobId; without it the job that is next')
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
  async run([JobId], options: Options) {
    if (options.wait === true && JobId === undefined) throw new UsageFault('--wait needs a JobId');
    if (options.all === true && JobId !== undefined) throw new UsageFault('--all and a JobId do not go together');
    if (options.dryRun === true) return dryRun(options, JobId);
    if (JobId !== undefined) return runByHand(options, JobId);
    return tick('run-one-job', options, noJobIsUnderWay, (opened, signal) => advance(opened, options, signal));
  },
};

async function advance({ station }: OpenStation, { all }: Options, signal: AbortSignal): Promise<ExitStatus> {
  const { advanceAll, advanceNext } = await import('../flow/advance-next.ts');
  const { statusOf } = await import('./advance-text.ts');
  const advances = all === true ? await advanceAll(station, signal) : await advanceNext(station);
  return worst(advances.map(statusOf));
}

/** Every step is told, and a clock that asks to wait is not obeyed. */
async function runByHand(options: Options, JobId: string): Promise<ExitStatus> {
  const { openStation } = await import('./open-station.ts');
  const { advanceOne } = await import('../flow/advance-next.ts');
  const { findJobState } = await import('../spool/job-store.ts');
  const { advanceText, statusOf } = await import('./advance-text.ts');
  const { station } = await openStation('run-one-job', options, 'nothing');
  const signal = stopSignal();
  const ended = new AbortController();
  const keepOn: Repetition = options.wait === true ? { for: Number.POSITIVE_INFINITY, every: WAIT_EVERY_SECONDS } : {};
  let said = '';
  let status: ExitStatus = EXIT.done;
  await repeat(keepOn, AbortSignal.any([signal, ended.signal]), async () => {
    for (;;) {
      const advance = await advanceOne(station, JobId);
      if (advance === undefined) throw new UsageFault(`there is no job ${JobId}; dts jobs list shows them`);
      status = statusOf(advance);
      const text = advanceText(JobId, advance);
      if (text !== said) process.stdout.write(`${text}\n`);
      said = text;
      const state = await findJobState(station.layout, JobId);
      const atRest = state === undefined || (ENDED_JOB_STATES as readonly string[]).includes(state);
      if (atRest || state === 'forwarding' || advance.advance === 'postponed') ended.abort();
      if (options.wait !== true || ended.signal.aborted || advance.advance !== 'moved') return status;
    }
  });
  return status;
}

async function dryRun(options: Options, JobId: string | undefined): Promise<ExitStatus> {
  const { openStation } = await import('./open-station.ts');
  const { planJob } = await import('../flow/plan-job.ts');
  const { station } = await openStation('run-one-job', options, 'nothing');
  const lines = await planJob(station, JobId);
  if (lines === undefined) throw new UsageFault(`there is no job ${JobId ?? ''}; dts jobs list shows them`);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return EXIT.done;
}
