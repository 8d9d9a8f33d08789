import assert from 'node:assert/strict';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { DELIVERY_STATES } from '../../src/job/delivery-state.ts';
import { ACTIVE_JOB_STATES, JOB_STATES, QUEUED_JOB_STATES } from '../../src/job/job-state.ts';
import { noteComparison } from '../../src/spool/comparison-due.ts';
import { noJobCanAdvance, nothingArrives, nothingIsToBeSent } from '../../src/spool/idle.ts';
import { Layout } from '../../src/spool/layout.ts';
import { putOffTicket, putTicket } from '../../src/spool/tickets.ts';
import { temporaryFolder } from '../rig/peers.ts';

/** Which of the three ticks would find nothing to do. */
function idleTicks(layout: Layout): string {
  const idle = { scan: nothingArrives(layout), run: noJobCanAdvance(layout, new Date()), forward: nothingIsToBeSent(layout) };
  return Object.entries(idle).filter(([, isIdle]) => isIdle).map(([name]) => name).join(' ');
}

test('every tick is idle where nothing was ever made, or folders hold only what is being made', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  assert.equal(idleTicks(layout), 'scan run forward');
  await mkdir(layout.claimed, { recursive: true });
  for (const folder of [layout.arrived, layout.claimed, layout.jobsIn('pending'), layout.deliveriesIn('pending')]) {
    await mkdir(folder, { recursive: true });
    await writeFile(`${folder}/.writing-1`, '');
  }
  assert.equal(idleTicks(layout), 'scan run forward');
});

test('what is noted of an arrival that was set aside wakes no tick', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  const claim = '20261120T081530123Z CT DTS 10.0.0.1 scp_1.2';
  for (const path of [layout.asideClaim(claim), layout.actionsDone(claim), layout.arrivalNote(claim)]) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, '');
  }
  assert.equal(idleTicks(layout), 'scan run forward');
  await rm(layout.asideClaim(claim));
  assert.equal(idleTicks(layout), 'run forward');
});

test('whatever has to be seen to ends the idleness of its own tick alone', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  const waking: [path: string, stillIdle: string][] = [
    [layout.mark('CT DTS 10.0.0.1 scp_1.2'), 'run forward'],
    [layout.mark('stranger'), 'run forward'],
    [layout.claim('20261120T081530123Z CT DTS 10.0.0.1 scp_1.2'), 'run forward'],
    [layout.actionsDone('20261120T081530123Z CT DTS 10.0.0.1 scp_1.2'), 'run forward'],
    [layout.arrivalNote('20261120T081530123Z CT DTS 10.0.0.1 scp_1.2'), 'run forward'],
    [layout.release('1.2'), 'run forward'],
    ...ACTIVE_JOB_STATES.map((state): [string, string] => [layout.job(state, 'x'), 'scan forward']),
    [layout.delivery('pending', 'x'), 'scan run'],
  ];
  for (const [path, stillIdle] of waking) {
    await mkdir(dirname(path), { recursive: true });
    await mkdir(path);
    assert.equal(idleTicks(layout), stillIdle, path);
    await rm(path, { recursive: true });
  }
});

test('jobs that wait for their clock or their deliveries wake no tick, until they are due', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  const now = new Date();
  for (const state of QUEUED_JOB_STATES) {
    const JobId = '20261120T081530123Z-AICore-1a2b3c4d';
    await mkdir(layout.job(state, JobId), { recursive: true });
    noteComparison(layout, 1_000_000);
    assert.equal(noJobCanAdvance(layout, now), true, `${state} without a ticket`);
    putTicket(layout, state, JobId);
    assert.equal(noJobCanAdvance(layout, now), false, `${state} with a ticket`);
    putOffTicket(layout, state, JobId, new Date(now.getTime() + 120_000), now);
    assert.equal(noJobCanAdvance(layout, now), true, `${state} put off`);
    assert.equal(noJobCanAdvance(layout, new Date(now.getTime() + 180_000)), false, `${state} when it is due`);
    assert.equal(noJobCanAdvance(layout, new Date(now.getTime() - 7_200_000)), false, `${state} with the clock set back`);
    await rm(layout.jobs, { recursive: true });
  }
});

test('what waits for a person wakes no tick', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  const ended = JOB_STATES.filter((state) => !(ACTIVE_JOB_STATES as readonly string[]).includes(state));
  for (const state of ended) await mkdir(layout.job(state, 'x'), { recursive: true });
  for (const state of DELIVERY_STATES) {
    if (state !== 'pending' && state !== 'confirming') await mkdir(layout.delivery(state, 'x'), { recursive: true });
  }
  assert.equal(idleTicks(layout), 'scan run forward');
  await mkdir(layout.delivery('confirming', 'x'), { recursive: true });
  assert.equal(idleTicks(layout), 'scan run', 'a report may be overdue');
});

test('a folder that cannot be read is not taken for empty', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  await mkdir(layout.jobs);
  await writeFile(layout.jobsIn('pending'), '');
  assert.throws(() => noJobCanAdvance(layout, new Date()), { code: 'ENOTDIR' });
});
