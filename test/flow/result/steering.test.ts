import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePart10 } from '../../../src/dicom/write.ts';
import { advanceOne } from '../../../src/flow/job/advance-next.ts';
import { changeJob } from '../../../src/flow/job/change-job.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { Result } from '../../../src/job/job.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { CT, FlowStation, makeFlowStation, STUDY, withCore } from '../flow-station.ts';

const DESTINATION = { AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 };
const EVERYTHING = ['destinations', 'discard', 'notify'];
const PREDICTIONS = [{ field_name: 'volume', value: 3 }];

interface Job {
  readonly station: FlowStation;
  readonly JobId: string;
}

/** A job whose core has just ended with an instance, a value, and what it asks for. */
async function makeAsking(t: TestContext, asks: unknown, steering: readonly string[] = EVERYTHING): Promise<Job> {
  const destination = ['pacs', 'archive', 'ward'].map((name, at) => ({ ...DESTINATION, name, PORT: 104 + at }));
  const station = await makeFlowStation(t, withCore('true', {}, { destination, steering }));
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending', 'staged', 'running']);
  const { output, outputJson } = await station.folderOf(JobId);
  await writePart10(join(output, 'a.dcm'), {
    SOPClassUID: CT, SOPInstanceUID: '1.2.3.9.1', StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2.3.9',
    PatientID: 'P1',
  });
  await writeFile(outputJson, JSON.stringify(asks === undefined ? PREDICTIONS : [...PREDICTIONS, { dts: asks }]));
  return { station, JobId };
}

const destinationsOf = ({ station }: Job): string[] =>
  station.eventsOf('delivery-made').map(({ destination }) => destination);

async function failuresOf({ station, JobId }: Job): Promise<readonly Failure[]> {
  const advance = await station.advance(JobId, ['ran', 'validated']);
  assert.deepEqual(destinationsOf({ station, JobId }), []);
  assert.equal(await findJobState(station.layout, JobId), 'failed');
  return advance.advance === 'failed' ? advance.failures : [];
}

test('a result that asks for nothing goes to every destination', async (t) => {
  const job = await makeAsking(t, undefined);
  await job.station.advance(job.JobId, ['ran', 'validated']);
  assert.deepEqual(destinationsOf(job), ['pacs', 'archive', 'ward']);
});

test('a result goes to those destinations alone that it names', async (t) => {
  const job = await makeAsking(t, { destinations: ['ward', 'pacs', 'ward'] });
  await job.station.advance(job.JobId, ['ran', 'validated']);
  assert.deepEqual(destinationsOf(job), ['pacs', 'ward']);
  const { steering } = await job.station.jobFile<Result>(job.JobId, 'resultList') ?? {};
  assert.deepEqual(steering, { destinations: ['ward', 'pacs'] });
});

test('a result that asks to be discarded goes nowhere, its values are kept, and the job is done', async (t) => {
  const job = await makeAsking(t, { discard: true });
  const { station, JobId } = job;
  await station.advance(JobId, ['ran', 'validated']);
  assert.equal(await findJobState(station.layout, JobId), 'done');
  assert.deepEqual(destinationsOf(job), []);
  assert.equal(station.eventsOf('result-discarded').length, 1);
  const [prediction] = station.eventsOf('prediction');
  assert.deepEqual([prediction?.field_name, prediction?.value], ['volume', '3']);
  assert.equal(station.eventsOf('nothing-to-deliver').length, 0);
});

test('somebody who is to be notified is told in an event, and the result goes its way', async (t) => {
  const job = await makeAsking(t, { notify: 'bleeding, call the ward', discard: false });
  await job.station.advance(job.JobId, ['ran', 'validated']);
  assert.deepEqual(job.station.eventsOf('core-asked-to-notify').map(({ text }) => text), ['bleeding, call the ward']);
  assert.deepEqual(destinationsOf(job), ['pacs', 'archive', 'ward']);
});

test('what the stream does not allow fails the job with each word, and nothing is delivered', async (t) => {
  for (const [asks, words] of [
    [{ discard: true }, ['discard']], [{ notify: 'look' }, ['notify']],
    [{ destinations: ['pacs'], notify: 'look' }, ['destinations', 'notify']],
  ] as const) {
    const job = await makeAsking(t, asks, EVERYTHING.filter((word) => !(words as readonly string[]).includes(word)));
    const expected = words.map((word) => ({ reason: 'steering-not-allowed', word, stream: 'AI' }));
    assert.deepEqual(await failuresOf(job), expected);
    assert.equal(job.station.eventsOf('core-asked-to-notify').length, 0);
  }
});

test('what cannot be understood fails the job, also where nothing is allowed', async (t) => {
  for (const steering of [EVERYTHING, []]) {
    const [failure] = await failuresOf(await makeAsking(t, { discrad: true }, steering));
    assert.deepEqual(failure, { reason: 'steering-invalid', text: 'discrad is none of destinations, discard, notify' });
  }
});

test('a destination that the stream does not have fails the job, naming those that it has', async (t) => {
  const known = ['pacs', 'archive', 'ward'];
  assert.deepEqual(await failuresOf(await makeAsking(t, { destinations: ['pacs', 'pax'] })), [
    { reason: 'steering-destination', destination: 'pax', stream: 'AI', known }]);
});

test('a destination that goes while the result waits for its deliveries fails the job', async (t) => {
  const { station, JobId } = await makeAsking(t, { destinations: ['ward'] });
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
  const streams = station.configuration.streams.map((stream) => ({
    ...stream, destinations: stream.destinations.filter(({ name }) => name !== 'ward'),
  }));
  const changed = new FlowStation({ layout: station.layout, configuration: { ...station.configuration, streams } });
  const advance = await advanceOne(changed, JobId);
  assert.ok(advance?.advance === 'failed');
  assert.deepEqual(advance.failures, [
    { reason: 'steering-destination', destination: 'ward', stream: 'AI', known: ['pacs', 'archive'] }]);
});

test('once the stream allows it, the output as it lies will do', async (t) => {
  const { station, JobId } = await makeAsking(t, { discard: true }, []);
  await failuresOf({ station, JobId });
  const streams = station.configuration.streams.map((stream) => ({ ...stream, steering: ['discard'] as const }));
  const allowing = new FlowStation({ layout: station.layout, configuration: { ...station.configuration, streams } });
  assert.deepEqual(await changeJob(allowing, JobId, 'retry', { from: 'validation' }), { moved: 'ran' });
  await allowing.advance(JobId, ['ran', 'validated']);
  assert.equal(await findJobState(station.layout, JobId), 'done');
  assert.equal(allowing.eventsOf('result-discarded').length, 1);
});

test('a core of a chain that is not its last may ask for nothing', async (t) => {
  for (const asks of ['{"discard": true}', '{"discrad": true}']) {
    const script = `echo '{"dts": ${asks}}' > "$2/output.json"`;
    const core = { executor: 'process', command: ['/bin/sh', '-c', script, 'core', '{}', '{output}'] };
    const station = await makeFlowStation(t, {
      ...withCore('', {}, { steering: EVERYTHING }), statements: { AI: [core, core] },
    });
    const [JobId = ''] = await station.arrive();
    const advance = await station.advance(JobId, ['pending', 'staged', 'running', 'ran']);
    assert.ok(advance.advance === 'failed');
    assert.deepEqual(advance.failures, [{ reason: 'steering-not-last', core: 1 }]);
  }
});
