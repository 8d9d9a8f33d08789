// The station's main job, shown from end to end: a study in by C-STORE, a core on it, the result out by C-STORE.
// Nothing is pretended: the very commands that cron starts do it, on a data directory of their own.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { readFileMeta } from '../dicom/file-meta.ts';
import { storeStatus } from '../dicom/status.ts';
import { findJobs } from '../flow/job/find-jobs.ts';
import { failureText } from '../job/failure-text.ts';
import type { Result } from '../job/job.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH, DEFAULT_PEER_TIMEOUTS } from '../network/peer.ts';
import { sendInstances, type InstanceToSend } from '../network/store-scu.ts';
import { JobFolder, Layout } from '../spool/layout.ts';
import { findJson } from '../spool/read.ts';
import { PACS_AE_TITLE, STATION_AE_TITLE, writePacs, writeStation, type DemoPlace } from './demo-configuration.ts';
import { findFreePort, runDts, startReceiver, type RunningReceiver } from './demo-programs.ts';
import { writePhantomStudy, type PhantomStudy } from './phantom-study.ts';

/** What the demonstration tells while it goes on. */
export interface DemoScreen {
  /** A step begins. */
  step(text: string): Promise<void>;
  /** Something that was found or done in it. */
  fact(text: string): Promise<void>;
}

/** Where it ended: the result, or the reason why there is none. */
export type Demonstration =
  | {
    readonly intact: true;
    readonly JobId: string;
    /** What the PACS has; `picture` is the one that a person can read. */
    readonly files: readonly string[];
    readonly picture: string | undefined;
    /** The station, for a look around. */
    readonly place: DemoPlace;
  }
  | { readonly intact: false; readonly reason: string };

const MODALITY_AE_TITLE = 'DEMOCT';
/** The quiet time is 2 s; a machine that is busy may take longer for everything. */
const ARRIVAL_SECONDS = 60;
const LOOK_EVERY_MILLISECONDS = 500;

/** @param root an empty folder of the demonstration's own; it is left for a person to look at */
export async function demonstrate(root: string, screen: DemoScreen, signal: AbortSignal): Promise<Demonstration> {
  const receivers: RunningReceiver[] = [];
  try {
    await screen.step('Setting up a station and a stand-in for the PACS');
    const pacs = await writePacs(root, await findFreePort());
    const station = await writeStation(root, await findFreePort(), pacs);
    receivers.push(await startReceiver(pacs), await startReceiver(station));
    await screen.fact(`the station listens on port ${station.port} as ${STATION_AE_TITLE}; `
      + `its configuration: ${station.config}`);
    await screen.fact(`the PACS listens on port ${pacs.port} as ${PACS_AE_TITLE}`);

    await screen.step('Making a CT study of a patient who does not exist');
    const study = await writePhantomStudy(join(root, 'phantom'));
    for (const { SeriesNumber, SeriesDescription, files } of study.series) {
      await screen.fact(`series ${SeriesNumber}: ${SeriesDescription}, ${files.length} images`);
    }

    await screen.step(`Sending it by C-STORE, as ${MODALITY_AE_TITLE} to ${STATION_AE_TITLE}`);
    const faultOfSending = await send(study, station, screen);
    if (faultOfSending !== undefined) return { intact: false, reason: faultOfSending };

    await screen.step('dts scan-arrived: once nothing has come for 2 s, the study is complete');
    const JobId = await waitForJob(station, screen, signal);
    if (JobId === undefined) {
      const explain = `dts explain --config ${station.config} ${study.StudyInstanceUID}`;
      return { intact: false, reason: `no job was made; try: ${explain}` };
    }

    await screen.step(`dts run-one-job ${JobId} --wait`);
    const ran = await runDts(station, ['run-one-job', JobId, '--wait']);
    for (const line of `${ran.stdout}${ran.stderr}`.trim().split('\n')) await screen.fact(line);
    if (ran.status !== 0) {
      return { intact: false, reason: `the job failed; try: dts jobs show --config ${station.config} ${JobId}` };
    }

    await screen.step('dts forward');
    const forwarded = await runDts(station, ['forward', '-v']);
    for (const line of forwarded.stderr.trim().split('\n')) await screen.fact(line.replace(/^dts forward: info: /, ''));
    if (forwarded.status !== 0) return { intact: false, reason: 'the result was not delivered' };

    await screen.step('Comparing what the PACS has with what the core made');
    return await compare(station, pacs, JobId, study, screen);
  } finally {
    for (const receiver of receivers) await receiver.stop();
  }
}

/** @returns what went wrong, undefined where nothing did */
async function send(study: PhantomStudy, station: DemoPlace, screen: DemoScreen): Promise<string | undefined> {
  const instances: InstanceToSend[] = [];
  for (const file of study.files) {
    const meta = await readFileMeta(file);
    if ('notDicom' in meta) return `${file}: ${meta.notDicom}`;
    const { MediaStorageSOPClassUID: SOPClassUID = '', MediaStorageSOPInstanceUID: SOPInstanceUID = '' } = meta;
    instances.push({ file, SOPClassUID, SOPInstanceUID, ...meta });
  }
  let stored = 0;
  const outcome = await sendInstances({
    address: '127.0.0.1', port: station.port, calledAETitle: STATION_AE_TITLE, callingAETitle: MODALITY_AE_TITLE,
    timeouts: DEFAULT_PEER_TIMEOUTS, maximumPDULength: DEFAULT_MAXIMUM_PDU_LENGTH,
  }, instances, {
    answered: (answer) => {
      if ('status' in answer && storeStatus(answer.status).outcome === 'stored') stored += 1;
    },
  });
  await screen.fact(`${stored} of ${instances.length} instances were answered with Success; each is on disk`);
  if (outcome.failure !== undefined) return failureText(outcome.failure);
  return stored === instances.length ? undefined : 'the station did not store every instance';
}

async function waitForJob(station: DemoPlace, screen: DemoScreen, signal: AbortSignal): Promise<string | undefined> {
  const until = Date.now() + ARRIVAL_SECONDS * 1000;
  const layout = new Layout(station.datadir);
  while (Date.now() < until && !signal.aborted) {
    const scanned = await runDts(station, ['scan-arrived', '-v']);
    for (const line of scanned.stderr.trim().split('\n')) {
      if (line !== '') await screen.fact(line.replace(/^dts scan-arrived: info: /, ''));
    }
    if (scanned.status !== 0) return undefined;
    const [stored] = await findJobs(layout, {});
    if (stored !== undefined) {
      for (const { SeriesInstanceUID, NameFromSelect } of stored.job.selected) {
        await screen.fact(`selected as "${NameFromSelect}": series ${SeriesInstanceUID}`);
      }
      return stored.job.JobId;
    }
    await wait(LOOK_EVERY_MILLISECONDS, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
  return undefined;
}

/** Every instance of the job's result must lie in the PACS with the same dataset, byte for byte. */
async function compare(
  station: DemoPlace, pacs: DemoPlace, JobId: string, study: PhantomStudy, screen: DemoScreen,
): Promise<Demonstration> {
  const [stored] = await findJobs(new Layout(station.datadir), { study: study.StudyInstanceUID });
  const folder = new JobFolder(stored?.folder.path ?? '');
  const result = await findJson<Result>(folder.resultList);
  if (stored?.state !== 'done' || result === undefined) {
    return { intact: false, reason: `job ${JobId} is ${stored?.state ?? 'gone'}` };
  }
  const files: string[] = [];
  let picture: string | undefined;
  for (const { SOPInstanceUID, source } of result.instances) {
    const inPacs = new Layout(pacs.datadir).archivedInstance(study.StudyInstanceUID, SOPInstanceUID);
    const [sent, received] = [await datasetOf(join(folder.result, `${SOPInstanceUID}.dcm`)), await datasetOf(inPacs)];
    if (!sent.equals(received)) return { intact: false, reason: `${inPacs} is not what the core made` };
    await screen.fact(`${source}: intact, ${sent.length} bytes`);
    files.push(inPacs);
    if (source.startsWith('report')) picture = inPacs;
  }
  for (const { field_name, value } of result.predictions) {
    if (field_name === 'signal_to_noise') await screen.fact(`${field_name} ${value}`);
  }
  return { intact: true, JobId, files, picture, place: station };
}

async function datasetOf(file: string): Promise<Buffer> {
  const meta = await readFileMeta(file);
  if ('notDicom' in meta) throw new Error(`${file}: ${meta.notDicom}`);
  return (await readFile(file)).subarray(meta.datasetOffset);
}
