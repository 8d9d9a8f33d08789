import assert from 'node:assert/strict';
import { lstat, mkdir, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { advanceOne } from '../../../src/flow/job/advance-next.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { Result } from '../../../src/job/job.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { findJson } from '../../../src/spool/read.ts';
import { filesBelow } from '../../rig/receiver.ts';
import { FlowStation, makeFlowStation, STUDY, withCore } from '../flow-station.ts';

const CONTAINER = { executor: 'container', command: ['run'], docker_image: 'registry.invalid/none:1' };
const RELAY = {
  config: { Streams: [{ name: 'Relay', trigger: {}, destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 }] }] },
};

/** One study of two series, and the job that it makes. */
async function arriveInTwo(station: FlowStation): Promise<string> {
  await station.archive({
    SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: '1.2.3.2', SeriesNumber: 2, Modality: 'SEG',
  });
  const [JobId = ''] = await station.arrive();
  return JobId;
}

async function stageOne(t: TestContext, core: object = {}): Promise<{ station: FlowStation; JobId: string }> {
  const station = await makeFlowStation(t, withCore('true', core as Record<string, unknown>));
  const JobId = await arriveInTwo(station);
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
  return { station, JobId };
}

test('the core gets its instances, a description of each series and links under readable names', async (t) => {
  const { station, JobId } = await stageOne(t);
  const folder = await station.folderOf(JobId);
  assert.deepEqual(await readdir(folder.input), ['1.2.3.1.1.dcm', '1.2.3.2.1.dcm']);
  const descriptions = await findJson<Record<string, unknown>[]>(folder.description);
  const keys = [
    'NameFromSelect', 'SeriesInstanceUID', 'NumFiles', 'Modality', 'ProcessDataPath', 'InputViewDICOMSeriesPath',
  ];
  assert.deepEqual(descriptions?.map((one) => keys.map((key) => one[key])), [
    ['no-name', '1.2.3.1', 1, 'CT', '/data', '/data/input_view_dicom_series/P1_Doe_Jane/20261120_081530/1_Thorax'],
    ['no-name', '1.2.3.2', 1, 'SEG', '/data', '/data/input_view_dicom_series/P1_Doe_Jane/20261120_081530/2_Thorax'],
  ]);
  const seen = join(folder.inputView, 'P1_Doe_Jane/20261120_081530/1_Thorax/1.2.3.1.1.dcm');
  assert.equal(await realpath(seen), join(folder.input, '1.2.3.1.1.dcm'));
  const ofMercure = ['1.2.3.1#1.2.3.1.1.dcm', '1.2.3.2#1.2.3.2.1.dcm', 'task.json'];
  assert.deepEqual(await readdir(folder.mercure), ofMercure);
  assert.equal(await realpath(join(folder.mercure, ofMercure[1]!)), join(folder.input, '1.2.3.2.1.dcm'));
  const task = await findJson<{ id: string; process: { module_name: string } }>(folder.mercureTask);
  assert.deepEqual([task?.id, task?.process.module_name], [JobId, 'AI']);
  assert.deepEqual(await findJson(folder.cores), station.configuration.streams[0]?.cores);
});

test('a process gets copies, which it may spoil; a container hard links, which it cannot', async (t) => {
  for (const [core, links] of [[{}, 1], [CONTAINER, 2]] as const) {
    const { station, JobId } = await stageOne(t, core);
    const staged = join((await station.folderOf(JobId)).input, '1.2.3.1.1.dcm');
    const archived = station.layout.archivedInstance(STUDY, '1.2.3.1.1');
    assert.equal((await lstat(staged)).isFile(), true);
    assert.equal((await stat(archived)).nlink, links);
    assert.deepEqual(await readFile(staged), await readFile(archived));
  }
});

test('what an interrupted staging left does not reach the core', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const JobId = await arriveInTwo(station);
  const { input, inputView } = await station.folderOf(JobId);
  for (const folder of [input, inputView]) await mkdir(folder, { recursive: true });
  await writeFile(join(input, '1.2.3.1.1.dcm'), 'half');
  await writeFile(join(inputView, 'left'), '');
  await advanceOne(station, JobId);
  const staged = await station.folderOf(JobId);
  assert.deepEqual(await readFile(join(staged.input, '1.2.3.1.1.dcm')),
    await readFile(station.layout.archivedInstance(STUDY, '1.2.3.1.1')));
  assert.deepEqual(await readdir(staged.inputView), ['P1_Doe_Jane']);
});

for (const [what, take] of Object.entries({
  'an instance': (station: FlowStation) => rm(station.layout.archivedInstance(STUDY, '1.2.3.1.1')),
  'its links': (station: FlowStation) => rm(station.layout.rawSeries(STUDY, '1.2.3.1'), { recursive: true }),
  'its description': (station: FlowStation) => rm(station.layout.seriesDescription(STUDY, '1.2.3.1')),
})) {
  test(`a job whose series lost ${what} fails with the series' name`, async (t) => {
    const station = await makeFlowStation(t, withCore('true'));
    const JobId = await arriveInTwo(station);
    await take(station);
    assert.equal((await advanceOne(station, JobId))?.advance, 'failed');
    assert.deepEqual(await station.jobFile<Failure[]>(JobId, 'failures'), [
      { reason: 'series-missing', SeriesInstanceUID: '1.2.3.1' }]);
  });
}

test('while space is short nothing is staged, and the job is tried again', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const JobId = await arriveInTwo(station);
  const { limits } = station.configuration;
  Object.assign(limits, { minFreePercent: 100 });
  const advance = await advanceOne(station, JobId);
  assert.equal(advance?.advance === 'postponed' && advance.failure.reason, 'space-short');
  assert.equal(await findJobState(station.layout, JobId), 'pending');
  Object.assign(limits, { minFreePercent: 0 });
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
});

test('two studies that hold an instance of the same UID are staged together', async (t) => {
  const select = 'Select patient from study where series has Modality = CT';
  const station = await makeFlowStation(t, withCore('true', { select }));
  await station.archive({ StudyInstanceUID: '1.2.4', SeriesInstanceUID: '1.2.4.1' });
  await station.mark({ StudyInstanceUID: '1.2.4' });
  await station.archive();
  await station.mark();
  await station.scan();
  for (const JobId of await readdir(station.layout.jobsIn('pending'))) {
    assert.equal((await advanceOne(station, JobId))?.advance, 'moved', JobId);
    assert.deepEqual(await readdir((await station.folderOf(JobId)).input), ['1.2.3.1.1.dcm']);
  }
});

test('a stream without a core relays what came in, as it came in', async (t) => {
  const station = await makeFlowStation(t, RELAY);
  const JobId = await arriveInTwo(station);
  assert.equal((await advanceOne(station, JobId))?.advance, 'moved');
  const folder = await station.folderOf(JobId);
  assert.equal(await findJobState(station.layout, JobId), 'validated');
  assert.deepEqual(await filesBelow(folder.result), ['1.2.3.1.1.dcm', '1.2.3.2.1.dcm']);
  assert.equal((await stat(join(folder.result, '1.2.3.1.1.dcm'))).ino,
    (await stat(station.layout.archivedInstance(STUDY, '1.2.3.1.1'))).ino);
  const result = await station.jobFile<Result>(JobId, 'resultList');
  assert.deepEqual(result?.instances.map(({ SOPInstanceUID }) => SOPInstanceUID).sort(), ['1.2.3.1.1', '1.2.3.2.1']);
});

test('a stream that is not configured any more fails its jobs', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const JobId = await arriveInTwo(station);
  const without = new FlowStation({ ...station, configuration: { ...station.configuration, streams: [] } });
  assert.equal((await advanceOne(without, JobId))?.advance, 'failed');
  assert.deepEqual(await station.jobFile<Failure[]>(JobId, 'failures'), [{ reason: 'stream-unknown', stream: 'AI' }]);
});
