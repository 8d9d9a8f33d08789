// dts explain: why a study was or was not made into jobs, or what files would be made into.

import { explainStreams, type Unknown } from '../flow/explain/explain.ts';
import { explainStudy } from '../flow/explain/explain-study.ts';
import { findDeliveryByBeginning, findJobByBeginning } from '../flow/find-by-beginning.ts';
import { findJobById } from '../flow/job/find-jobs.ts';
import { listFiles } from '../flow/list-files.ts';
import { readFilesToExplain } from '../flow/explain/study-to-explain.ts';
import { isUID } from '../dicom/uid.ts';
import { findDelivery, findDeliveryState } from '../spool/delivery-store.ts';
import { exists } from '../spool/read.ts';
import { addSite, declare, type CommonOptions, type Declaration } from './declaration.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';
import { loadPaint } from './explanation-colour.ts';
import { formatExplanation, formatFilesExplained, type FilesExplained } from './explanation-text.ts';
import { meantDeliveryId, meantJobId } from './meant-id.ts';
import { openStation, type OpenStation } from './open-station.ts';
import { print, printJson } from './print.ts';
import { openProgress } from './progress.ts';
import { UsageFault } from './usage-fault.ts';

interface Options extends CommonOptions {
  readonly called?: string;
  readonly caller?: string;
  readonly address?: string;
  readonly json?: boolean;
}

export const explain: Declaration = {
  command: addSite(declare('explain', 'show for each stream, series and destination whether it matched, and what decided'))
    .argument('<what>', 'a StudyInstanceUID; a JobId or DeliveryId, or the beginning of one; or a DICOM file or folder')
    .option('--called <AETitle>', 'of files: as though they were sent to this AE title')
    .option('--caller <AETitle>', 'of files: as though this AE title sent them')
    .option('--address <ip>', 'of files: as though they came from this address')
    .option('--json', 'as JSON'),
  examples: [
    ['dts explain 1.2.840.113619.2.55.3', 'a study that came in'],
    ['dts explain 20261120T081530123Z-AICore-1a2b3c4d', 'the arrival that a job was made for'],
    ['dts explain 20261120T081530123Z-AICore-1a2b3c4d-PACS-5e6f7a8b', 'why a delivery goes where it goes, or waits'],
    ['dts explain ./study --called AICORE', 'files, as though they were sent to AICORE'],
    ['dts explain 1.2.840.113619.2.55.3 | less', 'page by page'],
  ],
  statuses: [EXIT.data, EXIT.configuration],
  async run([what = ''], options: Options) {
    const opened = await openStation('explain', options);
    const meant = await findMeant(opened, what);
    if ('path' in meant) return explainFiles(opened, meant.path, options);
    const given = [['--called', options.called], ['--caller', options.caller], ['--address', options.address]]
      .flatMap(([flag, value]) => (value === undefined ? [] : flag));
    if (given.length > 0) throw new UsageFault(`${what} has arrived, so ${given.join(', ')} cannot be supposed of it`);
    const { StudyInstanceUID, JobId, destination } = meant;
    const explanation = await explainStudy(opened.station, StudyInstanceUID, JobId, destination);
    const { timezone } = opened.station.configuration.receiver;
    if (options.json === true) await printJson(explanation);
    else await print(formatExplanation(explanation, timezone, await loadPaint()));
    return EXIT.done;
  },
};

/** A study, or a job of it, or what goes from that job to one destination. */
type MeantStudy = { readonly StudyInstanceUID: string; readonly JobId?: string; readonly destination?: string };

async function findMeant({ station }: OpenStation, what: string): Promise<MeantStudy | { readonly path: string }> {
  if (isUID(what)) return { StudyInstanceUID: what };
  const meant = await findJobByBeginning(station.layout, what);
  if (!('id' in meant) && await exists(what)) return { path: what };
  if (!('id' in meant) && meant.candidates.length === 0) return findMeantDelivery(station, what);
  const JobId = await meantJobId(station.layout, what);
  const stored = await findJobById(station.layout, JobId);
  if (stored === undefined) throw new UsageFault(`job ${JobId} is gone`);
  return { StudyInstanceUID: stored.job.arrival.StudyInstanceUID, JobId };
}

async function findMeantDelivery({ layout }: OpenStation['station'], what: string): Promise<MeantStudy> {
  const meant = await findDeliveryByBeginning(layout, what);
  if (!('id' in meant) && meant.candidates.length === 0) {
    throw new UsageFault(`${what} is no StudyInstanceUID, no JobId, no DeliveryId, no file and no folder`);
  }
  const DeliveryId = await meantDeliveryId(layout, what);
  const state = await findDeliveryState(layout, DeliveryId);
  const stored = state === undefined ? undefined : await findDelivery(layout, state, DeliveryId);
  if (stored === undefined) throw new UsageFault(`delivery ${DeliveryId} is gone`);
  const { StudyInstanceUID, JobId, destination } = stored.delivery;
  return { StudyInstanceUID, JobId, destination };
}

async function explainFiles({ station, console }: OpenStation, path: string, options: Options): Promise<ExitStatus> {
  const files = await listFiles([path]);
  if ('missing' in files) throw new UsageFault(`there is no file or folder ${files.missing}`);
  const progress = openProgress();
  progress.say(`reading ${files.length} files`);
  const { studies, unreadable } = await readFilesToExplain(station, files);
  progress.end();
  const { called = '', caller = '', address = '' } = options;
  const supposed = { AETitleCalled: options.called, AETitleCaller: options.caller, CallerIP: options.address };
  const conditions = ['AETitleCalled', 'AETitleCaller', 'CallerIP'] as const;
  const unknown: Unknown = new Set(conditions.filter((condition) => supposed[condition] === undefined));
  const explained: FilesExplained['studies'][number][] = [];
  for (const study of studies) {
    const { StudyInstanceUID, series } = study;
    const origin = {
      StudyInstanceUID, callingAETitle: caller, calledAETitle: called, address, arrivedAt: station.now().toISOString(),
    };
    const streams = await explainStreams(station, origin, study, unknown);
    explained.push({ StudyInstanceUID, NumSeries: series.length, streams });
  }
  for (const { file, text } of unreadable) console.message('warning', `${file}: left out: ${text}`);
  if (options.json === true) await printJson({ studies: explained, unreadable });
  else await print(formatFilesExplained({ studies: explained }, await loadPaint()));
  if (studies.length > 0) return EXIT.done;
  console.message('error', `nothing to explain: ${path} is and holds no DICOM file`);
  return EXIT.data;
}
