import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import {
  ACTIVE_JOB_STATES, ENDED_JOB_STATES, isJobState, isQueued, JOB_MOVES, JOB_STATES, mayMove, QUEUED_JOB_STATES,
} from '../../src/job/job-state.ts';
import type { Clock, Job } from '../../src/job/job.ts';
import {
  findClock, findJob, findJobState, listJobIds, makeJob, moveJob, removeClock, writeClock,
} from '../../src/spool/job-store.ts';
import { JobFolder, Layout } from '../../src/spool/layout.ts';
import { findJson } from '../../src/spool/read.ts';
import { listTickets } from '../../src/spool/tickets.ts';
import { LeaseLost } from '../../src/spool/lease-lost.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';
import { HELD, LOST } from './held-lease.ts';

/** The moves of docs/INTERNALS.md, written down a second time so that neither table changes alone. */
const LEGAL_MOVES = new Set([
  'pending staged', 'pending validated', 'staged running', 'running ran', 'running staged', 'running failed', 'running held',
  'ran staged', 'ran validated', 'ran failed', 'validated forwarding', 'validated done', 'forwarding done',
  'forwarding failed', 'pending failed', 'staged failed', 'validated failed',
  'pending cancelled', 'staged cancelled', 'running cancelled', 'ran cancelled', 'validated cancelled',
  'forwarding cancelled', 'failed cancelled', 'held cancelled',
  'pending held', 'staged held', 'ran held', 'validated held',
  'held pending', 'held staged', 'held ran', 'held validated',
  'failed pending', 'failed forwarding', 'cancelled pending', 'done pending',
  'failed ran', 'done ran',
]);

const JOB: Job = {
  JobId: '20261120T081530123Z-AICore-1a2b3c4d',
  stream: 'AICore',
  createdAt: '2026-11-20T08:16:00.000Z',
  arrival: { callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID: '1.2.3',
    arrivedAt: '2026-11-20T08:15:30.123Z' },
  selected: [], relay: false,
  AccessionNumber: 'A1',
  PatientID: 'P1',
};

async function makeLayout(t: TestContext): Promise<Layout> {
  return new Layout(await temporaryFolder(t));
}

/** Without tickets. */
async function jobFiles(layout: Layout): Promise<string[]> {
  return (await filesBelow(layout.jobs)).filter((path) => !path.startsWith('.queue/'));
}

for (const from of JOB_STATES) {
  test(`from ${from} a job moves to ${JOB_MOVES[from].join(', ') || 'nothing'} alone`, async (t) => {
    for (const to of JOB_STATES) {
      const layout = await makeLayout(t);
      await mkdir(layout.job(from, JOB.JobId), { recursive: true });
      await writeFile(new JobFolder(layout.job(from, JOB.JobId)).job, JSON.stringify(JOB));
      const stored = await findJob(layout, from, JOB.JobId);
      assert.ok(stored);
      const isLegal = LEGAL_MOVES.has(`${from} ${to}`);
      assert.equal(mayMove(from, to), isLegal, `${from} to ${to}`);
      if (isLegal) {
        const moved = await moveJob(HELD, layout, stored, to);
        assert.deepEqual([moved.state, moved.folder.path, moved.job], [to, layout.job(to, JOB.JobId), JOB]);
      } else {
        await assert.rejects(moveJob(HELD, layout, stored, to), /illegal move/);
      }
      const at = isLegal ? to : from;
      assert.deepEqual(await jobFiles(layout), [`${at}/${JOB.JobId}/job.json`]);
      const tickets = QUEUED_JOB_STATES.filter((state) => listTickets(layout, state).has(JOB.JobId));
      assert.deepEqual(tickets, isLegal && isQueued(to) ? [to] : [], `tickets after ${from} to ${to}`);
    }
  });
}

test('every state is either one that is advanced or one that waits for a person', () => {
  assert.deepEqual([...ACTIVE_JOB_STATES, ...ENDED_JOB_STATES], JOB_STATES);
  assert.ok(JOB_STATES.every(isJobState));
  for (const word of ['', 'Pending', '.making', 'constructor', '../done']) assert.equal(isJobState(word), false);
});

test('a job is made once, whatever state the first has reached', async (t) => {
  const layout = await makeLayout(t);
  assert.equal(await makeJob(HELD, layout, JOB), true);
  assert.equal(await makeJob(HELD, layout, JOB), false);
  const stored = await findJob(layout, 'pending', JOB.JobId);
  assert.ok(stored);
  assert.deepEqual(stored.job, JOB);
  await moveJob(HELD, layout, stored, 'cancelled');
  assert.equal(await makeJob(HELD, layout, { ...JOB, AccessionNumber: 'other' }), false);
  assert.equal(await findJobState(layout, JOB.JobId), 'cancelled');
  assert.deepEqual(await filesBelow(layout.jobs), [`cancelled/${JOB.JobId}/job.json`]);
});

test('what an interrupted making left does not get into the job', async (t) => {
  const layout = await makeLayout(t);
  const half = `${layout.jobsBeingMade}/${JOB.JobId}`;
  await mkdir(`${half}/data`, { recursive: true });
  await writeFile(`${half}/job.json`, '{"JobId":');
  await writeFile(`${half}/data/old`, '');
  assert.equal(await findJobState(layout, JOB.JobId), undefined);
  assert.equal(await makeJob(HELD, layout, JOB), true);
  assert.deepEqual(await jobFiles(layout), [`pending/${JOB.JobId}/job.json`]);
});

test('a job that is not there is not found, and one that has gone cannot be moved', async (t) => {
  const layout = await makeLayout(t);
  assert.equal(await findJob(layout, 'pending', JOB.JobId), undefined);
  assert.deepEqual(await listJobIds(layout, 'pending'), []);
  await makeJob(HELD, layout, JOB);
  const stored = await findJob(layout, 'pending', JOB.JobId);
  assert.ok(stored);
  await moveJob(HELD, layout, stored, 'staged');
  await assert.rejects(moveJob(HELD, layout, stored, 'staged'), { code: 'ENOENT' });
  assert.equal(await findJobState(layout, JOB.JobId), 'staged');
});

test('without the lease nothing is made or moved', async (t) => {
  const layout = await makeLayout(t);
  await assert.rejects(makeJob(LOST, layout, JOB), LeaseLost);
  assert.equal(await findJobState(layout, JOB.JobId), undefined);
  await makeJob(HELD, layout, JOB);
  const stored = await findJob(layout, 'pending', JOB.JobId);
  assert.ok(stored);
  await assert.rejects(moveJob(LOST, layout, stored, 'staged'), LeaseLost);
  assert.equal(await findJobState(layout, JOB.JobId), 'pending');
});

test('ids are listed oldest arrival first, without what is being made or hidden', async (t) => {
  const layout = await makeLayout(t);
  const ids = ['20261120T081530124Z-A-00000000', '20261120T081530123Z-Z-ffffffff', '20251231T235959999Z-M-00000000'];
  for (const JobId of ids) await makeJob(HELD, layout, { ...JOB, JobId });
  await writeFile(`${layout.jobsIn('pending')}/.writing-1`, '');
  assert.deepEqual(await listJobIds(layout, 'pending'), ids.toSorted());
  assert.deepEqual((await readdir(layout.jobs)).sort(), ['.making', '.queue', 'pending']);
});

test('a clock is kept with the job and removed with a success', async (t) => {
  const layout = await makeLayout(t);
  await makeJob(HELD, layout, JOB);
  const folder = new JobFolder(layout.job('pending', JOB.JobId));
  const clock: Clock = {
    notBefore: '2026-11-20T08:20:00.000Z', waitSeconds: 240, failedTries: 1, failingSince: '2026-11-20T08:16:00.000Z',
    last: { reason: 'core-postponed' },
  };
  assert.equal(await findClock(folder), undefined);
  await removeClock(folder);
  await writeClock(folder, clock);
  assert.deepEqual(await findClock(folder), clock);
  assert.deepEqual(JSON.parse(await readFile(folder.clock, 'utf8')), clock);
  await removeClock(folder);
  assert.equal(await findClock(folder), undefined);
});

test('a job that a person has to look at first begins there, with what that person must know', async (t) => {
  const layout = await makeLayout(t);
  const failures = [{ reason: 'arrived-late', earlier: 'X' }] as const;
  const held = { from: 'pending', heldAt: '2026-11-20T08:20:00.000Z', reason: 'it is late' } as const;
  assert.equal(await makeJob(HELD, layout, JOB, { state: 'failed', failures }), true);
  assert.equal(await makeJob(HELD, layout, JOB, { state: 'held', held }), false);
  const other = { ...JOB, JobId: '20261120T081530123Z-AI-00000002' };
  assert.equal(await makeJob(HELD, layout, other, { state: 'held', held }), true);
  assert.equal(await findJobState(layout, JOB.JobId), 'failed');
  assert.deepEqual(await findJson(layout.jobFolder('failed', JOB.JobId).failures), failures);
  assert.deepEqual(await findJson(layout.jobFolder('held', other.JobId).heldFrom), held);
});
