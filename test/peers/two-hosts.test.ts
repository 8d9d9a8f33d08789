// Several hosts on one data directory, with the real commands: each job is one's at a time, cores are started once, and
// what a dead host leaves is taken over.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfiguration } from '../../src/config/load.ts';
import { jobLease } from '../../src/flow/job/advance-job.ts';
import type { Attempt } from '../../src/job/job.ts';
import type { JobState } from '../../src/job/job-state.ts';
import { encodeForPath } from '../../src/dicom/path-encoding.ts';
import { findProcess } from '../../src/host/process-table.ts';
import { readEvents } from '../../src/log/read-events.ts';
import { findHost } from '../../src/spool/host-beat.ts';
import { findJobState, listJobIds } from '../../src/spool/job-store.ts';
import { findJson } from '../../src/spool/read.ts';
import { FlowStation } from '../flow/flow-station.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';
import { endOf, runOn, startOn, whyNoOtherHosts } from '../rig/hosts.ts';
import { appeared, makeStation, type TestStation } from '../rig/station.ts';

const skip = whyNoOtherHosts() ?? false;

/** STALE_MILLISECONDS of lease.ts, and time to notice. */
const TAKEN_OVER_SECONDS = 40;

interface Hosts {
  readonly station: TestStation;
  /** What cores did, a line each: `begin <JobId> <host>`, `end <JobId> <host>`. */
  readonly notes: string;
}

/** A station whose core is a process that notes what it does, and so many jobs for it. */
async function makeHosts(t: TestContext, { jobs, sleep, limits = {} }: {
  jobs: number; sleep: string; limits?: object;
}): Promise<Hosts> {
  const notes = join(await temporaryFolder(t), 'notes');
  const script = 'echo "begin $DTS_JOB_ID $(hostname)" >> "$0"; sleep "$1"; echo "end $DTS_JOB_ID $(hostname)" >> "$0"; '
    + 'echo [] > "$2/output.json"';
  const station = await makeStation(t, {
    config: {
      limits: { minFreeBytes: 0, minFreePercent: 0, ...limits },
      Streams: [{ name: 'AI', trigger: {}, 'trigger-study': [{ type: 'job' }] }],
    },
    statements: { AI: { executor: 'process', memory: '1g', cpus: 1, command: ['/bin/sh', '-c', script, notes, sleep, '{output}'] } },
  });
  const loaded = await loadConfiguration(station.config);
  assert.ok('configuration' in loaded);
  const flow = new FlowStation({ configuration: loaded.configuration, layout: station.layout });
  for (let number = 1; number <= jobs; number += 1) {
    const StudyInstanceUID = `1.2.${process.pid}.${number}`; // JobIds of its own: they mark the processes of cores
    await flow.archive({ StudyInstanceUID, SOPInstanceUID: `${StudyInstanceUID}.1` });
    await flow.mark({ StudyInstanceUID });
  }
  await flow.scan();
  assert.equal((await listJobIds(station.layout, 'pending')).length, jobs);
  return { station, notes };
}

async function until(what: string, seconds: number, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const giveUpAt = Date.now() + seconds * 1000; !await holds(); await delay(50)) {
    assert.ok(Date.now() < giveUpAt, `${what}: not within ${seconds} s`);
  }
}

const linesOf = async (notes: string): Promise<string[]> => {
  return existsSync(notes) ? (await readFile(notes, 'utf8')).split('\n').filter((line) => line !== '') : [];
};

async function onlyJob({ station }: Hosts, state: JobState): Promise<string> {
  const [JobId = ''] = await listJobIds(station.layout, state);
  assert.notEqual(JobId, '', `no job is ${state}`);
  return JobId;
}

test('of eight processes on two hosts each job has one owner at a time, and no host more cores than it may', { skip }, async (t) => {
  const hosts = await makeHosts(t, { jobs: 8, sleep: '0.3', limits: { jobs: 9, memory: '2g', cpus: 2.5 } });
  const { station, notes } = hosts;
  const processes = Array.from({ length: 8 }, (_, index) => {
    const clockSeconds = index % 2 === 0 ? 0 : 60;
    return startOn(t, `host${index % 2}`, station, ['run-one-job', '--all', '--for', '90s', '--every', '200ms'], { clockSeconds });
  });
  const ended = processes.map(endOf);
  await until('all jobs are done', 80, async () => (await listJobIds(station.layout, 'done')).length === 8);
  for (const child of processes) child.kill('SIGTERM');
  for (const { stderr, signal } of await Promise.all(ended)) {
    assert.doesNotMatch(stderr, /internal error|stuck|lost/);
    assert.equal(signal, null, 'it ends by itself');
  }
  const lines = await linesOf(notes);
  const jobs = await listJobIds(station.layout, 'done');
  const deeds = lines.map((line) => line.split(' ').slice(0, 2).join(' '));
  assert.deepEqual(deeds.toSorted(), jobs.flatMap((JobId) => [`begin ${JobId}`, `end ${JobId}`]).toSorted());
  const running = new Map<string, number>();
  for (const line of lines) {
    const [deed, , host = ''] = line.split(' ');
    const count = (running.get(host) ?? 0) + (deed === 'begin' ? 1 : -1);
    assert.ok(count <= 2, `${count} cores at once on ${host}`);
    running.set(host, count);
  }
  assert.deepEqual([...running.keys()].sort(), ['host0', 'host1'], 'both have taken part');
});

// Each of them waits until a lease is stale: side by side.
describe('a lease', { skip, concurrency: true }, () => {
  test('an owner that is killed is replaced at once on its own host, and elsewhere when its lease is stale', async (t) => {
    const hosts = await makeHosts(t, { jobs: 1, sleep: '0' });
    const JobId = await onlyJob(hosts, 'pending');
    for (const [other, atOnce] of [['host0', true], ['host1', false]] as const) {
      const { station } = hosts;
      const release = await blockStaging(hosts, t);
      const owner = startOn(t, 'host0', station, ['run-one-job']);
      await until('the owner has its lease', 20, () => existsSync(leaseOf(station, JobId, 'owner')));
      owner.kill('SIGKILL');
      await endOf(owner);
      await release();
      const begun = Date.now();
      await until('it is taken over', TAKEN_OVER_SECONDS, async () => {
        await runOn(t, other, station, ['run-one-job']);
        return await findJobState(station.layout, JobId) !== 'pending';
      });
      const seconds = (Date.now() - begun) / 1000;
      assert.ok(atOnce ? seconds < 15 : seconds > 10, `after ${seconds} s on ${other}`);
      if (atOnce) { // for the next round
        await rename(station.layout.job('staged', JobId), station.layout.job('pending', JobId));
        await rm(join(station.layout.jobs, '.queue'), { recursive: true });
      }
    }
  });

  test('an owner that was stopped for longer than its lease steps back and changes nothing', async (t) => {
    const hosts = await makeHosts(t, { jobs: 1, sleep: '0' });
    const { station } = hosts;
    const JobId = await onlyJob(hosts, 'pending');
    const release = await blockStaging(hosts, t);
    const owner = startOn(t, 'host0', station, ['run-one-job']);
    const ended = endOf(owner);
    await until('the owner has its lease', 20, () => existsSync(leaseOf(station, JobId, 'owner')));
    owner.kill('SIGSTOP'); // unshare and sh have become the program itself
    await release();
    await until('another host takes over', TAKEN_OVER_SECONDS, async () => {
      await runOn(t, 'host1', station, ['run-one-job']);
      return await findJobState(station.layout, JobId) === 'staged';
    });
    const told = await eventsOf(hosts);
    owner.kill('SIGCONT');
    const { status, stderr } = await ended;
    assert.equal(status, 75, stderr);
    assert.match(stderr, /lease .* is not held any more/);
    assert.equal(await findJobState(station.layout, JobId), 'staged');
    assert.deepEqual(await eventsOf(hosts), told, 'it told nothing');
  });
});

test('what ran on a host that is silent is run again on another, where that is wanted; it ends it when it returns', { skip }, async (t) => {
  const hosts = await makeHosts(t, { jobs: 1, sleep: '60', limits: { hostSilentSeconds: 120 } });
  const { station, notes } = hosts;
  const JobId = await onlyJob(hosts, 'pending');
  for (const state of ['staged', 'running']) {
    await runOn(t, 'host0', station, ['run-one-job']);
    assert.equal(await findJobState(station.layout, JobId), state);
  }
  await until('the core has begun', 20, async () => (await linesOf(notes)).length === 1);
  const attempt = await attemptOf(hosts, 'running', JobId);
  assert.equal(attempt?.host, 'host0');
  const pid = Number(/\d+/.exec(attempt?.handle ?? '')?.[0]);

  const waits = await runOn(t, 'host1', station, ['run-one-job', JobId]);
  assert.match(waits.stdout, /waits for host host0, where the core runs$/m);
  await silence(station, 'host0', 300);
  await runOn(t, 'host1', station, ['run-one-job']);
  assert.equal(await findJobState(station.layout, JobId), 'staged');
  assert.equal(await lives(pid), true, 'nobody can end it but its own host');
  await until('it runs elsewhere', 20, async () => {
    await runOn(t, 'host1', station, ['run-one-job', JobId]);
    return (await linesOf(notes)).includes(`begin ${JobId} host1`);
  });
  const second = await attemptOf(hosts, 'running', JobId);
  assert.deepEqual([second?.attempt, second?.host], [2, 'host1']);

  await runOn(t, 'host0', station, ['run-one-job']);
  assert.equal(await lives(pid), false, 'it has ended what it had lost');
  assert.deepEqual(await attemptOf(hosts, 'running', JobId), second);
  assert.deepEqual((await linesOf(notes)).filter((line) => line.startsWith('end')), []);
  await runOn(t, 'host1', station, ['jobs', 'cancel', JobId]);
  assert.equal(await findJobState(station.layout, JobId), 'cancelled');
});

test('what ran on a silent host is taken over once, wherever the one is killed that does', { skip }, async (t) => {
  const hosts = await makeHosts(t, { jobs: 1, sleep: '60', limits: { hostSilentSeconds: 120 } });
  const { station, notes } = hosts;
  const JobId = await onlyJob(hosts, 'pending');
  for (let step = 1; step <= 2; step += 1) await runOn(t, 'host0', station, ['run-one-job']);
  await until('the core has begun', 20, async () => (await linesOf(notes)).length === 1);
  await silence(station, 'host0', 300);
  const kept = join(await temporaryFolder(t), 'kept');
  const copy = (from: string, to: string): void => assert.equal(spawnSync('cp', ['-a', from, to]).status, 0);
  copy(station.layout.datadir, kept);
  for (let number = 1; ; number += 1) {
    await rm(station.layout.datadir, { recursive: true });
    copy(kept, station.layout.datadir);
    const first = await runOn(t, 'host1', station, ['run-one-job'], { env: { DTS_FAILPOINT: String(number) } });
    // By name, since its clock may have been set already.
    if (await findJobState(station.layout, JobId) === 'running') await runOn(t, 'host1', station, ['run-one-job', JobId]);
    const state = await findJobState(station.layout, JobId);
    assert.ok(state === 'staged', `killed at step ${number}: ${state}`);
    const { attempt, outcome } = await attemptOf(hosts, state, JobId) ?? {};
    assert.deepEqual([attempt, outcome], [1, 'vanished'], `killed at step ${number}`);
    assert.ok(existsSync(station.layout.lostAttempt('host0', JobId, 1)), `killed at step ${number}`);
    if (first.signal === null) {
      assert.ok(number > 5, `only ${number} steps`);
      break;
    }
  }
  await runOn(t, 'host0', station, ['run-one-job']);
  assert.equal(existsSync(station.layout.lostAttempt('host0', JobId, 1)), false);
});

test('a host is not silent while one step of its work takes long', { skip }, async (t) => {
  const { station } = await makeHosts(t, { jobs: 1, sleep: '60' });
  const programs = await temporaryFolder(t);
  await writeFile(join(programs, 'podman'), '#!/bin/sh\necho > "$0.called"; exec sleep 50\n', { mode: 0o755 });
  await station.configure({
    config: { Streams: [{ name: 'AI', trigger: {}, 'trigger-study': [{ type: 'job' }] }] },
    statements: { AI: { docker_image: 'hangs', runtime: 'podman' } },
  });
  await runOn(t, 'host0', station, ['run-one-job']);
  startOn(t, 'host0', station, ['run-one-job'], { env: { PATH: `${programs}:${process.env['PATH']}` } });
  await appeared(join(programs, 'podman.called'));
  await silence(station, 'host0', 300);
  await until('it gives a sign', 30, () => (findHost(station.layout, 'host0')?.silentSeconds ?? Infinity) < 60);
});

test('unless that is wanted a job waits for its host, until a person gives it up', { skip }, async (t) => {
  const hosts = await makeHosts(t, { jobs: 1, sleep: '60' });
  const { station, notes } = hosts;
  const JobId = await onlyJob(hosts, 'pending');
  await runOn(t, 'host0', station, ['run-one-job']);
  await runOn(t, 'host0', station, ['run-one-job']);
  await until('the core has begun', 20, async () => (await linesOf(notes)).length === 1);
  const pid = Number(/\d+/.exec((await attemptOf(hosts, 'running', JobId))?.handle ?? '')?.[0]);
  const early = await runOn(t, 'host1', station, ['jobs', 'cancel', JobId]);
  assert.equal(await findJobState(station.layout, JobId), 'running', early.stderr);
  assert.match(early.stderr, /host0; cancel it there/);
  await silence(station, 'host0', 1000);
  const waits = await runOn(t, 'host1', station, ['run-one-job', JobId]);
  assert.match(waits.stdout, /waits for host host0.*not been heard of for 1\d\d\d s: .*dts jobs cancel/);
  const status = await runOn(t, 'host1', station, ['status']);
  assert.match(status.stdout, /host0 .*not heard of for 1\d\d\d s/);
  await runOn(t, 'host1', station, ['jobs', 'cancel', JobId]);
  assert.equal(await findJobState(station.layout, JobId), 'cancelled');
  await runOn(t, 'host0', station, ['run-one-job']);
  assert.equal(await lives(pid), false);
  assert.equal(await findJobState(station.layout, JobId), 'cancelled');
});

/** Has a host last heard of so long ago. */
async function silence(station: TestStation, host: string, seconds: number): Promise<void> {
  const then = new Date(Date.now() - seconds * 1000);
  await utimes(station.layout.host(host), then, then);
}

function attemptOf({ station }: Hosts, state: JobState, JobId: string): Promise<Attempt | undefined> {
  return findJson<Attempt>(station.layout.jobFolder(state, JobId).attempt);
}

async function eventsOf({ station }: Hosts): Promise<string[]> {
  const told: string[] = [];
  for await (const event of readEvents(station.layout)) told.push(JSON.stringify(event));
  return told;
}

function leaseOf(station: TestStation, JobId: string, kind: 'lock' | 'owner'): string {
  return join(station.layout.locks, `${encodeForPath(jobLease(JobId))}.${kind}`);
}

/** One that has ended and was not asked how is in /proc still. */
async function lives(pid: number): Promise<boolean> {
  return await findProcess(pid) !== undefined;
}

/**
 * Puts a pipe that nobody writes to in the place of the archived instance: staging it waits, its lease held.
 * @returns puts the instance back; whoever waited and was stopped meanwhile opens it anew
 */
async function blockStaging({ station }: Hosts, t: TestContext): Promise<() => Promise<void>> {
  const [path = ''] = await filesBelow(station.layout.archive);
  const instance = join(station.layout.archive, path);
  const aside = join(await temporaryFolder(t), 'aside');
  await rename(instance, aside);
  assert.equal(spawnSync('mkfifo', [instance]).status, 0);
  return () => rename(aside, instance);
}
