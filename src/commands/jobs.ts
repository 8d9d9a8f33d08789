// dts jobs: looks at jobs and changes them.

import { RETRY_FROM, type JobChange, type RetryFrom } from '../flow/job/change-job.ts';
import { findJobById, findJobs, type JobFilter } from '../flow/job/find-jobs.ts';
import { reportJob, type JobReport } from '../flow/job/job-report.ts';
import { personName } from '../host/person.ts';
import { failureText } from '../job/failure-text.ts';
import { isJobState, JOB_STATES } from '../job/job-state.ts';
import { oneLine } from '../job/one-line.ts';
import type { StoredJob } from '../spool/job-store.ts';
import { changeJobs } from './change-jobs.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { formatTable } from './format-table.ts';
import { formatReport } from './job-report-text.ts';
import { meantJobId } from './meant-id.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { releaseComplete } from './release-studies.ts';
import { parseSince } from './since.ts';
import { unknownWord, UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly stream?: string;
  readonly state?: string;
  readonly accession?: string;
  readonly patient?: string;
  readonly study?: string;
  readonly since?: Date;
  readonly complete?: boolean;
  readonly from?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
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
    .option('--from <step>', 'retry: from staging, or only from validation of the output as it lies. Without it: where '
      + 'deliveries alone have failed, these; else from staging')
    .option('--complete', 'release: no jobs but studies that streams wait for more of, by StudyInstanceUID or '
      + 'AccessionNumber: they go on with what there is')
    .option('--reason <text>', 'retry, cancel, hold, release: why, for whoever looks later')
    .option('--dry-run', 'retry, cancel, hold, release: say what would become of each job, and change none')
    .option('--yes', 'retry, cancel, hold, release: do not ask before several jobs are changed')
    .option('--json', 'as JSON'),
  examples: [
    ['dts jobs', 'all jobs'],
    ['dts jobs --state failed --since 1d', 'what failed since yesterday'],
    ['dts jobs show 20261120T081530123Z-AICore-1a2b3c4d', 'all that is known of one'],
    ['dts jobs log 20261120T081530123Z-AICore-1a2b3c4d', 'what its core said'],
    ['dts jobs retry --state failed --stream AICore', 'all that have failed, again'],
    ['dts jobs retry 20261120T081530 --from validation', 'check its output again, by the rules as they are now'],
    ['dts jobs hold --stream AICore --reason "scanner is being mended"', 'all of a stream that can be held'],
    ['dts jobs cancel --study 1.2.3.4 --dry-run', 'what that would do'],
    ['dts jobs release --complete 1.2.840.113619.2.55.3', 'nothing more of this study will come'],
  ],
  statuses: [EXIT.data, EXIT.retry, EXIT.configuration],
  async run([what = 'list', ...JobIds], options: Options) {
    const opened = await openStation('jobs', options);
    if (options.complete === true) {
      if (what === 'release') return releaseComplete(opened, JobIds, options);
      throw new UsageFault(`--complete is for jobs release, not for jobs ${what}`);
    }
    if (['list', 'show', 'log'].includes(what)) refuseOptionsOfChanges(what, options);
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
  opened: OpenStation, what: JobChange, JobIds: readonly string[], options: Options,
): Promise<ExitStatus> {
  const filter = filterOf(options);
  if (JobIds.length === 0 && Object.keys(filter).length === 0) {
    throw new UsageFault(`jobs ${what} needs a JobId or a filter such as --state failed`);
  }
  return changeJobs(opened, what, JobIds.length > 0 ? { JobIds } : { filter }, {
    by: personName(),
    ...(options.from === undefined ? {} : { from: retryFrom(what, options.from) }),
    ...(options.reason === undefined ? {} : { reason: options.reason }),
  }, options);
}

/** Whoever asks for a dry run must not believe that there was one. */
function refuseOptionsOfChanges(what: string, { from, reason, dryRun, yes }: Options): void {
  const given = Object.entries({ from, reason, 'dry-run': dryRun, yes }).find(([, value]) => value !== undefined);
  if (given !== undefined) throw new UsageFault(`--${given[0]} is for retry, cancel, hold and release, not for ${what}`);
}

function retryFrom(what: JobChange, word: string): RetryFrom {
  if (what !== 'retry') throw new UsageFault(`--from is for jobs retry, not for jobs ${what}`);
  const from = RETRY_FROM.find((one) => one === word);
  if (from === undefined) throw unknownWord('step to retry from,', word, RETRY_FROM);
  return from;
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
