import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import { readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { advanceAll, advanceOne } from '../../../src/flow/job/advance-next.ts';
import { reportBudget } from '../../../src/flow/report/budget-report.ts';
import { changeJob } from '../../../src/flow/job/change-job.ts';
import { PATIENCE_SECONDS } from '../../../src/flow/attempt/may-start.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { Attempt } from '../../../src/job/job.ts';
import { makeDirectoryDurable } from '../../../src/spool/durable.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { makeFlowStation, type FlowStation } from '../flow-station.ts';

const NEVER = new AbortController().signal;
const SMALL = { executor: 'process', command: ['/bin/sleep', '1000'], memory: '1g', cpus: 1 };
const BIG = { ...SMALL, memory: '4g' };

/** A station with one pending job for each stream, the first stream's the oldest. */
async function withStreams(
  t: TestContext, cores: Readonly<Record<string, object>>, limits: object, streams: Readonly<Record<string, object>> = {},
): Promise<{ station: FlowStation; jobs: Map<string, string> }> {
  const names = Object.keys(cores);
  const station = await makeFlowStation(t, {
    config: {
      limits: { minFreeBytes: 0, minFreePercent: 0, jobs: 9, ...limits },
      Streams: names.map((name) => ({
        name, trigger: { AETitleCalled: `^${name}$` }, 'trigger-study': [{ type: 'job' }], ...streams[name],
      })),
    },
    statements: cores,
  });
  const jobs = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const StudyInstanceUID = `1.2.${index + 1}`;
    await station.archive({ StudyInstanceUID, SOPInstanceUID: `${StudyInstanceUID}.1.1` });
    await station.mark({ StudyInstanceUID, calledAETitle: name }, new Date(Date.UTC(2026, 0, 20, 8, 0, index)));
    await station.scan();
  }
  for (const { JobId, stream } of station.eventsOf('job-made')) jobs.set(stream, JobId);
  assert.equal(jobs.size, names.length);
  return { station, jobs };
}

/** The streams whose jobs are in `running`. */
async function running({ layout }: FlowStation, jobs: Map<string, string>): Promise<string[]> {
  const states = await Promise.all([...jobs].map(async ([name, JobId]) => [name, await findJobState(layout, JobId)]));
  return states.filter(([, state]) => state === 'running').map(([name]) => name ?? '');
}

/** What a job says that it waits for. */
async function waitOf(station: FlowStation, JobId = ''): Promise<string> {
  const advance = await advanceOne(station, JobId);
  return advance?.advance === 'waits' ? advance.forWhat : `does not wait: ${JSON.stringify(advance)}`;
}

test('no more memory is given to cores than there is; a smaller one passes a big one that waits', async (t) => {
  const { station, jobs } = await withStreams(t, { One: BIG, Two: BIG, Three: SMALL }, { memory: '6g' });
  await advanceAll(station, NEVER);
  assert.deepEqual(await running(station, jobs), ['One', 'Three']);
  const { slots, memory, cpus, remote } = await reportBudget(station);
  assert.deepEqual({ slots, memory, cpus, remote }, {
    slots: { used: 2, limit: 9 }, memory: { used: 5 * 2 ** 30, limit: 6 * 2 ** 30 }, cpus: { used: 2 },
    remote: { used: 0, limit: 10 },
  });
  assert.equal(await waitOf(station, jobs.get('Two')), 'for memory: it needs 4g, and 5g of limits.memory (6g) are used');
});

test('one that has waited for long is passed by nobody behind it, and gets what it waits for', async (t) => {
  const cores = { One: { ...BIG, cpus: 0.5 }, Two: BIG, Three: SMALL, Four: SMALL };
  const { station, jobs } = await withStreams(t, cores, { memory: '6g' }, { Four: { priority: 'urgent' } });
  const [one = '', two = ''] = jobs.values();
  for (const JobId of [one, two]) await advanceOne(station, JobId);
  await advanceOne(station, one);
  assert.deepEqual(await running(station, jobs), ['One']);
  const longAgo = new Date(Date.now() - (PATIENCE_SECONDS + 5) * 1000);
  await utimes((await station.folderOf(two)).cores, longAgo, longAgo);
  await advanceAll(station, NEVER);
  assert.deepEqual(await running(station, jobs), ['One', 'Four'], 'what comes before it may pass it');
  assert.equal(await waitOf(station, jobs.get('Three')), `behind ${two}, which has waited longer for memory`);
  await changeJob(station, jobs.get('Four') ?? '', 'cancel');
  await changeJob(station, one, 'cancel');
  await advanceAll(station, NEVER);
  assert.deepEqual(await running(station, jobs), ['Two', 'Three']);
});

test('one that waits for its clock or for its window holds up nobody', async (t) => {
  const { station, jobs } = await withStreams(t, { One: BIG, Two: BIG, Three: BIG, Four: SMALL }, { memory: '6g' });
  const [one = '', two = '', three = ''] = jobs.values();
  for (const JobId of [one, two, three]) await advanceOne(station, JobId);
  await advanceOne(station, one);
  const longAgo = new Date(Date.now() - 86_400_000);
  for (const JobId of [two, three]) await utimes((await station.folderOf(JobId)).cores, longAgo, longAgo);
  await writeFile((await station.folderOf(two)).clock, JSON.stringify({
    notBefore: new Date(Date.now() + 60_000).toISOString(), waitSeconds: 60, failedTries: 1,
    failingSince: new Date().toISOString(), last: { reason: 'core-postponed' },
  }));
  const third = station.configuration.streams.findIndex(({ name }) => name === 'Three');
  const closed = { ...station.configuration.streams[third]!, when: [windowThatIsClosed()] };
  Object.assign(station.configuration.streams, { [third]: closed });
  assert.match(await waitOf(station, three), /^for its window, .*; opens 2\d{3}-\d\d-\d\dT\d\d:\d\dZ$/);
  await advanceAll(station, NEVER);
  assert.deepEqual(await running(station, jobs), ['One', 'Four']);
});

/** A window of half a day that will not open before the next one has come. */
function windowThatIsClosed(): string {
  const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
  return `${days[(new Date().getUTCDay() + 3) % 7]} 06:00-18:00`;
}

test('a core that needs more than there is fails with both numbers, and does not wait', async (t) => {
  const { station, jobs } = await withStreams(t, { One: BIG }, {});
  Object.assign(station.configuration.limits, { memoryBytes: 2 ** 31, cpus: 0.5 }); // configured since it was staged
  const [JobId = ''] = jobs.values();
  await station.advance(JobId, ['pending', 'staged']);
  const failures = await station.jobFile<readonly Failure[]>(JobId, 'failures');
  assert.deepEqual(failures, [
    { reason: 'core-too-large', resource: 'memory', wanted: '4g', limit: '2g' },
    { reason: 'core-too-large', resource: 'cpus', wanted: '1', limit: '0.5' },
  ]);
});

test('each GPU is given to one core at a time, and the core is told which', async (t) => {
  const core = {
    ...SMALL, gpus: 1, command: ['/bin/sh', '-c', 'echo $CUDA_VISIBLE_DEVICES > "$2/gpus"; exec sleep 1000', 'core', '{}', '{output}'],
  };
  const { station, jobs } = await withStreams(t, { One: core, Two: core, Three: core }, { gpus: 2 });
  await advanceAll(station, NEVER);
  const gpus: string[] = [];
  for (const name of await running(station, jobs)) {
    const folder = await station.folderOf(jobs.get(name) ?? '');
    const attempt = await station.jobFile<Attempt>(jobs.get(name) ?? '', 'attempt');
    assert.equal(attempt?.host, hostname());
    const path = join(folder.output, 'gpus');
    for (const giveUpAt = Date.now() + 10_000; await readFile(path, 'utf8').catch(() => '') === '';) {
      assert.ok(Date.now() < giveUpAt, `${path} does not come`);
    }
    assert.equal(await readFile(path, 'utf8'), `${attempt?.gpus?.join()}\n`);
    gpus.push(String(attempt?.gpus?.join()));
  }
  assert.deepEqual(gpus.sort(), ['0', '1']);
  assert.match(await waitOf(station, jobs.get('Three')), /^for gpus: it needs 1, and 2 of limits\.gpus \(2\) are used/);
});

test('cores of another host use nothing of this one', async (t) => {
  const { station, jobs } = await withStreams(t, { One: { ...BIG, gpus: 1 } }, { memory: '4g', jobs: 1, gpus: 1 });
  const other = station.layout.jobFolder('running', '20260101T000000000Z-One-00000000');
  await makeDirectoryDurable(other.path);
  await writeFile(other.attempt, JSON.stringify({ attempt: 1, core: 1, attemptOfCore: 1, host: 'another', gpus: [0] }));
  await writeFile(other.cores, JSON.stringify([{ executor: 'process', memoryBytes: 2 ** 32, cpus: 1, gpus: 1 }]));
  const [JobId = ''] = jobs.values();
  await advanceOne(station, JobId);
  await advanceOne(station, JobId);
  assert.deepEqual(await running(station, jobs), ['One']);
  assert.deepEqual((await station.jobFile<Attempt>(JobId, 'attempt'))?.gpus, [0]);
});
