import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { scanArrived } from '../../../src/flow/arrival/scan-arrived.ts';
import { findJob } from '../../../src/spool/job-store.ts';
import { withLease } from '../../../src/spool/lease.ts';
import { findJson, findJsonLines, listDirectory } from '../../../src/spool/read.ts';
import { filesBelow } from '../../rig/receiver.ts';
import { makeFlowStation, SERIES, STUDY, withCore, type FlowStation } from '../flow-station.ts';

const OTHER_STUDY = '1.2.4';
const secondsAgo = (seconds: number): Date => new Date(Date.now() - seconds * 1000);

const jobsOf = (station: FlowStation): Promise<string[]> => listDirectory(station.layout.jobsIn('pending'));

/** Marks that are left, without their senders. */
const marksLeft = async (station: FlowStation): Promise<string[]> =>
  (await readdir(station.layout.arrived)).map((name) => name.split(' ').slice(3).join(' '));

test('with nothing to do, does nothing and makes nothing', async (t) => {
  const station = await makeFlowStation(t);
  assert.equal((await station.scan()).finished, 0);
  assert.deepEqual(await filesBelow(station.layout.datadir), []);
});

test('an arrival becomes a description, a job and a line of what became of it; its mark is gone', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const arrivedAt = new Date('2026-11-20T08:15:30.125Z');
  await station.archive();
  const mark = await station.mark({}, arrivedAt);
  station.aheadSeconds = 366 * 86_400;
  assert.equal((await station.scan()).finished, 1);
  const [JobId = '', ...others] = await jobsOf(station);
  assert.deepEqual(others, []);
  assert.match(JobId, /^20261120T081530125Z-AI-[0-9a-f]{8}$/);
  assert.deepEqual(await readdir(station.layout.arrived), []);
  assert.deepEqual(await readdir(station.layout.claimed), []);
  const lines = await findJsonLines<{ arrival: string; streams: string[]; jobs: string[] }>(
    station.layout.arrivalsOfStudy(STUDY));
  assert.deepEqual(lines.map(({ arrival, streams, jobs }) => ({ arrival, streams, jobs })),
    [{ arrival: `20261120T081530125Z ${mark}`, streams: ['AI'], jobs: [JobId] }]);
  assert.deepEqual(station.happened.map(({ event }) => event), ['arrival-matched', 'job-made']);
});

test('an arrival that was seen to before a crash meets the same job again', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  const at = secondsAgo(60);
  const [first] = await station.arrive();
  for (let time = 0; time < 2; time += 1) {
    await station.mark({}, at);
    await station.scan();
  }
  assert.equal((await jobsOf(station)).length, 2); // the first arrival's, and the one of that time once
  assert.ok((await jobsOf(station)).includes(first ?? ''));
  assert.equal(station.eventsOf('job-made').length, 2);
});

test('an arrival waits until it has been quiet for the timeout', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, {}, { timeout: 60 }));
  await station.archive();
  await station.mark({}, secondsAgo(30));
  assert.equal((await station.scan()).finished, 0);
  assert.deepEqual(await marksLeft(station), [`scp_${STUDY}`]);
  station.aheadSeconds = 31;
  assert.equal((await station.scan()).finished, 1);
});

test('each stream waits for its own quiet time; what nobody wants, for that of config.json', async (t) => {
  const stream = (name: string, timeout: number, AETitleCalled: string): object =>
    ({ name, timeout, trigger: { AETitleCalled }, 'trigger-study': [{ type: 'exec', cmd: ['true'] }] });
  const station = await makeFlowStation(t, { config: {
    timeout: 20, Streams: [stream('A', 10, 'DTS'), stream('B', 40, 'DTS'), stream('C', 500, 'OTHER')],
  } });
  const done = (): string[] => station.eventsOf('action-done').map(({ stream: name }) => name);
  await station.archive();
  await station.archive({ StudyInstanceUID: OTHER_STUDY, SOPInstanceUID: '1.2.4.1.1' });
  const mark = await station.mark({}, secondsAgo(30));
  await station.mark({ StudyInstanceUID: OTHER_STUDY, calledAETitle: 'NOBODY' }, secondsAgo(15));
  await station.scan();
  assert.deepEqual(done(), ['A']);
  assert.deepEqual(await marksLeft(station), [`scp_${OTHER_STUDY}`]);
  assert.deepEqual((await listDirectory(station.layout.claimed)).map((name) => name.slice(20)), [mark]);
  station.aheadSeconds = 6;
  await station.scan();
  assert.deepEqual(done(), ['A']);
  assert.deepEqual(await marksLeft(station), []);
  station.aheadSeconds = 15;
  await station.scan();
  assert.deepEqual(done(), ['A', 'B']);
  assert.deepEqual(await readdir(station.layout.claimed), []);
});

test('a mark in the future begins its quiet time now', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, {}, { timeout: 60 }));
  await station.archive();
  const mark = await station.mark({}, new Date(Date.now() + 86_400_000));
  assert.equal((await station.scan()).finished, 0);
  assert.ok(Math.abs((await stat(station.layout.mark(mark))).mtimeMs - Date.now()) < 5000);
  station.aheadSeconds = 61;
  assert.equal((await station.scan()).finished, 1);
});

test('an arrival that no stream wants is described, told and recorded, and makes no job', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, { trigger: { AETitleCalled: 'OTHER' } }));
  assert.deepEqual(await station.arrive(), []);
  const [event] = station.eventsOf('arrival-unmatched');
  assert.deepEqual([event?.StudyInstanceUID, event?.callingAETitle], [STUDY, 'CT']);
  assert.ok(await findJson(station.layout.studyDescription(STUDY)));
  const [line] = await findJsonLines<{ streams: string[]; jobs: string[] }>(station.layout.arrivalsOfStudy(STUDY));
  assert.deepEqual([line?.streams, line?.jobs], [[], []]);
});

test('a series that no stream acts on is let go without a word', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  await station.mark({ SeriesInstanceUID: SERIES });
  assert.equal((await station.scan()).finished, 1);
  assert.deepEqual(station.happened, []);
  assert.deepEqual(await marksLeft(station), []);
});

test('a series arrival makes a job of that series alone', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, {
    'trigger-study': [], 'trigger-series': [{ type: 'job' }],
  }));
  await station.archive();
  await station.archive({ SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: '1.2.3.2' });
  await station.mark({ SeriesInstanceUID: '1.2.3.2' });
  await station.scan();
  const [JobId = ''] = await jobsOf(station);
  const stored = await findJob(station.layout, 'pending', JobId);
  assert.deepEqual(stored?.job.selected.map(({ SeriesInstanceUID }) => SeriesInstanceUID), ['1.2.3.2']);
});

test('one series after the other, where the select statement asks for it, and none where none fits', async (t) => {
  const select = (Modality: string): string => `Select series from study where series has Modality = ${Modality}`;
  const each = await makeFlowStation(t, withCore('true', { select: select('CT') }));
  await each.archive();
  await each.archive({ SOPInstanceUID: '1.2.3.2.1', SeriesInstanceUID: '1.2.3.2' });
  assert.equal((await each.arrive()).length, 2);
  const none = await makeFlowStation(t, withCore('true', { select: select('MR') }));
  assert.deepEqual(await none.arrive(), []);
  assert.equal(none.eventsOf('nothing-selected').length, 1);
});

test('what cannot be an arrival is set aside and told, and the rest goes on', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  await station.mark({ StudyInstanceUID: '1.2.9' }, secondsAgo(60)); // nothing of it is archived
  await writeFile(station.layout.mark('notes.txt'), 'hello');
  await mkdir(station.layout.archivedStudy(OTHER_STUDY), { recursive: true });
  await writeFile(station.layout.archivedInstance(OTHER_STUDY, '1.1'), 'no DICOM');
  await station.mark({ StudyInstanceUID: OTHER_STUDY }, secondsAgo(50));
  await station.archive();
  await station.mark();
  const { finished, setAside } = await station.scan();
  assert.deepEqual([finished, setAside], [1, 3]);
  assert.equal((await jobsOf(station)).length, 1);
  assert.equal((await readdir(station.layout.rejected)).length, 3);
  const texts = station.eventsOf('arrival-rejected').map(({ text }) => text).sort();
  assert.match(texts[0] ?? '', /1\.1\.dcm cannot be read: /);
  assert.deepEqual(texts.slice(1), ['its name is not that of an arrival', 'its study is not in the archive']);
  for (const { file } of station.eventsOf('arrival-rejected')) await stat(file);
});

test('an arrival whose folder is damaged keeps no other waiting', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  await station.archive({ StudyInstanceUID: OTHER_STUDY, SOPInstanceUID: '1.2.4.1.1' });
  await mkdir(station.layout.raw, { recursive: true });
  await writeFile(station.layout.rawStudy(OTHER_STUDY), 'a file where a folder should be');
  await station.mark({ StudyInstanceUID: OTHER_STUDY }, secondsAgo(60));
  await station.archive();
  await station.mark();
  assert.equal((await station.scan()).finished, 1);
  assert.equal((await jobsOf(station)).length, 1);
});

test('a claim that an interrupted scan left is seen to first, one that was touched goes back', async (t) => {
  const station = await makeFlowStation(t, withCore('true', {}, {}, { timeout: 60 }));
  await station.archive();
  const mark = await station.mark({}, new Date('2026-01-20T08:15:30.125Z'));
  await mkdir(station.layout.claimed);
  await rename(station.layout.mark(mark), station.layout.claim(`20260120T081530125Z ${mark}`));
  assert.equal((await station.scan()).finished, 1); // no quiet time is waited for again
  await station.mark({}, secondsAgo(1));
  await rename(station.layout.mark(mark), station.layout.claim(`20260120T081530125Z ${mark}`));
  assert.equal((await station.scan()).finished, 0);
  assert.deepEqual(await marksLeft(station), [`scp_${STUDY}`]);
});

test('while another scan is at it, nothing is begun', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  await station.archive();
  await station.mark();
  await withLease(station.layout, 'scan-arrived', async () => assert.equal(await scanArrived(station), 'busy'));
  assert.deepEqual(await marksLeft(station), [`scp_${STUDY}`]);
  assert.deepEqual(station.happened, []);
});

test('an instance that comes in after its study was seen to makes another arrival and another job', async (t) => {
  const station = await makeFlowStation(t, withCore('true'));
  await station.arrive();
  await station.archive({ SOPInstanceUID: '1.2.3.1.2', InstanceNumber: 2 });
  await station.mark({}, new Date(Date.now() + 5));
  station.aheadSeconds = 1;
  await station.scan();
  assert.equal((await jobsOf(station)).length, 2);
  const description = await readFile(station.layout.studyDescription(STUDY), 'utf8');
  assert.equal((JSON.parse(description) as { NumFiles: number }).NumFiles, 2);
});
