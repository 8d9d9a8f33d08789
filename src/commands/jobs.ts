// dts jobs: looks at jobs and changes them.

import { changeJob, type JobChange } from '../flow/change-job.ts';
import { findJobById, findJobs, type JobFilter } from '../flow/find-jobs.ts';
import { attemptsOf, reportJob, type JobReport } from '../flow/job-report.ts';
import { failureText } from '../job/failure-text.ts';
import { isJobState, JOB_STATES } from '../job/job-state.ts';
import type { Attempt, Result } from '../job/job.ts';
import { oneLine } from '../job/one-line.ts';
import type { StoredJob } from '../spool/job-store.ts';
import { clockText } from './clock-text.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, worst, type ExitStatus } from './exit-status.ts';
import { formatTable } from './format-table.ts';
import { meantJobId } from './meant-id.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { parseSince } from './since.ts';
import { tellChange } from './tell-change.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';
import { mustBeStationUser } from './station-user.ts';

interface Options extends CommonOptions {
  readonly stream?: string;
  readonly state?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  readonly since?: Date;
  readonly json?: boolean;
}

const WORDS = ['list', 'show', 'log', 'retry', 'cancel', 'hold', 'release'] as const;

export const jobs: Declaration = {
  command: addSite(declare('jobs', 'list jobs, show one, or change some'))
    .argument('[what]', 'list, show, log, retry, cancel, hold or release', 'list')
    .argument('[job...]', 'JobIds, or as much of their beginnings as no other has; '
      + 'for retry, cancel, hold and release the filters choose them too')
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
      case 'list':
        if (JobIds.length > 0) throw new UsageFault('list takes filters, not JobIds; dts jobs show takes JobIds');
        return list(opened, options);
      case 'show': return show(opened, JobIds, options);
      case 'log': return log(opened, JobIds);
      case 'retry': case 'cancel': case 'hold': case 'release': return change(opened, what, JobIds, options);
      default: throw unknownWord('jobs', what, WORDS);
    }
  },
};

async function list({ station, console }: OpenStation, options: Options): Promise<ExitStatus> {
  const found = await findJobs(station.layout, filterOf(options), (JobId, why) => {
    console.message('warning', `${JobId}: not listed: ${failureText(why)}; mend its files or their rights`);
  });
  if (options.json === true) {
    await printJson(found.map(({ state, job }) => ({ state, ...job })));
    return EXIT.done;
  }
  const rows = found.map(({ state, job }) => {
    return [state, job.JobId, job.arrival.arrivedAt.slice(0, 19).replace('T', ' '), job.AccessionNumber, job.PatientID];
  });
  await print(formatTable(['STATE', 'JOB', 'ARRIVED (UTC)', 'ACCESSION', 'PATIENT'], rows, process.stdout.columns));
  return EXIT.done;
}

/** The states from which each change is possible. */
const OPEN_TO: { readonly [Change in JobChange]: string } = {
  retry: 'done, failed or cancelled',
  cancel: 'neither done nor cancelled',
  hold: 'pending, staged, ran or validated',
  release: 'held',
};

async function show({ station }: OpenStation, JobIds: readonly string[], options: Options): Promise<ExitStatus> {
  const reports: JobReport[] = [];
  for (const stored of await mustFind(station.layout, JobIds)) reports.push(await reportJob(station, stored));
  if (options.json === true) await printJson(reports);
  else await print(reports.map(formatReport).join('\n'));
  return EXIT.done;
}

async function log({ station, console }: OpenStation, JobIds: readonly string[]): Promise<ExitStatus> {
  const { createReadStream } = await import('node:fs');
  for (const stored of await mustFind(station.layout, JobIds)) {
    const { logs } = await reportJob(station, stored);
    if (logs.length === 0) {
      console.message('warning', `${stored.job.JobId}: nothing to show: its core has not said anything`);
    }
    for (const path of logs) {
      for await (const piece of createReadStream(path, 'utf8')) {
        await print(process.stdout.isTTY ? harmless(piece) : piece);
      }
    }
  }
  return EXIT.done;
}

/** What a core prints may hold what others wrote into a header. */
function harmless(text: string): string {
  return text.replace(/[^\n\t]+/g, oneLine);
}

async function change(
  { station, console }: OpenStation, what: JobChange, JobIds: readonly string[], options: Options,
): Promise<ExitStatus> {
  await mustBeStationUser(station.layout);
  const filter = filterOf(options);
  if (JobIds.length === 0 && Object.keys(filter).length === 0) {
    throw new UsageFault(`jobs ${what} needs a JobId or a filter such as --state failed`);
  }
  const chosen = JobIds.length > 0 ? await Promise.all(JobIds.map((word) => meantJobId(station.layout, word)))
    : (await findJobs(station.layout, filter)).map(({ job }) => job.JobId);
  const why = { busy: 'another process works on it', openTo: `${what} is for jobs that are ${OPEN_TO[what]}` };
  const statuses: ExitStatus[] = [];
  for (const JobId of chosen) {
    const outcome = await changeJob(station, JobId, what);
    if (outcome === 'unknown') throw new UsageFault(`there is no job ${JobId}; dts jobs list shows them`);
    statuses.push(await tellChange(console, JobId, outcome, why));
  }
  return worst(statuses);
}

async function mustFind(layout: OpenStation['station']['layout'], JobIds: readonly string[]): Promise<StoredJob[]> {
  if (JobIds.length === 0) throw new UsageFault('a JobId is needed; dts jobs list shows them');
  const found: StoredJob[] = [];
  for (const word of JobIds) {
    const JobId = await meantJobId(layout, word);
    const stored = await findJobById(layout, JobId);
    if (stored === undefined) throw new UsageFault(`there is no job ${JobId}; dts jobs list shows them`);
    found.push(stored);
  }
  return found;
}

function filterOf({ stream, state, accession, patient, study, since }: Options): JobFilter {
  if (state !== undefined && !isJobState(state)) {
    throw unknownWord('state', state, JOB_STATES);
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

function formatReport(report: JobReport): string {
  const { job, state, path, attempt, cores, clock, failures, result, deliveries, logs, timeline } = report;
  const { arrival } = job;
  const sender = `${oneLine(arrival.callingAETitle)} (${arrival.address}) to ${oneLine(arrival.calledAETitle)}`;
  const lines = [
    `${job.JobId}: ${state}`,
    `  stream      ${job.stream}`,
    `  study       ${arrival.StudyInstanceUID}`,
    `  accession   ${oneLine(job.AccessionNumber) || '(none)'}`,
    `  arrived     ${arrival.arrivedAt} from ${sender}`,
    `  directory   ${path}`,
    ...job.selected.map((series) => `  series      ${series.SeriesInstanceUID} (${series.NameFromSelect})`),
    ...attemptsOf(attempt).flatMap((one) => [
      `  attempt     ${attemptText(one, cores)}`,
      ...one.imageDigest === undefined ? [] : [`  image       ${one.imageDigest}`],
    ]),
    ...clock === undefined ? [] : [`  next try    ${clockText(clock)}`],
    ...failures.map((failure) => `  failed      ${failureText(failure)}`),
    ...result === undefined ? [] : [`  result      ${resultText(result)}`],
    ...deliveries.map((delivery) => `  delivery    ${delivery.DeliveryId}: ${delivery.state}`),
    ...logs.map((file) => `  log         ${file}`),
    '  timeline',
    ...timeline.map(({ time, text }) => `    ${time}  ${oneLine(text)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function attemptText(
  { attempt, core, handle = 'not started', queued, outcome }: Attempt, cores: number,
): string {
  const which = cores > 1 ? `, core ${core} of ${cores}` : '';
  const state = outcome ?? (queued === undefined ? 'running' : `queued (${oneLine(queued)})`);
  return `${attempt}${which}, ${handle}, ${state}`;
}

function resultText({ instances, predictions }: Result): string {
  return `${instances.length} instances, ${predictions.length} values`;
}
