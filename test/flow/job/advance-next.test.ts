import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { advanceJob, jobLease } from '../../../src/flow/job/advance-job.ts';
import { advanceAll, advanceNext, advanceOne } from '../../../src/flow/job/advance-next.ts';
import { changeJob } from '../../../src/flow/job/change-job.ts';
import { slotsLease } from '../../../src/flow/attempt/core-slots.ts';
import { makeDirectoryDurable, moveDurable, removeFileDurable, removeTree } from '../../../src/spool/durable.ts';
import { findJobState, listJobIds } from '../../../src/spool/job-store.ts';
import type { JobState } from '../../../src/job/job-state.ts';
import { Layout } from '../../../src/spool/layout.ts';
import { withLease } from '../../../src/spool/lease.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { withSmallDisk } from '../../rig/small-disk.ts';
import { makeFlowStation, withCore, type FlowStation } from '../flow-station.ts';

const NEVER = new AbortController().signal;

/** A station with so many pending jobs, oldest arrival first. */
async function withJobs(
  t: TestContext, count: number, script = 'echo [] > "$2/output.json"', limits: object = {}, SITES: object = {},
): Promise<{ station: FlowStation; JobIds: string[] }> {
  const files = withCore(script, {}, {}, { limits: { minFreeBytes: 0, minFreePercent: 0, ...limits } });
  const station = await makeFlowStation(t, { ...files, receiver: { SITES } });
  for (let number = 1; number <= count; number += 1) {
    await station.archive({ StudyInstanceUID: `1.2.${number}`, SOPInstanceUID: `1.2.${number}.1.1` });
    await station.mark({ StudyInstanceUID: `1.2.${number}` }, new Date(Date.UTC(2026, 0, 20, 8, 0, number)));
  }
  await station.scan();
  const JobIds = await listJobIds(station.layout, 'pending');
  assert.equal(JobIds.length, count);
  return { station, JobIds };
}

/** Where each job is. */
const statesOf = ({ layout }: FlowStation, JobIds: readonly string[]): Promise<(JobState | undefined)[]> =>
  Promise.all(JobIds.map((JobId) => findJobState(layout, JobId)));

async function put({ layout }: FlowStation, JobId: string, from: JobState, to: JobState): Promise<void> {
  await makeDirectoryDurable(layout.jobsIn(to));
  await moveDurable(layout.job(from, JobId), layout.job(to, JobId));
}

test('with nothing to advance, does nothing', async (t) => {
  const station = await makeFlowStation(t);
  assert.deepEqual(await advanceNext(station), []);
  assert.deepEqual(await advanceAll(station, NEVER), []);
  assert.equal(await advanceOne(station, 'no-such-job'), undefined);
});

test('one step is made, of the job nearest its end, then of the oldest arrival', async (t) => {
  const { station, JobIds } = await withJobs(t, 3);
  await advanceNext(station);
  assert.deepEqual(await statesOf(station, JobIds), ['staged', 'pending', 'pending']);
  await put(station, JobIds[2] ?? '', 'pending', 'validated');
  await writeFile((await station.folderOf(JobIds[2] ?? '')).resultList, '{"instances":[],"predictions":[]}');
  await advanceNext(station);
  assert.deepEqual(await statesOf(station, JobIds), ['staged', 'pending', 'done']);
  await advanceNext(station);
  assert.deepEqual(await statesOf(station, JobIds), ['running', 'pending', 'done']);
});

test('no more cores run at once than limits.jobs, and the next starts when one has ended', async (t) => {
  const { station, JobIds } = await withJobs(t, 4, 'sleep 1000', { jobs: 2 });
  await advanceAll(station, NEVER);
  const running = await listJobIds(station.layout, 'running');
  assert.deepEqual(running, JobIds.slice(0, 2));
  const [third = ''] = await listJobIds(station.layout, 'staged');
  const waiting = await advanceJob(station, 'staged', third);
  assert.ok(waiting.advance === 'waits');
  assert.match(waiting.forWhat, /limits\.jobs/);
  await changeJob(station, running[0] ?? '', 'cancel');
  await advanceAll(station, NEVER);
  assert.deepEqual(await listJobIds(station.layout, 'running'), JobIds.slice(1, 3));
});

test('cores that run at a site count, and nobody takes a slot while a site does', async (t) => {
  const datadir = await temporaryFolder(t);
  const { station, JobIds } = await withJobs(t, 1, 'sleep 1000', { jobs: 1 }, { PROJ: { DATADIR: datadir } });
  const site = new Layout(datadir);
  const atSite = site.job('running', JobIds[0] ?? '');
  await makeDirectoryDurable(atSite);
  await advanceAll(station, NEVER);
  assert.deepEqual(await statesOf(station, JobIds), ['staged']);
  await removeTree(atSite);
  await withLease(site, slotsLease({ executor: 'process' }), () => advanceAll(station, NEVER));
  assert.deepEqual(await statesOf(station, JobIds), ['staged']);
  await advanceAll(station, NEVER);
  assert.deepEqual(await statesOf(station, JobIds), ['running']);
});

test('a site whose data directory is not there holds up nobody', async (t) => {
  const { station, JobIds } = await withJobs(t, 1, 'sleep 1000', { jobs: 1 }, { PROJ: { DATADIR: '/no/such/folder' } });
  await advanceAll(station, NEVER);
  assert.deepEqual(await statesOf(station, JobIds), ['running']);
});

test('a site whose disk is read-only holds up nobody', async (t) => {
  const datadir = await temporaryFolder(t);
  await withSmallDisk(t, datadir, {}, async (inner, disk) => {
    const { station, JobIds } = await withJobs(inner, 1, 'sleep 1000', { jobs: 1 }, { PROJ: { DATADIR: datadir } });
    disk.remount('ro');
    await advanceAll(station, NEVER);
    assert.deepEqual(await statesOf(station, JobIds), ['running']);
  });
});

test('many commands at once take no slot twice', async (t) => {
  const { station } = await withJobs(t, 5, 'sleep 1000', { jobs: 2 });
  for (let round = 0; round < 3; round += 1) await Promise.all([1, 2, 3].map(() => advanceAll(station, NEVER)));
  assert.equal((await listJobIds(station.layout, 'running')).length, 2);
  assert.equal(station.eventsOf('attempt-started').length, 2);
});

test('all jobs go as far as they can', async (t) => {
  const { station, JobIds } = await withJobs(t, 3, 'true', { jobs: 3 });
  for (const giveUpAt = Date.now() + 20_000; (await listJobIds(station.layout, 'failed')).length < 3;) {
    assert.ok(Date.now() < giveUpAt);
    await advanceAll(station, NEVER);
  }
  assert.deepEqual(await statesOf(station, JobIds), ['failed', 'failed', 'failed']); // a core that puts out nothing
});

test('a job that another process works on is left to it', async (t) => {
  const { station, JobIds } = await withJobs(t, 2);
  await withLease(station.layout, jobLease(JobIds[0] ?? ''), () => advanceNext(station));
  assert.deepEqual(await statesOf(station, JobIds), ['pending', 'staged']);
});

test('a job that waits for its clock does not hold up the next; a person need not wait for it', async (t) => {
  const { station, JobIds } = await withJobs(t, 2);
  const [first = ''] = JobIds;
  await writeFile((await station.folderOf(first)).clock, JSON.stringify({
    notBefore: new Date(Date.now() + 60_000).toISOString(), waitSeconds: 60, failedTries: 1,
    failingSince: new Date().toISOString(),
    last: { reason: 'core-postponed' },
  }));
  await advanceNext(station);
  assert.deepEqual(await statesOf(station, JobIds), ['pending', 'staged']);
  assert.equal((await advanceOne(station, first))?.advance, 'moved');
});

test('a job whose files are damaged holds up no other', async (t) => {
  const { station, JobIds } = await withJobs(t, 3);
  await writeFile((await station.folderOf(JobIds[0] ?? '')).job, '{"JobId":');
  await removeFileDurable((await station.folderOf(JobIds[1] ?? '')).job);
  await writeFile(`${station.layout.jobsIn('pending')}/notes.txt`, 'hello');
  await advanceAll(station, NEVER);
  assert.notEqual(await findJobState(station.layout, JobIds[2] ?? ''), 'pending');
  assert.ok((await readdir(station.layout.jobsIn('pending'))).includes('notes.txt'));
});

test('staged jobs whose files are damaged take no place of others of their stream', async (t) => {
  const { station, JobIds } = await withJobs(t, 4, 'sleep 1000', { jobs: 1 });
  await advanceAll(station, NEVER);
  const [first = '', second = '', third = '', last = ''] = JobIds;
  assert.deepEqual(await statesOf(station, JobIds), ['running', 'staged', 'staged', 'pending']);
  await writeFile(station.layout.jobFolder('staged', second).job, '');
  await removeFileDurable(station.layout.jobFolder('staged', third).job);
  await changeJob(station, first, 'cancel');
  await advanceAll(station, NEVER);
  assert.deepEqual(await statesOf(station, [last]), ['running']);
});

test('a signal ends the round before the next job', async (t) => {
  const { station, JobIds } = await withJobs(t, 2);
  assert.deepEqual(await advanceAll(station, AbortSignal.abort()), []);
  assert.deepEqual(await statesOf(station, JobIds), ['pending', 'pending']);
});
