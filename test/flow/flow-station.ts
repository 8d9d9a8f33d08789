// A station whose flow runs inside the test: the configuration is loaded from files as always, state lies on disk,
// events are kept, and the time can be moved on.

import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfiguration } from '../../src/config/load.ts';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';
import { advanceOne } from '../../src/flow/job/advance-next.ts';
import type { Advance } from '../../src/flow/job/advance-job.ts';
import { changeJob } from '../../src/flow/job/change-job.ts';
import { scanArrived, type ScanOutcome } from '../../src/flow/arrival/scan-arrived.ts';
import type { Station } from '../../src/flow/station.ts';
import type { StationEvent } from '../../src/log/event.ts';
import { touchMark } from '../../src/spool/touch-mark.ts';
import { findJobState, listJobIds } from '../../src/spool/job-store.ts';
import { JobFolder } from '../../src/spool/layout.ts';
import { formatMarkName, type MarkAbout } from '../../src/spool/mark-name.ts';
import { findJson, listDirectory } from '../../src/spool/read.ts';
import { makeStation, type StationFiles, type TestStation } from '../rig/station.ts';

const LOOK_MILLISECONDS = 20;
const WAIT_MILLISECONDS = 30_000;

export const CT = '1.2.840.10008.5.1.4.1.1.2';
export const STUDY = '1.2.3';
export const SERIES = '1.2.3.1';

type Named<Name> = Extract<StationEvent, { event: Name }>;

export class FlowStation implements Station {
  readonly configuration: Station['configuration'];
  readonly layout: Station['layout'];
  readonly happened: StationEvent[] = [];
  readonly events = { write: (event: StationEvent): void => void this.happened.push(event) };
  /** How far the station's clock is ahead of the computer's. */
  aheadSeconds = 0;
  readonly now = (): Date => new Date(Date.now() + this.aheadSeconds * 1000);

  constructor({ configuration, layout }: Pick<Station, 'configuration' | 'layout'>) {
    this.configuration = configuration;
    this.layout = layout;
  }

  /** The events of a name. */
  eventsOf<Name extends StationEvent['event']>(name: Name): Named<Name>[] {
    return this.happened.filter((event): event is Named<Name> => event.event === name);
  }

  /** Puts an instance into the archive, as the receiver would. @param version as in Layout.archivedInstance */
  async archive(dataset: Dataset = {}, version = 0): Promise<string> {
    const whole = {
      SOPClassUID: CT, SOPInstanceUID: `${SERIES}.1`, StudyInstanceUID: STUDY, SeriesInstanceUID: SERIES,
      PatientID: 'P1', PatientName: 'Doe^Jane', StudyDate: '20261120', StudyTime: '081530', Modality: 'CT',
      SeriesNumber: 1, InstanceNumber: 1, SeriesDescription: 'Thorax', AccessionNumber: 'A1', ...dataset,
    };
    const path = this.layout.archivedInstance(String(whole.StudyInstanceUID), String(whole.SOPInstanceUID), version);
    await mkdir(dirname(path), { recursive: true });
    await writePart10(path, whole);
    return path;
  }

  /** Marks a study, or a series of it, as arriving. @returns the mark's name */
  async mark(about: Partial<MarkAbout> = {}, at: Date = new Date()): Promise<string> {
    const name = formatMarkName({
      callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID: STUDY, ...about,
    });
    await mkdir(this.layout.arrived, { recursive: true });
    for (const _ of ['made', 'set to its time']) await touchMark(this.layout.mark(name), at);
    return name;
  }

  async scan(): Promise<ScanOutcome> {
    const outcome = await scanArrived(this);
    if (outcome === 'busy') throw new Error('another scan is at it');
    return outcome;
  }

  /** Archives and marks one instance and scans it. @returns the ids of all pending jobs */
  async arrive(dataset: Dataset = {}): Promise<string[]> {
    await this.archive(dataset);
    await this.mark({ StudyInstanceUID: String(dataset['StudyInstanceUID'] ?? STUDY) });
    await this.scan();
    return listDirectory(this.layout.jobsIn('pending'));
  }

  /** Advances a job until it is in none of these states or no step but waiting is left. @returns the last step */
  async advance(JobId: string, through: readonly string[]): Promise<Advance> {
    const giveUpAt = Date.now() + WAIT_MILLISECONDS;
    while (Date.now() < giveUpAt) {
      const advance = await advanceOne(this, JobId);
      if (advance === undefined) throw new Error(`there is no job ${JobId}`);
      const state = await findJobState(this.layout, JobId) ?? '';
      if (advance.advance === 'postponed' || !through.includes(state)) return advance;
      if (advance.advance === 'waits') await delay(LOOK_MILLISECONDS);
    }
    throw new Error(`job ${JobId} did not get on in ${WAIT_MILLISECONDS} ms`);
  }

  /** Where a job is now. */
  async folderOf(JobId: string): Promise<JobFolder> {
    const state = await findJobState(this.layout, JobId);
    if (state === undefined) throw new Error(`there is no job ${JobId}`);
    return new JobFolder(this.layout.job(state, JobId));
  }

  /** A JSON file of a job. */
  async jobFile<T>(JobId: string, file: 'attempt' | 'clock' | 'failures' | 'resultList'): Promise<T | undefined> {
    return findJson<T>((await this.folderOf(JobId))[file]);
  }
}

/**
 * A station with a configuration that must be valid; quiet time 0 unless it says otherwise. Cores that still run after
 * the test are ended.
 */
export async function makeFlowStation(
  t: Pick<TestContext, 'after'>, files: StationFiles = {},
): Promise<FlowStation> {
  let station: FlowStation | undefined;
  t.after(async () => { // added first, so run first, while the folders are still there
    if (station === undefined) return;
    for (const JobId of await listJobIds(station.layout, 'running')) await changeJob(station, JobId, 'cancel');
  });
  station = await openFlowStation(await makeStation(t, files));
  return station;
}

/** A station by its configuration as it is now. */
export async function openFlowStation(
  { config, layout }: Pick<TestStation, 'config' | 'layout'>,
): Promise<FlowStation> {
  const loaded = await loadConfiguration(config);
  if ('problems' in loaded) throw new Error(JSON.stringify(loaded.problems));
  return new FlowStation({ configuration: loaded.configuration, layout });
}

/** Files of a station with one stream, `AI`, whose core is a shell script run as a process. */
export function withCore(
  script: string, core: Readonly<Record<string, unknown>> = {}, stream: Readonly<Record<string, unknown>> = {},
  config: Readonly<Record<string, unknown>> = {},
): StationFiles {
  return {
    config: { Streams: [{ name: 'AI', trigger: {}, 'trigger-study': [{ type: 'job' }], ...stream }], ...config },
    statements: { AI: { executor: 'process', command: ['/bin/sh', '-c', script, 'core', '{}', '{output}'], ...core } },
  };
}
