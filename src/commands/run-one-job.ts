// dts run-one-job: advances the job that is next, or one by name, by one step.

import { advanceAll, advanceNext, advanceOne } from '../flow/advance-next.ts';
import { planJob } from '../flow/plan-job.ts';
import { ENDED_JOB_STATES } from '../job/job-state.ts';
import { findJobState } from '../spool/job-store.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { UsageFault } from './ending.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { advanceText, statusOf } from './advance-text.ts';
import { addRepetition, repeat, type Repetition } from './repeat.ts';
import { stopSignal } from './stop-signal.ts';

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
    const opened = await openStation('run-one-job', options, JobId === undefined ? 'events' : 'nothing');
    if (options.dryRun === true) return dryRun(opened, JobId);
    if (JobId !== undefined) return runOne(opened, JobId, options);
    const signal = stopSignal();
    return repeat(options, signal, async (): Promise<ExitStatus> => {
      const advances = options.all === true ? await advanceAll(opened.station, signal) : await advanceNext(opened.station);
      return worst(advances.map(statusOf));
    });
  },
};

/** By hand: every step is told, and a clock that asks to wait is not obeyed. */
async function runOne({ station }: OpenStation, JobId: string, options: Options): Promise<ExitStatus> {
  const signal = stopSignal();
  const keepOn: Repetition = options.wait === true ? { for: Number.POSITIVE_INFINITY, every: WAIT_EVERY_SECONDS } : {};
  const ended = new AbortController();
  let said = '';
  let status: ExitStatus = EXIT.done;
  await repeat(keepOn, AbortSignal.any([signal, ended.signal]), async (): Promise<ExitStatus> => {
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

async function dryRun({ station }: OpenStation, JobId: string | undefined): Promise<ExitStatus> {
  const lines = await planJob(station, JobId);
  if (lines === undefined) throw new UsageFault(`there is no job ${JobId ?? ''}; dts jobs list shows them`);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return EXIT.done;
}
