// Streams that relay instances as they arrive: what goes on when, and that each instance does once.

import assert from 'node:assert/strict';
import { mkdir, rm, utimes, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import type { Job } from '../../../src/job/job.ts';
import { JOB_STATES } from '../../../src/job/job-state.ts';
import { findJob, listJobIds } from '../../../src/spool/job-store.ts';
import { readRelayRecord } from '../../../src/spool/relay-record.ts';
import { listDirectory } from '../../../src/spool/read.ts';
import { makeFlowStation, SERIES, STUDY, type FlowStation } from '../flow-station.ts';

const PACS = { AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 };
const RELAY = { name: 'Relay', trigger: {}, relay: 'as-they-arrive', destination: [PACS] };

const makeRelay = (t: TestContext, stream: object = {}, others: readonly object[] = []): Promise<FlowStation> => {
  return makeFlowStation(t, { config: { timeout: 10, Streams: [{ ...RELAY, ...stream }, ...others] } });
};

/** An instance comes in now. */
async function come(station: FlowStation, number: number, more: object = {}): Promise<void> {
  await station.archive({ SOPInstanceUID: `${SERIES}.${number}`, InstanceNumber: number, ...more });
  await station.mark({}, station.now());
}

async function jobsOf(station: FlowStation, stream = 'Relay'): Promise<(Job & { readonly state: string })[]> {
  const found = await Promise.all(JOB_STATES.map(async (state) => {
    const JobIds = await listJobIds(station.layout, state);
    const jobs = await Promise.all(JobIds.map((JobId) => findJob(station.layout, state, JobId)));
    return jobs.flatMap((stored) => (stored === undefined ? [] : [{ ...stored.job, state }]));
  }));
  return found.flat().filter((job) => job.stream === stream).sort((a, b) => (a.JobId < b.JobId ? -1 : 1));
}

const numbersOf = (jobs: readonly Job[]): string[][] => jobs.map(({ instances = [] }) => {
  return instances.map((name) => name.replace(`${SERIES}.`, '').replace('.dcm', ''));
});

/** The jobs that there are go on to their deliveries. */
async function goOn(station: FlowStation): Promise<void> {
  const JobIds = await listJobIds(station.layout, 'pending');
  for (const JobId of JobIds) await station.advance(JobId, ['pending', 'validated']);
}

test('each look makes a job of what is new, and the end of the quiet time one of the rest', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await come(station, 2);
  await station.scan();
  await goOn(station);
  station.aheadSeconds += 1;
  await come(station, 3);
  await station.scan();
  await goOn(station);
  station.aheadSeconds += 1;
  await come(station, 4);
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1', '2'], ['3']]);
  station.aheadSeconds += 11;
  const { finished } = await station.scan();
  const jobs = await jobsOf(station);
  assert.equal(finished, 1);
  assert.deepEqual(numbersOf(jobs), [['1', '2'], ['3'], ['4']]);
  for (const { relay, AccessionNumber, PatientID, selected } of jobs) {
    assert.deepEqual([relay, AccessionNumber, PatientID, selected.length], [true, 'A1', 'P1', 1]);
  }
});

test('a batch is relayed as it was when it was made, and no other instance with it', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await station.scan();
  await come(station, 2);
  const [{ JobId } = { JobId: '' }] = await jobsOf(station);
  await station.advance(JobId, ['pending']);
  assert.deepEqual(await listDirectory((await station.folderOf(JobId)).result), [`${SERIES}.1.dcm`]);
});

test('while a batch waits to be relayed the next one grows', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await station.scan();
  for (const number of [2, 3]) {
    station.aheadSeconds += 1;
    await come(station, number);
    await station.scan();
  }
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1']]);
  await goOn(station);
  await station.scan();
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1'], ['2', '3']]);
});

test('a look at a study of which nothing has come reads nothing of it', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await station.scan();
  await goOn(station);
  await rm(station.layout.archivedStudy(STUDY), { recursive: true }); // would fail whoever looked for it
  const { postponed } = await station.scan();
  assert.equal(postponed, 0);
  assert.equal((await jobsOf(station)).length, 1);
});

test('the same dataset again does not go on again, another one under its UID does', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await station.scan();
  await goOn(station);
  station.aheadSeconds += 1;
  await station.mark({}, station.now()); // sent again, and found equal
  await station.scan();
  assert.equal((await jobsOf(station)).length, 1);
  station.aheadSeconds += 1;
  await station.archive({ PatientComments: 'mended' }, 1);
  await station.archive({ PatientComments: 'mended again' }, 2);
  await station.mark({}, station.now());
  await station.scan();
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1'], ['1.2']]);
});

test('what comes late goes on alone, in its own batches', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  station.aheadSeconds += 11;
  await station.scan();
  await goOn(station);
  station.aheadSeconds += 60;
  await come(station, 2);
  await station.scan();
  await goOn(station);
  station.aheadSeconds += 11;
  const { finished } = await station.scan();
  assert.equal(finished, 1);
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1'], ['2']]);
});

test('what comes late waits for a person where the stream wants it so, as one job', async (t) => {
  const station = await makeRelay(t, { lateArrivals: 'hold' });
  await come(station, 1);
  station.aheadSeconds += 11;
  await station.scan();
  await goOn(station);
  for (const number of [2, 3]) {
    station.aheadSeconds += 5;
    await come(station, number);
    await station.scan();
  }
  assert.equal((await jobsOf(station)).length, 1);
  station.aheadSeconds += 11;
  await station.scan();
  const jobs = await jobsOf(station);
  assert.deepEqual(jobs.map(({ state }) => state), ['forwarding', 'held']);
  assert.deepEqual(numbersOf(jobs), [['1'], ['2', '3']]);
});

test('a stream that wants the study complete sees it as ever', async (t) => {
  const station = await makeRelay(t, {}, [{ name: 'Whole', trigger: {}, destination: [PACS] }]);
  await come(station, 1);
  await station.scan();
  station.aheadSeconds += 5;
  await come(station, 2);
  await station.scan();
  assert.equal((await jobsOf(station, 'Whole')).length, 0);
  station.aheadSeconds += 11;
  await station.scan();
  const [whole, ...others] = await jobsOf(station, 'Whole');
  assert.deepEqual([whole?.instances, whole?.selected.length, others.length], [undefined, 1, 0]);
});

test('a stream that is done sooner than another leaves it its arrival', async (t) => {
  const station = await makeRelay(t, { timeout: 60 }, [{ name: 'Quick', trigger: {}, destination: [PACS] }]);
  await come(station, 1);
  station.aheadSeconds += 11;
  await station.scan(); // Quick has its job, and the mark is a claim from now on
  await goOn(station);
  station.aheadSeconds += 5;
  await come(station, 2);
  await station.scan();
  await goOn(station);
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1'], ['2']]);
  station.aheadSeconds += 61;
  await station.scan();
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1'], ['2']]);
  assert.deepEqual(
    [await listDirectory(station.layout.arrived), await listDirectory(station.layout.claimed)], [[], []]);
});

test('two senders of one study have each instance go on once', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await station.scan();
  await goOn(station);
  station.aheadSeconds += 1;
  await station.archive({ SOPInstanceUID: `${SERIES}.2`, InstanceNumber: 2 });
  await station.mark({ callingAETitle: 'OTHER' }, station.now());
  await station.scan();
  await goOn(station);
  station.aheadSeconds += 20;
  await station.scan();
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1'], ['2']]);
});

test('an unreadable instance keeps none of the others back, and sets the arrival aside at its end', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  const broken = await station.archive({ SOPInstanceUID: `${SERIES}.2` });
  await writeFile(broken, 'no DICOM');
  await station.scan();
  assert.deepEqual(numbersOf(await jobsOf(station)), [['1']]);
  station.aheadSeconds += 11;
  const { setAside } = await station.scan();
  assert.equal(setAside, 1);
});

test('a study whose record cannot be written holds up no other', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  const other = { StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.4.1', SOPInstanceUID: '1.2.4.1.1' };
  await station.archive(other);
  await station.mark({ StudyInstanceUID: '1.2.4' }, station.now());
  const inTheWay = station.layout.relayRecord(STUDY, 'Relay');
  await mkdir(inTheWay, { recursive: true });
  assert.equal((await station.scan()).postponed, 1);
  assert.deepEqual((await jobsOf(station)).map(({ arrival }) => arrival.StudyInstanceUID), ['1.2.4']);
  assert.equal(station.eventsOf('arrival-postponed').length, 1);
  await rm(inTheWay, { recursive: true });
  await station.scan();
  assert.equal((await jobsOf(station)).length, 2);
});

test('the record says of each batch what it held, and when the arrival was done with', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await station.scan();
  station.aheadSeconds += 11;
  await station.scan();
  const record = await readRelayRecord(station.layout.relayRecord(STUDY, 'Relay'));
  assert.deepEqual(record.batches.map(({ batch, job }) => [batch, job.instances]), [[1, [`${SERIES}.1.dcm`]]]);
  assert.deepEqual([[...record.made], [...record.closed.values()]], [[1], [1]]);
});

test('a clock that was set back hides nothing', async (t) => {
  const station = await makeRelay(t);
  await come(station, 1);
  await station.scan();
  await goOn(station);
  await come(station, 2);
  const [mark = ''] = await listDirectory(station.layout.arrived);
  const before = new Date(Date.now() - 5000);
  await utimes(station.layout.mark(mark), before, before);
  await station.scan();
  assert.deepEqual(numbersOf(await jobsOf(station)).sort(), [['1'], ['2']]);
});

test('a relay when complete goes on study by study, or series by series where it says so', async (t) => {
  const series = { ...RELAY, name: 'Series', relay: 'when-complete', 'trigger-series': [{ type: 'job' }] };
  const station = await makeRelay(t, { relay: 'when-complete' }, [series]);
  await come(station, 1);
  await come(station, 2, { SeriesInstanceUID: '1.2.3.2' });
  await station.mark({ SeriesInstanceUID: SERIES }, station.now());
  await station.mark({ SeriesInstanceUID: '1.2.3.2' }, station.now());
  station.aheadSeconds += 11;
  await station.scan();
  const seriesOf = (jobs: readonly Job[]) => jobs.map(({ selected }) => {
    return selected.map(({ SeriesInstanceUID }) => SeriesInstanceUID);
  }).sort();
  assert.deepEqual(seriesOf(await jobsOf(station)), [[SERIES, '1.2.3.2']]);
  assert.deepEqual(seriesOf(await jobsOf(station, 'Series')), [[SERIES], ['1.2.3.2']]);
  assert.ok((await jobsOf(station, 'Series')).every(({ relay }) => relay));
});
