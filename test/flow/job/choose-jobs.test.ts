import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { advanceAll, advanceNext, advanceOne } from '../../../src/flow/job/advance-next.ts';
import { chooseJobs } from '../../../src/flow/job/choose-jobs.ts';
import { changeDelivery } from '../../../src/flow/delivery/change-delivery.ts';
import { explainStudy } from '../../../src/flow/explain/explain-study.ts';
import { reportJob } from '../../../src/flow/job/job-report.ts';
import { planJob } from '../../../src/flow/job/plan-job.ts';
import { STAGED_AHEAD } from '../../../src/flow/stage/room-to-stage.ts';
import type { JobState } from '../../../src/job/job-state.ts';
import { listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import { makeDirectoryDurable, moveDurable } from '../../../src/spool/durable.ts';
import { findJob, findJobState, listJobIds } from '../../../src/spool/job-store.ts';
import { isAnyDue } from '../../../src/spool/ticket-folders.ts';
import { listTickets } from '../../../src/spool/tickets.ts';
import { makeFlowStation, type FlowStation } from '../flow-station.ts';

const NEVER = new AbortController().signal;
const SLEEPER = { executor: 'process', command: ['/bin/sleep', '1000'] };
const DEAD = [{ AETitle: 'DEAD', IP: '127.0.0.1', PORT: 9 }];

/** A station with streams that are called by their names. */
function withStreams(t: TestContext, streams: Readonly<Record<string, object>>, jobs = 9): Promise<FlowStation> {
  const names = Object.keys(streams);
  return makeFlowStation(t, {
    config: {
      limits: { minFreeBytes: 0, minFreePercent: 0, jobs },
      Streams: names.map((name) => ({
        name, trigger: { AETitleCalled: `^${name}$` }, ...streams[name],
      })),
    },
    statements: Object.fromEntries(names.filter((name) => !('destination' in streams[name]!)).map((n) => [n, SLEEPER])),
  });
}

let studies = 0;

/** One more pending job of a stream, younger than all before. */
async function addJob(station: FlowStation, stream: string): Promise<string> {
  studies += 1;
  const StudyInstanceUID = `1.2.${studies}`;
  await station.archive({ StudyInstanceUID, SOPInstanceUID: `${StudyInstanceUID}.1` });
  await station.mark({ StudyInstanceUID, calledAETitle: stream }, new Date(Date.UTC(2026, 0, 20, 8, studies)));
  await station.scan();
  return station.eventsOf('job-made').at(-1)?.JobId ?? '';
}

async function candidates(station: FlowStation): Promise<string[]> {
  const found: string[] = [];
  for await (const { state, JobId } of chooseJobs(station)) found.push(`${state} ${JobId}`);
  return found;
}

async function put({ layout }: FlowStation, JobId: string, from: JobState, to: JobState): Promise<void> {
  await makeDirectoryDurable(layout.jobsIn(to));
  await moveDurable(layout.job(from, JobId), layout.job(to, JobId));
}

test('urgent streams come first, then normal ones, then offpeak; of each what is near its end, then the oldest', async (t) => {
  const station = await withStreams(t, { Night: { priority: 'offpeak' }, Day: {}, Also: {}, Now: { priority: 'urgent' } });
  const night = await addJob(station, 'Night');
  const day = await addJob(station, 'Day');
  const also = await addJob(station, 'Also');
  const day2 = await addJob(station, 'Day');
  const now = await addJob(station, 'Now');
  const ran = await addJob(station, 'Day');
  await put(station, ran, 'pending', 'ran');
  const nightRan = await addJob(station, 'Night');
  await put(station, nightRan, 'pending', 'ran');
  const tickets = [`pending ${ran}`, `pending ${nightRan}`]; // of jobs that were moved by hand
  assert.deepEqual((await candidates(station)).filter((one) => !tickets.includes(one)), [
    `pending ${now}`, `ran ${ran}`, `pending ${day}`, `pending ${also}`, `pending ${day2}`, `ran ${nightRan}`,
    `pending ${night}`,
  ]);
});

test('a stream whose window is closed is not staged, and is as soon as it opens', async (t) => {
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const station = await withStreams(t, { Night: { when: [`${days[(new Date().getUTCDay() + 2) % 7]} 10:00-11:00`] }, Day: {} });
  const night = await addJob(station, 'Night');
  const day = await addJob(station, 'Day');
  await advanceAll(station, NEVER);
  assert.equal(await findJobState(station.layout, night), 'pending');
  assert.equal(await findJobState(station.layout, day), 'running');
  const opening = new Date(Date.now() + 2 * 86_400_000);
  opening.setUTCHours(10, 30, 0, 0);
  Object.assign(station.configuration.receiver, { timezone: 'UTC' });
  station.aheadSeconds = (opening.getTime() - Date.now()) / 1000;
  await advanceNext(station);
  assert.equal(await findJobState(station.layout, night), 'staged');
});

test('of each stream few jobs are staged ahead, so that none of them holds up another', async (t) => {
  const station = await withStreams(t, { A: {}, B: {} }, 1);
  for (let count = 0; count < 5; count += 1) await addJob(station, 'A');
  await addJob(station, 'B');
  await advanceAll(station, NEVER);
  const staged = await listJobIds(station.layout, 'staged');
  assert.equal((await listJobIds(station.layout, 'running')).length, 1);
  assert.equal(staged.filter((JobId) => JobId.includes('-A-')).length, STAGED_AHEAD);
  assert.equal(staged.filter((JobId) => JobId.includes('-B-')).length, 1);
});

test('jobs that wait for their clock leave the others their place', async (t) => {
  const station = await withStreams(t, { A: {} }, 1);
  const ids: string[] = [];
  for (let count = 0; count < 6; count += 1) ids.push(await addJob(station, 'A'));
  for (const JobId of ids.slice(0, 5)) {
    await writeFile((await station.folderOf(JobId)).clock, JSON.stringify({
      notBefore: new Date(Date.now() + 60_000).toISOString(), waitSeconds: 60, failedTries: 1,
      failingSince: new Date().toISOString(), last: { reason: 'space-short', path: '/' },
    }));
  }
  await advanceAll(station, NEVER);
  assert.deepEqual(await listJobIds(station.layout, 'running'), ids.slice(5));
  assert.equal(isAnyDue(station.layout, 'pending', station.now()), false, 'they are put off');
  station.aheadSeconds = 130;
  assert.equal(isAnyDue(station.layout, 'pending', station.now()), true);
  await advanceNext(station);
  assert.equal(await findJobState(station.layout, ids[0] ?? ''), 'staged');
});

test('a job that waits for its deliveries is looked at once, and again when one has ended', async (t) => {
  const station = await withStreams(t, { Relay: { destination: DEAD } });
  const JobId = await addJob(station, 'Relay');
  await advanceAll(station, NEVER);
  assert.equal(await findJobState(station.layout, JobId), 'forwarding');
  assert.deepEqual([...listTickets(station.layout, 'forwarding')], []);
  assert.deepEqual(await candidates(station), []);
  const [DeliveryId = ''] = await listDeliveryIds(station.layout, 'pending');
  await changeDelivery(station, DeliveryId, 'hold');
  assert.deepEqual(await candidates(station), [], 'what is held has not ended');
  await changeDelivery(station, DeliveryId, 'cancel');
  await advanceNext(station);
  assert.equal(await findJobState(station.layout, JobId), 'done');
  assert.deepEqual([...listTickets(station.layout, 'forwarding')], []);
});

test('a job that a person moved by hand is found, and its old ticket goes', async (t) => {
  const station = await withStreams(t, { A: {} });
  const JobId = await addJob(station, 'A');
  await put(station, JobId, 'pending', 'failed');
  assert.deepEqual(await advanceNext(station), []);
  assert.deepEqual([...listTickets(station.layout, 'pending')], []);
  await put(station, JobId, 'failed', 'pending');
  for (const giveUpAt = Date.now() + 20_000; await findJobState(station.layout, JobId) === 'pending';) {
    assert.ok(Date.now() < giveUpAt, 'a small station compares often');
    await advanceNext(station);
  }
  assert.equal(await findJobState(station.layout, JobId), 'staged');
});

test('what a job waits for is told by whoever is asked', async (t) => {
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  const when = [`${days[(new Date().getUTCDay() + 2) % 7]} 10:00-11:00`];
  const station = await withStreams(t, { Night: { when }, Relay: { destination: DEAD } });
  const night = await addJob(station, 'Night');
  const forWindow = new RegExp(`^for its window, ${when[0]}; opens 2\\d{3}-\\d\\d-\\d\\dT\\d\\d:\\d\\dZ$`);
  const stored = await findJob(station.layout, 'pending', night);
  assert.ok(stored);
  assert.match((await reportJob(station, stored)).waits ?? '', forWindow);
  const advance = await advanceOne(station, night);
  assert.match(advance?.advance === 'waits' ? advance.forWhat : '', forWindow);
  const plan = await planJob(station, night) ?? [];
  assert.match(plan[1] ?? '', /^ {2}waits for its window/);
  const explained = await explainStudy(station, stored.job.arrival.StudyInstanceUID);
  assert.match(explained.jobs[0]?.waits ?? '', forWindow);

  const relay = await addJob(station, 'Relay');
  await advanceAll(station, NEVER);
  const forwarding = await findJob(station.layout, 'forwarding', relay);
  assert.ok(forwarding);
  assert.match((await reportJob(station, forwarding)).waits ?? '', /^for delivery .*, which is pending$/);
});
