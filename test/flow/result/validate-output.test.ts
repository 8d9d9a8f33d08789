import assert from 'node:assert/strict';
import { link, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePart10, type Dataset } from '../../../src/dicom/write.ts';
import { changeJob } from '../../../src/flow/job/change-job.ts';
import { advanceOne } from '../../../src/flow/job/advance-next.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { Result } from '../../../src/job/job.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import type { JobFolder } from '../../../src/spool/layout.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { CT, makeFlowStation, SERIES, STUDY, withCore, type FlowStation } from '../flow-station.ts';

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';

/** A job whose core has just ended with 0 and left nothing. */
async function makeRanJob(
  t: TestContext, core: Readonly<Record<string, unknown>> = {},
): Promise<{ station: FlowStation; JobId: string; folder: JobFolder }> {
  const station = await makeFlowStation(t, withCore('true', core));
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending', 'staged', 'running']);
  assert.equal(await findJobState(station.layout, JobId), 'ran');
  return { station, JobId, folder: await station.folderOf(JobId) };
}

/** A good result of a core but for what is changed. */
async function putOut(folder: JobFolder, name: string, change: Dataset = {}): Promise<void> {
  await writePart10(join(folder.output, name), {
    SOPClassUID: SEGMENTATION, SOPInstanceUID: '1.2.3.9.1', StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2.3.9',
    PatientID: 'P1', Modality: 'SEG', ...change,
  });
}

/** The failures of the job after its output was checked, which must have failed. */
async function refusals(station: FlowStation, JobId: string): Promise<readonly Failure[]> {
  assert.equal((await advanceOne(station, JobId))?.advance, 'failed');
  return await station.jobFile<readonly Failure[]>(JobId, 'failures') ?? [];
}

test('what may leave is copied under its SOPInstanceUID, and listed with where it lay', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await mkdir(join(folder.output, 'deep'));
  await putOut(folder, 'deep/b');
  await putOut(folder, 'a.dcm', { SOPInstanceUID: '1.2.3.9.2' });
  await writeFile(join(folder.output, 'notes.txt'), 'kept with the job');
  await writeFile(folder.outputJson, '[{"field_name":"volume","value":12.5}]');
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
  const { result } = await station.folderOf(JobId);
  assert.deepEqual(await readdir(result), ['1.2.3.9.1.dcm', '1.2.3.9.2.dcm']);
  const list = await station.jobFile<Result>(JobId, 'resultList');
  assert.deepEqual(list?.instances.map(({ SOPInstanceUID, source }) => [SOPInstanceUID, source]),
    [['1.2.3.9.2', 'a.dcm'], ['1.2.3.9.1', 'deep/b']]);
  assert.deepEqual(list?.predictions, [{ field_name: 'volume', value: '12.5' }]);
  assert.equal(station.eventsOf('prediction')[0]?.value, '12.5');
});

test('output.json alone is a result, also an empty list', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await writeFile(folder.outputJson, '[]');
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
  assert.deepEqual(await station.jobFile<Result>(JobId, 'resultList'), { instances: [], predictions: [] });
});

test('neither DICOM nor output.json is a failure', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await writeFile(join(folder.output, 'report.pdf'), 'no DICOM');
  assert.deepEqual(await refusals(station, JobId), [{ reason: 'output-nothing' }]);
});

test('everything that is wrong is listed at once, and nothing may leave, not even what is right', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t, { outputs: { SOPClassUIDs: [SEGMENTATION] } });
  await putOut(folder, 'a-good.dcm');
  await putOut(folder, 'b-same.dcm');
  await putOut(folder, 'c-study.dcm', { SOPInstanceUID: '1.2.3.9.3', StudyInstanceUID: '1.2.99' });
  await putOut(folder, 'd-patient.dcm', { SOPInstanceUID: '1.2.3.9.4', PatientID: 'P2' });
  await putOut(folder, 'e-input.dcm', { SOPClassUID: CT, SOPInstanceUID: `${SERIES}.1`, SeriesInstanceUID: SERIES });
  await putOut(folder, 'f-nameless.dcm', { SOPInstanceUID: '' });
  await writeFile(join(folder.output, 'g-empty.dcm'), '');
  await writeFile(join(folder.output, 'h-text.dcm'), 'no DICOM');
  await writeFile(join(folder.output, 'i-cut'), (await readFile(join(folder.output, 'a-good.dcm'))).subarray(0, -7));
  await symlink('a-good.dcm', join(folder.output, 'j-link.dcm'));
  await writeFile(folder.outputJson, '{');
  const failures = await refusals(station, JobId);
  const told = failures.map((failure) => [failure.reason, 'file' in failure ? failure.file : ''].join(' ').trim());
  assert.deepEqual(told.sort(), [
    'output-empty g-empty.dcm', 'output-input-instance e-input.dcm', 'output-input-series e-input.dcm', 'output-json',
    'output-link j-link.dcm', 'output-missing-attribute f-nameless.dcm', 'output-other-patient d-patient.dcm',
    'output-other-study c-study.dcm', 'output-same-instance', 'output-sop-class e-input.dcm',
    'output-unreadable h-text.dcm', 'output-unreadable i-cut',
  ]);
  assert.deepEqual(await readdir(station.layout.outbox).catch(() => []), []);
});

test('of what is wrong thousands of times the first thousand is told, and how much more there is', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  for (let count = 0; count < 1005; count += 1) await writeFile(join(folder.output, `${count}.dcm`), '');
  const failures = await refusals(station, JobId);
  assert.equal(failures.length, 1001);
  assert.deepEqual(failures.at(-1), { reason: 'more-failures', others: 5 });
});

test('more than it may put out is refused, by bytes and by instances', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t, { outputs: { maxBytes: 100_000, maxInstances: 1 } });
  await putOut(folder, 'a.dcm');
  await putOut(folder, 'b.dcm', { SOPInstanceUID: '1.2.3.9.2' });
  await writeFile(join(folder.output, 'large'), Buffer.alloc(100_001));
  const reasons = (await refusals(station, JobId)).map(({ reason }) => reason);
  assert.deepEqual(reasons, ['output-bytes', 'output-instances']);
});

test('a file meta information that names another instance than the dataset is refused', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await putOut(folder, 'a.dcm');
  const bytes = await readFile(join(folder.output, 'a.dcm'));
  const place = bytes.indexOf('1.2.3.9.1');
  bytes.write('1.2.3.9.7', place, 'latin1');
  await writeFile(join(folder.output, 'a.dcm'), bytes);
  const [failure] = await refusals(station, JobId);
  assert.ok(failure?.reason === 'output-unreadable');
  assert.match(failure.text, /1\.2\.3\.9\.7.*1\.2\.3\.9\.1/);
});

test('the copy is what leaves: what happens to the output afterwards does not matter', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await putOut(folder, 'a.dcm');
  const good = await readFile(join(folder.output, 'a.dcm'));
  await link(join(folder.output, 'a.dcm'), join(folder.output, 'another-name')); // to write through later
  await rm(join(folder.output, 'another-name'));
  await advanceOne(station, JobId);
  const validated = await station.folderOf(JobId);
  await writeFile(join(validated.output, 'a.dcm'), 'spoilt');
  assert.deepEqual(await readFile(join(validated.result, '1.2.3.9.1.dcm')), good);
});

test('what an interrupted check left does not leave', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await mkdir(folder.result);
  await writeFile(join(folder.result, '9.9.9.dcm'), 'left');
  await writeFile(join(folder.result, '.copy-0'), 'left');
  await putOut(folder, 'a.dcm');
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
  assert.deepEqual(await readdir((await station.folderOf(JobId)).result), ['1.2.3.9.1.dcm']);
});

test('a name that is no UTF-8 neither hides a file from the rules nor stops them', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await putOut(folder, 'a.dcm', { PatientID: 'P2' });
  const odd = Buffer.concat([Buffer.from(join(folder.output, 'x')), Buffer.of(0xff), Buffer.from('.dcm')]);
  await writeFile(odd, await readFile(join(folder.output, 'a.dcm')));
  await rm(join(folder.output, 'a.dcm'));
  assert.deepEqual(await refusals(station, JobId), [{ reason: 'output-other-patient', file: 'x\ufffd.dcm' }]);
});

test('values must fit the schema of their core, and be there where it has one', async (t) => {
  const schema = { type: 'array', minItems: 2, items: { properties: { value: { type: 'number' } } } };
  const { station, JobId, folder } = await makeRanJob(t, { outputs: { schema } });
  await writeFile(folder.outputJson, '[{"field_name":"volume","value":"12"}]');
  assert.deepEqual(await refusals(station, JobId), [
    { reason: 'output-schema', at: '', text: 'must NOT have fewer than 2 items' },
    { reason: 'output-schema', at: '/0/value', text: 'must be number' },
  ]);
  const missing = await makeRanJob(t, { outputs: { schema } });
  await putOut(missing.folder, 'a.dcm');
  assert.deepEqual(await refusals(missing.station, missing.JobId), [{ reason: 'output-json-missing' }]);
});

test('a schema in a file is read when it is needed; one that went or broke since is told', async (t) => {
  const path = join(await temporaryFolder(t), 'schema.json');
  await writeFile(path, '{"maxItems": 0}');
  const { station, JobId, folder } = await makeRanJob(t, { outputs: { schema: path } });
  await writeFile(folder.outputJson, '[]');
  await writeFile(path, '{"maxItems": "many"}');
  assert.deepEqual(await refusals(station, JobId), [
    { reason: 'schema-unusable', file: path, text: '/maxItems must be integer' }]);
  await rm(path);
  await changeJob(station, JobId, 'retry', { from: 'validation' });
  assert.deepEqual(await refusals(station, JobId), [
    { reason: 'schema-unusable', file: path, text: 'it cannot be read (ENOENT)' }]);
  await writeFile(path, '{"maxItems": 0}');
  await changeJob(station, JobId, 'retry', { from: 'validation' });
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
});

test('a schema that goes round in circles is no reason to stop the station', async (t) => {
  const schema = { allOf: [{ $ref: '#' }] };
  const { station, JobId, folder } = await makeRanJob(t, { outputs: { schema } });
  await writeFile(folder.outputJson, '[]');
  assert.deepEqual((await refusals(station, JobId)).map(({ reason }) => reason), ['output-schema']);
});

test('a sparse file counts for what copying it would take, and is not copied', async (t) => {
  const { station, JobId, folder } = await makeRanJob(t);
  await writeFile(join(folder.output, 'a.dcm'), '');
  await truncate(join(folder.output, 'a.dcm'), 2 ** 40);
  assert.deepEqual((await refusals(station, JobId)).map(({ reason }) => reason), ['output-bytes', 'output-unreadable']);
});
