// dts jobs: looks at jobs and changes them.

import { changeJob, type JobChange } from '../flow/change-job.ts';
import { findJobById, findJobs, type JobFilter } from '../flow/find-jobs.ts';
import { reportJob, type JobReport } from '../flow/job-report.ts';
import { failureText } from '../job/failure-text.ts';
import { isJobState, JOB_STATES } from '../job/job-state.ts';
import type { StoredJob } from '../spool/job-store.ts';
import { declare, type CommonOptions, type Declaration } from './declaration.ts';
import { UsageFault } from './usage-fault.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { formatTable, visible } from './format-table.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { parseSince } from './since.ts';

interface Options extends CommonOptions {
  readonly stream?: string;
  readonly state?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  readonly since?: Date;
  readonly json?: boolean;
}

export const jobs: Declaration = {
  command: declare('jobs', 'list jobs, show one, or change some')
    .argument('[what]', 'list, show, log, retry, cancel, hold or release', 'list')
    .argument('[job...]', 'JobIds; for retry, cancel, hold and release the filters choose them too')
    .option('--stream <name>', 'only of this stream')
    .option('--state <state>', `only in this state: ${JOB_STATES.join(', ')}`)
    .option('--accession <number>', 'only with this AccessionNumber')
    .option('--patient <id>', 'only of this PatientID')
    .option('--study <uid>', 'only of this StudyInstanceUID')
    .option('--since <when>', 'only arrived since: 2h, 3d, or a date such as 2026-11-20', parseSince)
    .option('--json', 'as JSON'),
  examples: [
    ['dts jobs', 'all jobs'],
    ['dts jobs --state failed --since 1d', 'what failed since yesterday'],
    ['dts jobs show 20261120T081530123Z-AICore-1a2b3c4d', 'all that is known of one'],
    ['dts jobs log 20261120T081530123Z-AICore-1a2b3c4d', 'what its core said'],
    ['dts jobs retry --state failed --stream AICore', 'again from the start'],
  ],
  statuses: [EXIT.data, EXIT.retry, EXIT.configuration],
  async run([what = 'list', ...JobIds], options: Options) {
    const opened = await openStation('jobs', options);
    switch (what) {
      case 'list': return list(opened, options);
      case 'show': return show(opened, JobIds, options);
      case 'log': return log(opened, JobIds);
      case 'retry': case 'cancel': case 'hold': case 'release': return change(opened, what, JobIds, options);
      default: throw new UsageFault(`there is no jobs ${what}: list, show, log, retry, cancel, hold or release`);
    }
  },
};

async function list({ station }: OpenStation, options: Options): Promise<ExitStatus> {
  const found = await findJobs(station.layout, filterOf(options));
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(found.map(({ state, job }) => ({ state, ...job })), null, 2)}\n`);
    return EXIT.done;
  }
  const rows = found.map(({ state, job }) => {
    return [state, job.JobId, job.arrival.arrivedAt.slice(0, 19).replace('T', ' '), job.AccessionNumber, job.PatientID];
  });
  process.stdout.write(formatTable(['STATE', 'JOB', 'ARRIVED (UTC)', 'ACCESSION', 'PATIENT'], rows, process.stdout.columns));
  return EXIT.done;
}

async function show({ station }: OpenStation, JobIds: readonly string[], options: Options): Promise<ExitStatus> {
  const reports: JobReport[] = [];
  for (const stored of await mustFind(station.layout, JobIds)) reports.push(await reportJob(station, stored));
  if (options.json === true) process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  else process.stdout.write(reports.map(formatReport).join('\n'));
  return EXIT.done;
}

async function log({ station }: OpenStation, JobIds: readonly string[]): Promise<ExitStatus> {
  const { createReadStream } = await import('node:fs');
  for (const stored of await mustFind(station.layout, JobIds)) {
    const { logs } = await reportJob(station, stored);
    if (logs.length === 0) process.stderr.write(`dts jobs: ${stored.job.JobId}: its core has not said anything\n`);
    for (const path of logs) {
      for await (const piece of createReadStream(path)) process.stdout.write(piece);
    }
  }
  return EXIT.done;
}

async function change(
  { station }: OpenStation, what: JobChange, JobIds: readonly string[], options: Options,
): Promise<ExitStatus> {
  const filtered = Object.keys(filterOf(options)).length > 0;
  if (JobIds.length === 0 && !filtered) throw new UsageFault(`jobs ${what} needs a JobId or a filter such as --state failed`);
  const chosen = JobIds.length > 0 ? JobIds : (await findJobs(station.layout, filterOf(options))).map(({ job }) => job.JobId);
  const statuses: ExitStatus[] = [];
  for (const JobId of chosen) {
    const outcome = await changeJob(station, JobId, what);
    if (outcome === 'unknown') throw new UsageFault(`there is no job ${JobId}; dts jobs list shows them`);
    if (outcome === 'busy') {
      process.stderr.write(`dts jobs: warning: ${JobId}: not changed: another process works on it; try again\n`);
      statuses.push(EXIT.retry);
    } else if ('hindered' in outcome) {
      process.stderr.write(`dts jobs: warning: ${JobId}: not changed: ${visible(outcome.hindered)}\n`);
      statuses.push(EXIT.retry);
    } else if ('refused' in outcome) {
      process.stderr.write(`dts jobs: error: ${JobId}: not changed: it is ${outcome.refused}, which has no ${what}\n`);
      statuses.push(EXIT.data);
    } else {
      process.stdout.write(`${JobId}: ${outcome.moved}\n`);
    }
  }
  return worst(statuses);
}

async function mustFind(layout: OpenStation['station']['layout'], JobIds: readonly string[]): Promise<StoredJob[]> {
  if (JobIds.length === 0) throw new UsageFault('a JobId is needed; dts jobs list shows them');
  const found: StoredJob[] = [];
  for (const JobId of JobIds) {
    const stored = await findJobById(layout, JobId);
    if (stored === undefined) throw new UsageFault(`there is no job ${JobId}; dts jobs list shows them`);
    found.push(stored);
  }
  return found;
}

function filterOf({ stream, state, accession, patient, study, since }: Options): JobFilter {
  if (state !== undefined && !isJobState(state)) {
    throw new UsageFault(`there is no state ${state}: ${JOB_STATES.join(', ')}`);
  }
  return {
    ...(state === undefined ? {} : { state }),
    ...(stream === undefined ? {} : { stream }),
    ...(accession === undefined ? {} : { accession }),
    ...(patient === undefined ? {} : { patient }),
    ...(study === undefined ? {} : { study }),
    ...(since === undefined ? {} : { since }),
  };
}

function formatReport({ job, state, path, attempt, clock, failures, result, deliveries, logs, timeline }: JobReport): string {
  const { arrival } = job;
  const lines = [
    `${job.JobId}: ${state}`,
    `  stream      ${job.stream}`,
    `  study       ${arrival.StudyInstanceUID}`,
    `  accession   ${visible(job.AccessionNumber) || '(none)'}`,
    `  arrived     ${arrival.arrivedAt} from ${visible(arrival.callingAETitle)} (${arrival.address}) to ${visible(arrival.calledAETitle)}`,
    `  directory   ${path}`,
    ...job.selected.map(({ SeriesInstanceUID, NameFromSelect }) => `  series      ${SeriesInstanceUID} (${NameFromSelect})`),
    ...attempt === undefined ? [] : [`  attempt     ${attempt.attempt}, ${attempt.handle ?? 'not started'}, ${attempt.outcome ?? 'running'}`],
    ...attempt?.imageDigest === undefined ? [] : [`  image       ${attempt.imageDigest}`],
    ...clock === undefined ? [] : [`  next try    ${clock.notBefore}, ${clock.failedTries} failed: ${failureText(clock.last)}`],
    ...failures.map((failure) => `  failed      ${visible(failureText(failure))}`),
    ...result === undefined ? [] : [`  result      ${result.instances.length} instances, ${result.predictions.length} values`],
    ...deliveries.map((delivery) => `  delivery    ${delivery.DeliveryId}: ${delivery.state}`),
    ...logs.map((file) => `  log         ${file}`),
    '  timeline',
    ...timeline.map(({ time, text }) => `    ${time}  ${visible(text)}`),
  ];
  return `${lines.join('\n')}\n`;
}
