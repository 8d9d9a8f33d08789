import assert from 'node:assert/strict';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { advanceJob } from '../../../src/flow/job/advance-job.ts';
import { advanceOne } from '../../../src/flow/job/advance-next.ts';
import { changeJob } from '../../../src/flow/job/change-job.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { Attempt, Clock } from '../../../src/job/job.ts';
import { readBootId } from '../../../src/host/process-table.ts';
import { removeTree } from '../../../src/spool/durable.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { exists } from '../../../src/spool/read.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { until } from '../../peers/ticks.ts';
import { makeFlowStation, withCore, type FlowStation } from '../flow-station.ts';

/** States in which a core may still be on its way. */
const UNTIL_RAN = ['pending', 'staged', 'running'];

/** A job whose core is a shell script. */
async function makeCoreJob(
  t: TestContext, script: string, core: Readonly<Record<string, unknown>> = {},
): Promise<{ station: FlowStation; JobId: string }> {
  const station = await makeFlowStation(t, withCore(script, core));
  const [JobId = ''] = await station.arrive();
  return { station, JobId };
}

const stateOf = ({ layout }: FlowStation, JobId: string): Promise<string | undefined> => findJobState(layout, JobId);
const attemptOf = (station: FlowStation, JobId: string) => station.jobFile<Attempt>(JobId, 'attempt');
const failuresOf = (station: FlowStation, JobId: string) => station.jobFile<readonly Failure[]>(JobId, 'failures');

test('a core that ends with 0 has run: its output and what it said are kept, its times recorded', async (t) => {
  const { station, JobId } = await makeCoreJob(t,
    'echo said; echo warned >&2; ls "$1/input" > "$2/seen"; test -r "$1/descr.json" && echo [] > "$2/output.json"');
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'moved');
  assert.equal(await stateOf(station, JobId), 'ran');
  const folder = await station.folderOf(JobId);
  assert.equal(await readFile(join(folder.output, 'seen'), 'utf8'), '1.2.3.1.1.dcm\n');
  assert.equal(await readFile(join(folder.attemptFolder(1), 'stdout.log'), 'utf8'), 'said\n');
  assert.equal(await readFile(join(folder.attemptFolder(1), 'stderr.log'), 'utf8'), 'warned\n');
  const attempt = await attemptOf(station, JobId);
  assert.equal(attempt?.outcome, 'exit 0');
  assert.match(attempt?.handle ?? '', /^pid \d+$/);
  assert.deepEqual(station.eventsOf('job-moved').map(({ to }) => to), ['staged', 'running', 'ran']);
});

test('a core that ends otherwise fails the job with its status and last words', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'for i in 1 2 3 4 5 6 7; do echo "line $i" >&2; done; exit 1',
    { attempts: 3 });
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  assert.deepEqual(await failuresOf(station, JobId), [
    { reason: 'core-exit', exitCode: 1, lastLines: ['line 3', 'line 4', 'line 5', 'line 6', 'line 7'] }]);
  assert.equal((await attemptOf(station, JobId))?.attempt, 1);
});

test('a core that says nothing on stderr is quoted from stdout', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'echo only here; exit 2');
  await station.advance(JobId, UNTIL_RAN);
  assert.deepEqual(await failuresOf(station, JobId), [{ reason: 'core-exit', exitCode: 2, lastLines: ['only here'] }]);
});

test('a core that is killed by a signal fails the job with its name', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'kill -SEGV $$');
  await station.advance(JobId, UNTIL_RAN);
  const [failure] = await failuresOf(station, JobId) ?? [];
  assert.ok(failure?.reason === 'core-signal');
  assert.equal(failure.signal, 'SIGSEGV');
  assert.equal((await attemptOf(station, JobId))?.outcome, 'signal SIGSEGV');
});

test('a core that asks to be run later is, with an empty output, until its attempts are used up', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'ls -A "$2"; touch "$2/left"; exit 75', { attempts: 2 });
  const first = await station.advance(JobId, UNTIL_RAN);
  assert.deepEqual(first.advance === 'postponed' && first.failure, { reason: 'core-postponed' });
  assert.equal(await stateOf(station, JobId), 'staged');
  assert.equal((await advanceJob(station, 'staged', JobId)).advance, 'waits');
  station.aheadSeconds = 61;
  assert.equal((await advanceJob(station, 'staged', JobId)).advance, 'moved');
  const second = await station.advance(JobId, ['running']);
  assert.equal(second.advance, 'failed');
  assert.deepEqual(await failuresOf(station, JobId), [
    { reason: 'attempts-used', attempts: 2, last: { reason: 'core-postponed' } }]);
  const folder = await station.folderOf(JobId);
  assert.deepEqual((await readdir(join(folder.path, 'attempts'))).sort(), ['1', '2']);
  assert.equal(await readFile(join(folder.attemptFolder(2), 'stdout.log'), 'utf8'), '');
});

test('each postponement waits longer than the one before', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'exit 75', { attempts: 5 });
  const waits: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const advance = await station.advance(JobId, UNTIL_RAN);
    assert.equal(advance.advance, 'postponed');
    const clock = await station.jobFile<Clock>(JobId, 'clock');
    waits.push(Math.round((Date.parse(clock?.notBefore ?? '') - Date.now()) / 60_000));
  }
  assert.deepEqual(waits, [1, 2, 4]);
});

test('a core says itself how long it wants to wait', async (t) => {
  const retry = { firstSeconds: 7200, multiplier: 3, maxSeconds: 50_000 };
  const { station, JobId } = await makeCoreJob(t, 'exit 75', { attempts: 5, retry });
  const waits: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'postponed');
    const clock = await station.jobFile<Clock>(JobId, 'clock');
    waits.push(Math.round((Date.parse(clock?.notBefore ?? '') - Date.now()) / 60_000));
    assert.equal((await advanceJob(station, 'staged', JobId)).advance, 'waits');
  }
  assert.deepEqual(waits, [120, 360, 833]);
});

test('what keeps a core from starting uses up no attempt, and is given up after its time', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'true', {
    executor: 'container', docker_image: 'nobodys:latest', runtime: 'docker', attempts: 1,
    env: {}, retry: { giveUpAfterSeconds: 86_400 },
  });
  const path = process.env['PATH'];
  t.after(() => { process.env['PATH'] = path; });
  process.env['PATH'] = await temporaryFolder(t); // no docker there
  for (const aheadSeconds of [0, 3600, 86_000]) {
    station.aheadSeconds = aheadSeconds;
    assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'postponed');
    assert.equal((await attemptOf(station, JobId))?.attempt, 1);
  }
  station.aheadSeconds = 86_410;
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  const [failure] = await failuresOf(station, JobId) ?? [];
  assert.ok(failure?.reason === 'job-given-up');
  assert.deepEqual(failure.last, { reason: 'executor-unavailable', text: 'docker is not installed' });
  assert.ok(failure.afterSeconds >= 86_410 && failure.afterSeconds < 86_440);
});

test('a core that was started is not given up for an engine that is away for longer than a start may take', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'true', {
    executor: 'container', docker_image: 'example:1', runtime: 'docker', env: {}, retry: { giveUpAfterSeconds: 600 },
  });
  const folder = await temporaryFolder(t);
  const path = process.env['PATH'];
  t.after(() => { process.env['PATH'] = path; });
  const State = { Status: 'running', ExitCode: 0, OOMKilled: false };
  const Labels = { 'dts.job': JobId, 'dts.attempt': '1', 'dts.boot': await readBootId() };
  const inspected = JSON.stringify([{ Id: '4711', Image: 'sha256:abc', Config: { Labels }, State }]);
  await writeFile(join(folder, 'docker'), `#!/bin/sh
case "$1" in
  ps) echo 4711 ;;
  container) case "$3" in --format) ;; *) echo '${inspected}' ;; esac ;;
  *) echo '[]' ;;
esac
`, { mode: 0o755 });
  process.env['PATH'] = `${folder}:${path}`;
  assert.equal((await station.advance(JobId, ['pending', 'staged'])).advance, 'moved');
  assert.equal((await advanceOne(station, JobId))?.advance, 'waits');

  process.env['PATH'] = await temporaryFolder(t); // the engine is away
  for (const aheadSeconds of [0, 300, 900, 86_400]) {
    station.aheadSeconds = aheadSeconds;
    assert.equal((await advanceOne(station, JobId))?.advance, 'postponed', `after ${aheadSeconds} s`);
  }
  process.env['PATH'] = `${folder}:${path}`;
  station.aheadSeconds = 0;
});

test('a core that hangs is ended at its time, with everything it started', async (t) => {
  const { station, JobId } = await makeCoreJob(t,
    'sleep 1000 & echo $! > "$2/child"; sleep 1000', { timeoutSeconds: 1 });
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  assert.deepEqual(await failuresOf(station, JobId), [{ reason: 'core-time', timeoutSeconds: 1 }]);
  assert.equal((await attemptOf(station, JobId))?.outcome, 'time limit');
  const { output } = await station.folderOf(JobId);
  assert.equal(await isRunning((await readFile(join(output, 'child'), 'utf8')).trim()), false);
});

test('the computer\'s clock may be set while a core runs: its time limit does not care', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'sleep 1000', { timeoutSeconds: 60 });
  await station.advance(JobId, ['pending', 'staged']);
  for (const aheadSeconds of [86_400, -86_400]) {
    station.aheadSeconds = aheadSeconds;
    assert.equal((await advanceOne(station, JobId))?.advance, 'waits');
  }
});

test('a core that writes more than it may is ended', async (t) => {
  const { station, JobId } = await makeCoreJob(t,
    'i=0; while :; do i=$((i+1)); head -c 500000 /dev/zero > "$2/$i"; done', { outputs: { maxBytes: 1_000_000 } });
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  const [failure] = await failuresOf(station, JobId) ?? [];
  assert.ok(failure?.reason === 'core-output-bytes' && failure.bytes > failure.maxBytes);
  assert.equal((await attemptOf(station, JobId))?.outcome, 'output limit');
});

test('a core that vanished without a word counts as interrupted and is run again', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'kill -9 $PPID; sleep 1000', { attempts: 2 });
  const first = await station.advance(JobId, UNTIL_RAN);
  assert.deepEqual(first.advance === 'postponed' && first.failure, { reason: 'core-interrupted' });
  assert.equal((await attemptOf(station, JobId))?.outcome, 'vanished');
  await station.advance(JobId, UNTIL_RAN);
  assert.deepEqual(await failuresOf(station, JobId), [
    { reason: 'attempts-used', attempts: 2, last: { reason: 'core-interrupted' } }]);
});

test('a program that is missing fails the job at once, whatever attempts are left', async (t) => {
  const station = await makeFlowStation(t, withCore('', { command: ['no-such-program-anywhere'], attempts: 3 }));
  const [JobId = ''] = await station.arrive();
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  assert.deepEqual(await failuresOf(station, JobId), [
    { reason: 'program-missing', program: 'no-such-program-anywhere' }]);
});

test('an attempt that was written down but never started keeps its number', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'exit 0');
  await station.advance(JobId, ['pending']);
  const folder = await station.folderOf(JobId);
  // As a crash between attempt.json and the rename leaves it.
  await writeFile(folder.attempt, JSON.stringify({ attempt: 1, startedAt: new Date().toISOString() }));
  await station.advance(JobId, UNTIL_RAN);
  assert.equal((await attemptOf(station, JobId))?.attempt, 1);
  assert.equal(await stateOf(station, JobId), 'ran');
});

test('a running job that lost what it needs to run goes back to be run anew', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'exit 0', { attempts: 2 });
  await station.advance(JobId, ['pending', 'staged']);
  await rm((await station.folderOf(JobId)).attempt);
  const advance = await advanceOne(station, JobId);
  assert.deepEqual(advance?.advance === 'postponed' && advance.failure, { reason: 'core-interrupted' });
  assert.equal(await stateOf(station, JobId), 'staged');
});

test('a job that a person moves from failed to pending runs again, from its first core', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'true');
  const through = [...UNTIL_RAN, 'ran'];
  for (const time of ['as it came', 'moved by hand']) {
    await station.advance(JobId, through);
    assert.deepEqual((await failuresOf(station, JobId))?.map(({ reason }) => reason), ['output-nothing'], time);
    await rename(station.layout.job('failed', JobId), station.layout.job('pending', JobId));
  }
  assert.equal(station.eventsOf('attempt-started').length, 2);
});

test('the folder that the core writes into is open to it and to nobody beyond', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'exit 0');
  await station.advance(JobId, UNTIL_RAN);
  const folder = await station.folderOf(JobId);
  assert.equal((await stat(folder.output)).mode & 0o777, 0o777);
  assert.equal((await stat(folder.path)).mode & 0o777, 0o750);
});

/** Whether a process has neither ended nor is a zombie. */
async function isRunning(pid: string): Promise<boolean> {
  if (!await exists(`/proc/${pid}/stat`)) return false;
  return !/^\d+ \(.*\) [ZX]/.test(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

test('what a core prints counts as written: it cannot fill the disk with it', async (t) => {
  const flood = 'head -c 700000 /dev/zero; head -c 700000 /dev/zero >&2; sleep 600';
  const { station, JobId } = await makeCoreJob(t, flood, { outputs: { maxBytes: 1_000_000 } });
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  assert.deepEqual((await failuresOf(station, JobId))?.map(({ reason }) => reason), ['core-output-bytes']);
});

test('a core that writes empty files without end is ended, too: a disk has so many inodes and no more', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'i=0; while :; do i=$((i+1)); : > "$2/$i"; done',
    { outputs: { maxBytes: 1_000_000 } });
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  assert.deepEqual((await failuresOf(station, JobId))?.map(({ reason }) => reason), ['core-output-bytes']);
});

test('folders that are too deep for a path keep nobody from looking at the core', async (t) => {
  const nest = 'name=$(printf "%0200d" 1); for i in $(seq 30); do mkdir $name; cd -P ./$name; done; echo ready; sleep 600';
  const { station, JobId } = await makeCoreJob(t, nest, { timeoutSeconds: 60 });
  await station.advance(JobId, ['pending', 'staged']);
  const log = join((await station.folderOf(JobId)).attemptFolder(1), 'stdout.log');
  await until('depth', async () => await readFile(log, 'utf8') === 'ready\n');
  assert.equal((await advanceOne(station, JobId))?.advance, 'waits');
  assert.equal(await stateOf(station, JobId), 'running');
  assert.deepEqual(await changeJob(station, JobId, 'cancel'), { moved: 'cancelled' });
  const { output } = await station.folderOf(JobId);
  await removeTree(output);
  assert.equal(await exists(output), false, 'what is too deep is removed all the same');
});

test('a fault in looking at a running core fails the job and ends the core', async (t) => {
  const { station, JobId } = await makeCoreJob(t, 'cd /; rmdir "$2"; echo $$ > "$2"; exec sleep 600');
  assert.equal((await station.advance(JobId, UNTIL_RAN)).advance, 'failed');
  assert.deepEqual((await failuresOf(station, JobId))?.map(({ reason }) => reason), ['file-fault']);
  const pid = Number(await readFile((await station.folderOf(JobId)).output, 'utf8'));
  assert.throws(() => process.kill(pid, 0), { code: 'ESRCH' });
  assert.equal((await attemptOf(station, JobId))?.outcome, 'cancelled');
});
