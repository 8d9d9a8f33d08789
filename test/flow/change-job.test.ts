import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { advanceJob, jobLease } from '../../src/flow/advance-job.ts';
import { changeJob, type ChangeOutcome, type JobChange } from '../../src/flow/change-job.ts';
import { JOB_STATES, type JobState } from '../../src/job/job-state.ts';
import type { Attempt } from '../../src/job/job.ts';
import { makeDirectoryDurable, moveDurable } from '../../src/spool/durable.ts';
import { findJobState } from '../../src/spool/job-store.ts';
import { withLease } from '../../src/spool/lease.ts';
import { exists } from '../../src/spool/read.ts';
import { makeFlowStation, withCore, type FlowStation } from './flow-station.ts';

/** What each change comes to from each state: the state after it, or a dash where it is refused. */
const OUTCOMES: { readonly [From in JobState]: { readonly [Change in JobChange]: JobState | '-' } } = {
  pending: { retry: '-', cancel: 'cancelled', hold: 'held', release: '-' },
  staged: { retry: '-', cancel: 'cancelled', hold: 'held', release: '-' },
  running: { retry: '-', cancel: 'cancelled', hold: '-', release: '-' },
  ran: { retry: '-', cancel: 'cancelled', hold: 'held', release: '-' },
  validated: { retry: '-', cancel: 'cancelled', hold: 'held', release: '-' },
  forwarding: { retry: '-', cancel: 'cancelled', hold: '-', release: '-' },
  done: { retry: 'pending', cancel: '-', hold: '-', release: '-' },
  failed: { retry: 'pending', cancel: 'cancelled', hold: '-', release: '-' },
  held: { retry: '-', cancel: 'cancelled', hold: '-', release: 'pending' },
  cancelled: { retry: 'pending', cancel: '-', hold: '-', release: '-' },
};

const CHANGES: readonly JobChange[] = ['retry', 'cancel', 'hold', 'release'];

async function makePending(t: TestContext, script = 'true'): Promise<{ station: FlowStation; JobId: string }> {
  const station = await makeFlowStation(t, withCore(script));
  const [JobId = ''] = await station.arrive();
  return { station, JobId };
}

/** As a person would, with mv. */
async function put({ layout }: FlowStation, JobId: string, to: JobState): Promise<void> {
  const from = await findJobState(layout, JobId);
  assert.ok(from);
  if (from === to) return;
  await makeDirectoryDurable(layout.jobsIn(to));
  await moveDurable(layout.job(from, JobId), layout.job(to, JobId));
}

for (const from of JOB_STATES) {
  test(`what a person may do with a job that is ${from}`, async (t) => {
    for (const change of CHANGES) {
      const { station, JobId } = await makePending(t);
      await put(station, JobId, from);
      const to = OUTCOMES[from][change];
      const outcome: ChangeOutcome = to === '-' ? { refused: from } : { moved: to };
      assert.deepEqual(await changeJob(station, JobId, change), outcome, change);
      assert.equal(await findJobState(station.layout, JobId), to === '-' ? from : to, change);
      const moves = station.eventsOf('job-moved').map((event) => [event.from, event.to]);
      assert.deepEqual(moves, to === '-' ? [] : [[from, to]], change);
    }
  });
}

test('a job that is held goes back to where it was', async (t) => {
  for (const from of ['pending', 'staged', 'ran', 'validated'] as const) {
    const { station, JobId } = await makePending(t);
    await put(station, JobId, from);
    assert.deepEqual(await changeJob(station, JobId, 'hold'), { moved: 'held' });
    assert.equal((await advanceJob(station, 'held', JobId)).advance, 'waits');
    assert.deepEqual(await changeJob(station, JobId, 'release'), { moved: from });
  }
});

test('a job that runs is cancelled with its core', async (t) => {
  const { station, JobId } = await makePending(t, 'echo $$ > "$2/pid"; sleep 1000');
  await station.advance(JobId, ['pending', 'staged']);
  const { output } = await station.folderOf(JobId);
  let pid = '';
  for (const giveUpAt = Date.now() + 20_000; !pid.endsWith('\n'); assert.ok(Date.now() < giveUpAt)) {
    pid = await exists(join(output, 'pid')) ? await readFile(join(output, 'pid'), 'utf8') : '';
  }
  assert.deepEqual(await changeJob(station, JobId, 'cancel'), { moved: 'cancelled' });
  assert.equal(await exists(`/proc/${pid.trim()}`), false);
  assert.equal((await station.jobFile<Attempt>(JobId, 'attempt'))?.outcome, 'cancelled');
});

test('a job that is tried again starts anew, and its attempts count from one', async (t) => {
  const { station, JobId } = await makePending(t, 'exit 3');
  await station.advance(JobId, ['pending', 'staged', 'running']);
  assert.equal(await findJobState(station.layout, JobId), 'failed');
  assert.deepEqual(await changeJob(station, JobId, 'retry'), { moved: 'pending' });
  const folder = await station.folderOf(JobId);
  const { failures, attempt, clock, result } = folder;
  for (const path of [failures, attempt, clock, result]) assert.equal(await exists(path), false);
  await station.advance(JobId, ['pending', 'staged', 'running']);
  assert.equal((await station.jobFile<Attempt>(JobId, 'attempt'))?.attempt, 1);
});

test('a job that was postponed is due at once when a person releases it', async (t) => {
  const { station, JobId } = await makePending(t, 'exit 75');
  await station.advance(JobId, ['pending', 'staged', 'running']);
  assert.equal((await advanceJob(station, 'staged', JobId)).advance, 'waits');
  await changeJob(station, JobId, 'hold');
  await changeJob(station, JobId, 'release');
  assert.equal(await exists((await station.folderOf(JobId)).clock), false);
});

test('nobody changes a job that is being worked on, or that there is not', async (t) => {
  const { station, JobId } = await makePending(t);
  await withLease(station.layout, jobLease(JobId), async () => {
    assert.equal(await changeJob(station, JobId, 'cancel'), 'busy');
  });
  assert.equal(await changeJob(station, 'no-such-job', 'cancel'), 'unknown');
  await rm(station.layout.jobs, { recursive: true });
  assert.equal(await changeJob(station, JobId, 'hold'), 'unknown');
});
