import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { claimPlace } from '../../src/core/claim.ts';
import type { CoreRun } from '../../src/core/executor.ts';
import { KEPT_LOG_BYTES } from '../../src/core/kept-log.ts';
import { processExecutor as executor } from '../../src/core/process.ts';
import { findProcess } from '../../src/host/process-table.ts';
import { wrapperArguments } from '../../src/core/wrapper.ts';
import { makeRun, nextAttempt, readLog, readOutput, startAndDie, untilEnded, untilWritten } from './core-run.ts';

/** A run of shell text. */
async function makeShellRun(t: TestContext, text: string, maxBytes = 1e9): Promise<CoreRun> {
  const outputs = { maxBytes, minInstances: 0, maxInstances: 9, SOPClassUIDs: [], expect: [], references: 'input' as const };
  return makeRun(t, { command: ['/bin/sh', '-c', text], outputs });
}

async function editClaim(run: CoreRun, change: object): Promise<void> {
  const path = join(run.attemptFolder, 'claim');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), ...change }));
}

async function pidsIn(run: CoreRun, name: string): Promise<number[]> {
  return (await readOutput(run, name)).trim().split('\n').map(Number);
}

async function assertGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) assert.equal(await findProcess(pid), undefined, `pid ${pid}`);
}

for (const exitCode of [0, 1, 75, 127, 200, 255]) {
  test(`a core that exits with ${exitCode} has ended with ${exitCode}`, async (t) => {
    const run = await makeShellRun(t, `exit ${exitCode}`);
    assert.deepEqual(await executor.poll(run), { state: 'not-started' });
    const started = await executor.start(run);
    assert.ok('started' in started);
    assert.match(started.handle, /^pid \d+$/);
    assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode });
  });
}

for (const signal of ['KILL', 'SEGV', 'TERM']) {
  test(`a core that dies of SIG${signal} was killed by it`, async (t) => {
    const run = await makeShellRun(t, `kill -${signal} $$`);
    await executor.start(run);
    assert.deepEqual(await untilEnded(executor, run), { state: 'killed', signal: `SIG${signal}` });
  });
}

test('a core that signals its whole group is still reported', async (t) => {
  const run = await makeShellRun(t, 'kill -TERM 0');
  await executor.start(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'killed', signal: 'SIGTERM' });
});

test('the core works in the output folder, finds its input and keeps both logs', async (t) => {
  const text = 'cat "$0" > copy; echo out; echo err >&2; cat';
  const run = await makeRun(t, { command: ['/bin/sh', '-c', text, '{descr}'] });
  await executor.start(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'copy'), '[]\n');
  assert.equal(await readLog(run, 'stdout.log'), 'out\n');
  assert.equal(await readLog(run, 'stderr.log'), 'err\n');
  assert.equal((await stat(join(run.outputFolder, 'copy'))).mode & 0o777, 0o640);
});

test('the core sees its own variables and none of the station', async (t) => {
  process.env['DTS_TEST_PASSWORD'] = 'secret';
  t.after(() => delete process.env['DTS_TEST_PASSWORD']);
  const run = await makeShellRun(t, 'env > env');
  await executor.start(run);
  await untilEnded(executor, run);
  const environment = await readOutput(run, 'env');
  assert.ok(environment.includes(`\nMERCURE_IN_DIR=${run.dataFolder}/mercure\n`));
  assert.ok(environment.includes(`DTS_JOB_ID=${run.JobId}\n`));
  assert.ok(!environment.includes('secret'));
});

test('arguments reach the core unchanged, whatever a shell would make of them', async (t) => {
  const cruel = ['a b', '"', "'", '$(id)', '`id`', '; exit 9', '*', '', 'two\nlines', '-n', '\\', '%s', '~'];
  const run = await makeRun(t, { command: ['/usr/bin/printf', '%s|', ...cruel] });
  await executor.start(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readLog(run, 'stdout.log'), cruel.map((word) => `${word}|`).join(''));
});

test('the core gives way to the receiver, for the processor and for memory', async (t) => {
  const run = await makeShellRun(t, 'nice; cat /proc/self/oom_score_adj');
  await executor.start(run);
  await untilEnded(executor, run);
  assert.equal(await readLog(run, 'stdout.log'), '10\n500\n');
});

test('one file cannot be larger than all output together', async (t) => {
  const run = await makeShellRun(t, 'exec head -c 5000000 /dev/zero > large', 1_000_000);
  await executor.start(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'killed', signal: 'SIGXFSZ' });
  assert.ok((await stat(join(run.outputFolder, 'large'))).size <= 1_000_448);
});

test('a log flood is cut to its end when collected', async (t) => {
  const run = await makeShellRun(t, `yes | head -c ${KEPT_LOG_BYTES + 1_000_000}; echo last`);
  await executor.start(run);
  await untilEnded(executor, run);
  await executor.collect(run);
  await executor.collect(run);
  assert.equal((await stat(join(run.attemptFolder, 'stdout.log'))).size, KEPT_LOG_BYTES);
  assert.ok((await readLog(run, 'stdout.log')).endsWith('\ny\nlast\n'));
});

test('cancel ends children, those that ignore SIGTERM, and those that left the session', async (t) => {
  const run = await makeShellRun(t, `
    sleep 601 & echo $! >> pids
    sh -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &
    setsid sh -c 'trap "" TERM; echo $$ >> pids; sleep 602; sleep 603' &
    while [ "$(wc -l < pids)" -lt 3 ]; do sleep 0.02; done
    echo ready > ready
    wait`);
  await executor.start(run);
  await untilWritten(run, 'ready');
  assert.deepEqual(await executor.poll(run), { state: 'running' });
  const pids = await pidsIn(run, 'pids');
  await executor.cancel(run);
  await assertGone(pids);
  assert.notEqual((await executor.poll(run)).state, 'running');
  await executor.cancel(run);
});

test('cancel lets a core end politely', async (t) => {
  const run = await makeShellRun(t, 'trap "echo bye; exit 3" TERM; echo > ready; while :; do sleep 0.1; done');
  await executor.start(run);
  await untilWritten(run, 'ready');
  await executor.cancel(run);
  assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 3 });
  assert.equal(await readLog(run, 'stdout.log'), 'bye\n');
});

test('an attempt that was cancelled before it began never runs', async (t) => {
  const run = await makeShellRun(t, 'echo > ran');
  await executor.cancel(run);
  await executor.start(run);
  assert.deepEqual(await executor.poll(run), { state: 'vanished' });
  await assert.rejects(readOutput(run, 'ran'), { code: 'ENOENT' });
});

test('what a core leaves in the background is ended before its end is told', async (t) => {
  const run = await makeShellRun(t, 'sleep 604 & echo $! >> pids; setsid sleep 605 & echo $! >> pids');
  await executor.start(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  await assertGone(await pidsIn(run, 'pids'));
});

test('a core whose wrapper was killed has vanished, and nothing of it goes on', async (t) => {
  const run = await makeShellRun(t, 'echo $$ > pids; setsid sleep 606 & echo $! >> pids; echo > ready; sleep 607');
  const started = await executor.start(run);
  await untilWritten(run, 'ready');
  assert.ok('started' in started);
  process.kill(Number(started.handle.slice('pid '.length)), 'SIGKILL');
  assert.deepEqual(await untilEnded(executor, run), { state: 'vanished' });
  await assertGone(await pidsIn(run, 'pids'));
});

test('ten starts at once are one run', async (t) => {
  const run = await makeShellRun(t, 'echo ran >> runs');
  const starts = await Promise.all(Array.from({ length: 10 }, () => executor.start(run)));
  assert.equal(new Set(starts.map((start) => 'started' in start && start.handle)).size, 1);
  await untilEnded(executor, run);
  await executor.start(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

test('a starter that is killed right after spawning leaves one run, however often it is started again', async (t) => {
  const run = await makeShellRun(t, 'echo ran >> runs');
  await startAndDie(run, 'sh');
  await executor.start(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

test('a core does not keep a lock under which its starter was run', async (t) => {
  const run = await makeShellRun(t, 'echo /proc/$$/fd/? > files');
  const lock = await open(join(run.attemptFolder, 'lock'), 'w');
  t.after(() => lock.close());
  await startAndDie(run, 'sh', lock.fd);
  // The shell that expands the pattern has the directory itself open as the next free number.
  assert.match(await untilWritten(run, 'files'), /^\/proc\/\d+\/fd\/0 \/\S+\/1 \/\S+\/2 \/\S+\/3\n$/);
});

test('a wrapper that comes late finds the claim taken and runs nothing', async (t) => {
  const run = await makeShellRun(t, 'echo ran >> runs');
  await executor.start(run);
  await untilEnded(executor, run);
  const late = wrapperArguments(await claimPlace(), run.outputFolder, 1e9, run.core.command);
  assert.equal(spawnSync('/bin/sh', late, { cwd: run.attemptFolder }).status, 0);
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

test('the next attempt of a job is a run of its own', async (t) => {
  const first = await makeShellRun(t, 'echo $DTS_ATTEMPT >> runs');
  const second = await nextAttempt(first);
  for (const run of [first, second]) {
    await executor.start(run);
    await untilEnded(executor, run);
  }
  assert.equal(await readOutput(second, 'runs'), '1\n2\n');
});

test('a core that was running when the machine went down has vanished', async (t) => {
  const run = await makeShellRun(t, 'echo > ready; sleep 608');
  await executor.start(run);
  await untilWritten(run, 'ready');
  const claim = await readFile(join(run.attemptFolder, 'claim'), 'utf8');
  await editClaim(run, { bootId: '00000000-0000-4000-8000-000000000000' });
  assert.deepEqual(await executor.poll(run), { state: 'vanished' });
  await writeFile(join(run.attemptFolder, 'claim'), claim);
});

test('a core that had ended before the machine went down has ended', async (t) => {
  const run = await makeShellRun(t, 'exit 4');
  await executor.start(run);
  await untilEnded(executor, run);
  await editClaim(run, { bootId: '00000000-0000-4000-8000-000000000000' });
  assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 4 });
});

test('an exit status that cannot be read says nothing', async (t) => {
  const run = await makeShellRun(t, 'exit 0');
  await executor.start(run);
  await untilEnded(executor, run);
  for (const garbage of ['', '\n', '-1\n', '0', 'x\n']) {
    await writeFile(join(run.attemptFolder, 'exit-status'), garbage);
    assert.deepEqual(await executor.poll(run), { state: 'vanished' }, JSON.stringify(garbage));
  }
});

test('a process that got the number of a core of ours is neither taken for it nor harmed', async (t) => {
  const run = await makeShellRun(t, 'exit 0');
  await executor.start(run);
  await untilEnded(executor, run);
  const stranger = spawn('sleep', ['609'], { detached: true });
  t.after(() => stranger.kill());
  await editClaim(run, { pid: stranger.pid });
  await executor.poll(run);
  await executor.cancel(run);
  assert.notEqual(await findProcess(stranger.pid!), undefined);
});

test('only the host on which a core runs can tell about it', async (t) => {
  const run = await makeShellRun(t, 'echo > ready; sleep 610');
  await executor.start(run);
  await untilWritten(run, 'ready');
  const claim = await readFile(join(run.attemptFolder, 'claim'), 'utf8');
  await editClaim(run, { host: 'another' });
  assert.deepEqual(await executor.poll(run), { state: 'elsewhere', host: 'another' });
  await executor.cancel(run);
  await writeFile(join(run.attemptFolder, 'claim'), claim);
  assert.deepEqual(await executor.poll(run), { state: 'running' });
});

for (const garbage of ['', '{', 'null', '[]', '{"pid":"1"}', '{"host":"x","bootId":"y","pid":-1.5,"startTime":0}']) {
  test(`a claim that reads ${JSON.stringify(garbage)} names no living process`, async (t) => {
    const run = await makeShellRun(t, 'exit 0');
    await writeFile(join(run.attemptFolder, 'claim'), garbage);
    assert.deepEqual(await executor.poll(run), { state: 'vanished' });
    await executor.cancel(run);
  });
}

test('a program that is missing is told by name, before anything is started', async (t) => {
  const plain = join((await makeRun(t, {})).outputFolder, 'plain');
  await writeFile(plain, '#!/bin/sh\n');
  await chmod(plain, 0o640);
  for (const program of ['dts-no-such-program', '/no/such', plain, 'relative/program', '']) {
    const run = await makeRun(t, { command: [program] });
    assert.deepEqual(await executor.start(run), { reason: 'program-missing', program });
    assert.deepEqual(await executor.poll(run), { state: 'not-started' });
  }
});

test('a core without a command cannot be started', async (t) => {
  const run = await makeRun(t, { command: [] });
  assert.deepEqual(await executor.start(run), { reason: 'command-missing', stream: 'Example' });
});

test('a core that the system refuses to start was not started', async (t) => {
  // Longer than Linux lets one argument be.
  const run = await makeRun(t, { command: ['/bin/echo', 'x'.repeat(200_000)] });
  assert.deepEqual(await executor.start(run), { reason: 'core-not-started', text: '/bin/sh: E2BIG' });
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
});
