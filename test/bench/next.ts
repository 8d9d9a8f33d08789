// What `dts run-one-job` takes to choose and advance the next of 100 000 jobs, beside the next of 100. Goal: at most 1.5
// times as much.
//
// Each mix is a station of its own with that many jobs; the runs on the small and the large one of a mix take turns, and
// the median counts. What is chosen is always a small relay, so that the step itself costs the same.

import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deliveryId, jobId } from '../../src/job/job-id.ts';
import type { JobState } from '../../src/job/job-state.ts';
import type { Clock, Job } from '../../src/job/job.ts';
import { writePart10 } from '../../src/dicom/write.ts';
import { Layout } from '../../src/spool/layout.ts';
import { ROOT, TestStation } from '../rig/station.ts';
import { median } from './median.ts';
import { UsageFault } from './usage-fault.ts';

const FEW = 100;
const MANY = 100_000;
const ROUNDS = 15;
const GOAL = 1.5;

/** What the jobs wait for, beside the few relays that are chosen from. */
const MIXES = {
  'pending': ['pending', 'Relay'],
  'pending, no room to stage': ['pending', 'Core'],
  'pending, window closed': ['pending', 'Night'],
  'pending, put off by clocks': ['postponed', 'Relay'],
  'forwarding to a dead PACS': ['forwarding', 'Relay'],
  'done': ['done', 'Relay'],
  'failed': ['failed', 'Relay'],
} as const satisfies Readonly<Record<string, readonly [where: JobState | 'postponed', stream: string]>>;

type Mix = keyof typeof MIXES;

/** Takes the number of jobs, when another than 100 000 is wanted. */
export async function benchNext(words: readonly string[], signal: AbortSignal): Promise<void> {
  const [many = MANY] = words.map(Number);
  if (words.length > 1 || !Number.isSafeInteger(many) || many < FEW) {
    throw new UsageFault(`next takes a number of jobs, at least ${FEW}, not ${words.join(' ')}`);
  }
  process.stdout.write(`Choosing and advancing the next job, median of ${ROUNDS} runs in turn; goal ${GOAL} x:\n`);
  for (const mix of Object.keys(MIXES) as Mix[]) {
    signal.throwIfAborted();
    const scratch = await mkdtemp(join(tmpdir(), 'dts-bench-'));
    try {
      const stations = [await makeStation(join(scratch, 'few'), mix, FEW), await makeStation(join(scratch, 'many'), mix, many)];
      for (const station of stations) millisecondsOf(station); // the first run compares tickets and jobs
      const times = stations.map(() => [] as number[]);
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const [index, station] of stations.entries()) times[index]?.push(millisecondsOf(station));
      }
      const [few = 0, most = 0] = times.map(median);
      process.stdout.write(`  ${mix.padEnd(28)} ${few.toFixed(1).padStart(6)} ms of ${FEW}   `
        + `${most.toFixed(1).padStart(6)} ms of ${many}   ${(most / few).toFixed(2)} x\n`);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
}

/** A station with so many jobs of a mix, and as many small relays as there are rounds; limits.jobs is 1. */
async function makeStation(root: string, mix: Mix, count: number): Promise<TestStation> {
  const station = new TestStation(root, 11112);
  const stream = (name: string, more: object): object => ({ name, trigger: {}, ...more });
  const destination = [{ AETitle: 'DEAD', IP: '127.0.0.1', PORT: 9 }];
  const core = { executor: 'process', command: ['/bin/true'] };
  const inTwoDays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'][(new Date().getUTCDay() + 2) % 7];
  await station.configure({
    config: {
      Streams: [
        stream('Relay', { destination }), stream('Core', { 'trigger-study': [{ type: 'job' }] }),
        stream('Night', { 'trigger-study': [{ type: 'job' }], when: [`${inTwoDays} 10:00-11:00`] }),
      ],
    },
    statements: { Core: core, Night: core },
  });
  const { layout } = station;
  const [where, name] = MIXES[mix];
  const state = where === 'postponed' ? 'pending' : where;
  for (let index = 0; index < count; index += 1) {
    // An arrival every ten seconds: a hundred thousand are twelve days of a busy hospital.
    const job = makeJob(layout, state, name, new Date(Date.UTC(2026, 0, 1) + index * 10_000), index);
    if (where === 'postponed') postpone(layout, state, job, index);
    if (state === 'forwarding') deliver(layout, job);
  }
  if (name === 'Core') fillRoom(layout);
  // What is chosen is younger than all that wait.
  for (let index = 0; index <= ROUNDS; index += 1) {
    makeJob(layout, 'pending', 'Relay', new Date(Date.UTC(2026, 5, 1) + index * 10_000), count + index);
  }
  const raw = layout.rawSeries('1.2.3', '1.2.3.1');
  const archived = layout.archivedInstance('1.2.3', '1.2.3.1.1');
  for (const folder of [raw, layout.archivedStudy('1.2.3')]) mkdirSync(folder, { recursive: true });
  await writePart10(archived, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: '1.2.3.1.1', StudyInstanceUID: '1.2.3',
    SeriesInstanceUID: '1.2.3.1', PatientID: 'P1', Modality: 'CT',
  });
  spawnSync('ln', ['-s', archived, join(raw, '1.2.3.1.1')]);
  writeFileSync(layout.seriesDescription('1.2.3', '1.2.3.1'), '{}');
  return station;
}

function makeJob(layout: Layout, state: JobState, stream: string, arrivedAt: Date, index: number): Job {
  const job: Job = {
    JobId: jobId(arrivedAt, stream, String(index)),
    stream,
    createdAt: arrivedAt.toISOString(),
    arrival: {
      callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID: '1.2.3',
      arrivedAt: arrivedAt.toISOString(),
    },
    selected: [{ StudyInstanceUID: '1.2.3', SeriesInstanceUID: '1.2.3.1', NameFromSelect: 'no-name' }],
    relay: stream === 'Relay',
    AccessionNumber: 'A1',
    PatientID: 'P1',
  };
  const folder = layout.jobFolder(state, job.JobId);
  mkdirSync(folder.path, { recursive: true });
  writeFileSync(folder.job, JSON.stringify(job));
  return job;
}

/** Until some time within the next hour, but not within the next ten minutes, so that none is due while this runs. */
function postpone(layout: Layout, state: JobState, { JobId }: Job, index: number): void {
  const waitSeconds = 600 + (index % 3000);
  const clock: Clock = {
    notBefore: new Date(Date.now() + waitSeconds * 1000).toISOString(), waitSeconds, failedTries: 3,
    failingSince: new Date().toISOString(), last: { reason: 'space-short', path: layout.datadir },
  };
  writeFileSync(layout.jobFolder(state, JobId).clock, JSON.stringify(clock));
}

/** A delivery of its own that is pending. */
function deliver(layout: Layout, { JobId }: Job): void {
  const DeliveryId = deliveryId(JobId, 'DEAD');
  mkdirSync(layout.delivery('pending', DeliveryId), { recursive: true });
  writeFileSync(layout.jobFolder('forwarding', JobId).deliveries, JSON.stringify({ deliveries: [DeliveryId] }));
}

/** As many staged jobs as the stream may have, which wait for their clocks. */
function fillRoom(layout: Layout): void {
  for (const index of [1, 2, 3]) {
    postpone(layout, 'staged', makeJob(layout, 'staged', 'Core', new Date(Date.UTC(2025, 10, index)), -index), index);
  }
}

/** One run, which must have advanced a job. */
function millisecondsOf(station: TestStation): number {
  const args = [join(ROOT, 'bin', 'dts'), 'run-one-job', '--config', station.config];
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`run-one-job ended with ${status}: ${stderr}`);
  return performance.now() - begun;
}
