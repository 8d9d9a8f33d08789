// Statements that look beyond the study that arrives, with studies that came in by C-STORE and every step by its command.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePart10 } from '../../src/dicom/write.ts';
import { sendInstances } from '../../src/network/store-scu.ts';
import { describeInstance, peerAt } from '../network/instances.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { startReceiver } from '../rig/receiver.ts';
import { makeStation, type TestStation } from '../rig/station.ts';

/** Of each study: its number, whose it is, and the names of its series, each of as many instances as it is long. */
type Given = readonly [study: number, PatientID: string, StudyDate: string, ...series: string[]];

async function sendStudy(t: TestContext, station: TestStation, [study, PatientID, StudyDate, ...series]: Given): Promise<void> {
  const folder = await temporaryFolder(t);
  const receiver = await startReceiver(t, { datadir: station.layout.datadir });
  const instances = [];
  for (const SeriesDescription of series) {
    for (let number = 1; number <= SeriesDescription.length; number += 1) {
      const SeriesInstanceUID = `1.2.${study}.${SeriesDescription.charCodeAt(0)}`;
      const file = join(folder, `${SeriesDescription} ${number}.dcm`);
      await writePart10(file, {
        SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: `${SeriesInstanceUID}.${number}`,
        StudyInstanceUID: `1.2.${study}`, SeriesInstanceUID, InstanceNumber: number, SeriesNumber: 1, Modality: 'CT',
        PatientID, PatientName: 'Doe^Jane', StudyDate, SeriesDescription,
      });
      instances.push(await describeInstance(file));
    }
  }
  const outcome = await sendInstances(peerAt(receiver.port), instances, { answered: () => undefined });
  assert.equal(outcome.failure, undefined);
  await receiver.stop();
  const scanned = await station.dts(['scan-arrived']);
  assert.deepEqual([scanned.status, scanned.stderr], [0, '']);
}

/** Runs every job that waits to its end. */
async function runPending(station: TestStation, expectedStatus: number): Promise<void> {
  const pending: { JobId: string }[] = JSON.parse((await station.dts(['jobs', '--json', '--state', 'pending'])).stdout);
  for (const { JobId } of pending) {
    const { status, stderr } = await station.dts(['run-one-job', JobId, '--wait']);
    assert.equal(status, expectedStatus, stderr);
  }
}

/** For each job that came to its end: the series as its core saw them, `name study/series`, in their order. */
async function jobsRun(station: TestStation): Promise<string[][]> {
  await runPending(station, 0);
  const jobs: { JobId: string }[] = JSON.parse((await station.dts(['jobs', '--json', '--state', 'done'])).stdout);
  return Promise.all(jobs.map(async ({ JobId }) => {
    const { path } = station.job('done', JobId);
    const series: Record<string, string>[] = JSON.parse(await readFile(join(path, 'output', 'seen.json'), 'utf8'));
    return series.map((one) => `${one['NameFromSelect']} ${one['StudyInstanceUID']}/${one['SeriesDescription']}`);
  }));
}

/** A station whose core puts out what it was told of its input. */
function stationThatSelects(t: TestContext, select: string): Promise<TestStation> {
  const script = 'cp "$2" "$1/seen.json" && echo "{\\"field_name\\": \\"seen\\", \\"value\\": 1}" > "$1/output.json"';
  return makeStation(t, {
    config: { Streams: [{ name: 'AI', trigger: {}, 'trigger-study': [{ type: 'job' }] }] },
    statements: { AI: { executor: 'process', command: ['/bin/sh', '-c', script, 'core', '{output}', '{descr}'], select } },
  });
}

const BEFORE_AND_AFTER = `FROM study WHERE series NAMED before HAS SeriesDescription == native
  ALSO WHERE series NAMED after HAS SeriesDescription == venous`;

test('SELECT patient gives a core the series of all studies of the patient, and of nobody else', async (t) => {
  const station = await stationThatSelects(t, `SELECT patient ${BEFORE_AND_AFTER}`);
  await sendStudy(t, station, [1, 'P1', '20260101', 'native', 'scout']);
  await sendStudy(t, station, [2, 'P2', '20260102', 'venous']);
  assert.deepEqual(await jobsRun(station), []);
  await sendStudy(t, station, [3, 'P1', '20260103', 'venous']);
  assert.deepEqual(await jobsRun(station), [['before 1.2.1/native', 'after 1.2.3/venous']]);
});

test('CHECK keeps of a patient the series of one day', async (t) => {
  const station = await stationThatSelects(t, `SELECT patient ${BEFORE_AND_AFTER} CHECK before@StudyDate == after@StudyDate`);
  await sendStudy(t, station, [1, 'P1', '20260101', 'native']);
  await sendStudy(t, station, [2, 'P1', '20260102', 'native']);
  await sendStudy(t, station, [3, 'P1', '20260102', 'venous']);
  assert.deepEqual(await jobsRun(station), [['before 1.2.2/native', 'after 1.2.3/venous']]);
});

test('SELECT project gives a core the series of every complete patient', async (t) => {
  const station = await stationThatSelects(t, `SELECT project ${BEFORE_AND_AFTER}`);
  await sendStudy(t, station, [1, 'P1', '20260101', 'native']);
  await sendStudy(t, station, [2, 'P2', '20260102', 'native', 'venous']);
  assert.deepEqual(await jobsRun(station), [['before 1.2.2/native', 'after 1.2.2/venous']]);
  await sendStudy(t, station, [3, 'P1', '20260103', 'venous']);
  assert.deepEqual((await jobsRun(station)).at(-1),
    ['before 1.2.1/native', 'before 1.2.2/native', 'after 1.2.2/venous', 'after 1.2.3/venous']);
});

test('an ambiguous statement makes a job that fails and names the series and both WHERE', async (t) => {
  const station = await stationThatSelects(t, `SELECT study FROM study WHERE series NAMED one HAS Modality == CT
    ALSO WHERE series NAMED two HAS SeriesDescription == native`);
  await sendStudy(t, station, [1, 'P1', '20260101', 'native', 'venous']);
  await runPending(station, 65);
  const [{ JobId }] = JSON.parse((await station.dts(['jobs', '--json', '--state', 'failed'])).stdout);
  const { stdout } = await station.dts(['jobs', 'show', JobId]);
  for (const told of ['1.2.1.110', '1: one', '2: two']) assert.ok(stdout.includes(told), `${told} is not in ${stdout}`);
});
