import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { writePart10 } from '../../../src/dicom/write.ts';
import { advanceJob, jobLease } from '../../../src/flow/job/advance-job.ts';
import { changeJob, planChange, type ChangeOutcome, type JobChange } from '../../../src/flow/job/change-job.ts';
import { JOB_STATES, type JobState } from '../../../src/job/job-state.ts';
import type { Attempt, Held } from '../../../src/job/job.ts';
import { eventText } from '../../../src/log/event-text.ts';
import { makeDirectoryDurable, moveDurable, writeJsonDurable } from '../../../src/spool/durable.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { withLease } from '../../../src/spool/lease.ts';
import { findStagedCores } from '../../../src/flow/attempt/staged-cores.ts';
import { exists, findJson } from '../../../src/spool/read.ts';
import { CT, FlowStation, makeFlowStation, STUDY, withCore } from '../flow-station.ts';

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

async function makePending(
  t: TestContext, script = 'true', core: Readonly<Record<string, unknown>> = {},
): Promise<{ station: FlowStation; JobId: string }> {
  const station = await makeFlowStation(t, withCore(script, core));
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

test('who held a job, since when and why is kept with it and told', async (t) => {
  const { station, JobId } = await makePending(t);
  await changeJob(station, JobId, 'hold', { by: 'alice', reason: 'scanner is being mended' });
  const held = await findJson<Held>((await station.folderOf(JobId)).heldFrom);
  assert.deepEqual({ ...held, heldAt: '' }, {
    from: 'pending', heldAt: '', by: 'alice', reason: 'scanner is being mended',
  });
  await changeJob(station, JobId, 'release', { by: 'bob' });
  const told = station.eventsOf('job-moved').map(eventText);
  assert.deepEqual(told, [
    `job ${JobId}: pending to held, by alice: scanner is being mended`, `job ${JobId}: held to pending, by bob`]);
});

/** A job whose core put out two instances, of which its rules allowed one. */
async function makeRefused(t: TestContext): Promise<{ station: FlowStation; JobId: string }> {
  const { station, JobId } = await makePending(t, 'echo $$ > "$2/pid"', { outputs: { maxInstances: 1 } });
  await station.advance(JobId, ['pending', 'staged', 'running']);
  const { output } = await station.folderOf(JobId);
  for (const number of [1, 2]) {
    await writePart10(join(output, `${number}.dcm`), {
      SOPClassUID: CT, SOPInstanceUID: `1.2.3.9.${number}`, StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2.3.9',
      PatientID: 'P1',
    });
  }
  await station.advance(JobId, ['ran']);
  assert.equal(await findJobState(station.layout, JobId), 'failed');
  return { station, JobId };
}

/** The configuration as it is after the person has mended the rules. */
function mendRules(station: FlowStation): FlowStation {
  const streams = station.configuration.streams.map((stream) => ({
    ...stream,
    cores: stream.cores.map((core) => ({ ...core, timeoutSeconds: 1, outputs: { ...core.outputs, maxInstances: 2 } })),
  }));
  return new FlowStation({ layout: station.layout, configuration: { ...station.configuration, streams } });
}

test('the output as it lies is checked again by the rules as they are now, and the core does not run', async (t) => {
  const { station, JobId } = await makeRefused(t);
  const pid = await readFile(join((await station.folderOf(JobId)).output, 'pid'), 'utf8');
  assert.deepEqual(await changeJob(station, JobId, 'retry', { from: 'validation' }), { moved: 'ran' });
  assert.equal((await advanceJob(station, 'ran', JobId)).advance, 'failed'); // nothing was mended yet
  const mended = mendRules(station);
  assert.deepEqual(await changeJob(mended, JobId, 'retry', { from: 'validation' }), { moved: 'ran' });
  await mended.advance(JobId, ['ran', 'validated']);
  assert.equal(await findJobState(mended.layout, JobId), 'done');
  const folder = await mended.folderOf(JobId);
  assert.equal(await readFile(join(folder.output, 'pid'), 'utf8'), pid);
  assert.equal(await exists(folder.failures), false);
  const [core] = await findStagedCores(folder) ?? [];
  assert.deepEqual([core?.outputs.maxInstances, core?.timeoutSeconds], [2, 3600]); // the rules, and nothing else
});

test('of a chain, the output of the core that ended last is checked again, and the next goes on from it', async (t) => {
  const core = (script: string): object => ({ command: ['/bin/sh', '-c', script, 'core', '{}', '{output}'] });
  const first = { ...core('echo x > "$2/a.dcm"'), outputs: { minInstances: 1 } };
  const station = await makeFlowStation(t, {
    ...withCore(''), statements: { AI: [first, core('echo "[]" > "$2/output.json"')] },
  });
  const [JobId = ''] = await station.arrive();
  const through = ['pending', 'staged', 'running', 'ran', 'validated'];
  const refused = await station.advance(JobId, through);
  assert.deepEqual(refused.advance === 'failed' && refused.failures.map(({ reason, core: place }) => [reason, place]), [
    ['output-unreadable', 1], ['output-too-few', 1]]);
  const { output } = await station.folderOf(JobId);
  await writePart10(join(output, 'a.dcm'), {
    SOPClassUID: CT, SOPInstanceUID: '1.2.3.9.1', StudyInstanceUID: STUDY, SeriesInstanceUID: '1.2.3.9',
    PatientID: 'P1',
  });
  assert.deepEqual(await changeJob(station, JobId, 'retry', { from: 'validation' }), { moved: 'ran' });
  await station.advance(JobId, through);
  assert.equal(await findJobState(station.layout, JobId), 'done');
  assert.deepEqual(station.eventsOf('attempt-started').map(({ core: place }) => place), [1, 2]);
});

test('also what is done is checked again, and its new result goes out as deliveries of its own', async (t) => {
  const { station, JobId } = await makeRefused(t);
  const mended = mendRules(station);
  await changeJob(mended, JobId, 'retry', { from: 'validation' });
  await mended.advance(JobId, ['ran', 'validated']);
  await writeJsonDurable((await mended.folderOf(JobId)).deliveries, { deliveries: ['one-of-the-first-run'] });
  assert.deepEqual(await changeJob(mended, JobId, 'retry', { from: 'validation' }), { moved: 'ran' });
  const { deliveries, rerun, resultList } = await mended.folderOf(JobId);
  assert.deepEqual([await exists(deliveries), await exists(resultList)], [false, false]);
  assert.deepEqual(await findJson(rerun), { run: 2 });
});

test('a job whose core did not end well, or whose files are gone, has no output to check again', async (t) => {
  const failed = await makePending(t, 'echo [] > "$2/output.json"; exit 3');
  await failed.station.advance(failed.JobId, ['pending', 'staged', 'running']);
  const { station, JobId } = await makeRefused(t);
  await rm((await station.folderOf(JobId)).input, { recursive: true });
  const gone = { station, JobId };
  for (const [one, why] of [[failed, /did not end well/], [gone, /input is not there any more/]] as const) {
    const outcome = await changeJob(one.station, one.JobId, 'retry', { from: 'validation' });
    assert.ok(typeof outcome === 'object' && 'impossible' in outcome);
    assert.match(outcome.impossible, why);
    assert.match(outcome.impossible, /--from staging/);
    assert.equal(await findJobState(one.station.layout, one.JobId), 'failed');
  }
  assert.deepEqual(await changeJob(station, JobId, 'retry', { from: 'staging' }), { moved: 'pending' });
});

test('a plan says what a change would come to, and changes nothing', async (t) => {
  const { station, JobId } = await makeRefused(t);
  const before = await readdir((await station.folderOf(JobId)).path);
  const plans = [
    ['retry', {}, { moved: 'pending' }], ['retry', { from: 'validation' }, { moved: 'ran' }],
    ['cancel', {}, { moved: 'cancelled' }], ['hold', {}, { refused: 'failed' }], ['release', {}, { refused: 'failed' }],
  ] as const;
  for (const [change, details, outcome] of plans) {
    assert.deepEqual(await planChange(station, JobId, change, details), outcome, change);
  }
  assert.equal(await planChange(station, 'no-such-job', 'cancel'), 'unknown');
  assert.equal(await findJobState(station.layout, JobId), 'failed');
  assert.deepEqual(await readdir((await station.folderOf(JobId)).path), before);
});

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
