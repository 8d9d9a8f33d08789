import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { CoreSpecification } from '../../src/config/core-specification.ts';
import { AttemptFiles } from '../../src/core/attempt-files.ts';
import { runArguments } from '../../src/core/container-arguments.ts';
import { containerExecutor as executor } from '../../src/core/container.ts';
import { beginContainerRecord } from '../../src/core/container-record.ts';
import type { CoreRun } from '../../src/core/executor.ts';
import { KEPT_LOG_BYTES } from '../../src/core/kept-log.ts';
import { readBootId } from '../../src/host/process-table.ts';
import { startUnderLock } from '../../src/core/start-container.ts';
import { requirePeer } from '../rig/peers.ts';
import { makePodman, type Podman, PODMAN_PEERS } from '../rig/podman.ts';
import { makeRun, nextAttempt, readLog, readOutput, startAndDie, untilEnded, untilWritten } from './core-run.ts';

const installed = await makePodman();
after(() => installed?.remove());

/** A test with real containers, skipped where Podman is absent. */
function containerTest(name: string, check: (t: TestContext, podman: Podman) => Promise<void>): void {
  test(name, async (t) => {
    if (requirePeer(t, ...PODMAN_PEERS)) await check(t, installed!);
  });
}

/** A run of shell text in a container. */
async function makeShellRun(t: TestContext, text: string, core: Partial<CoreSpecification> = {}): Promise<CoreRun> {
  return makeRun(t, {
    executor: 'container', docker_image: installed!.image, command: ['/bin/sh', '-c', text], ...core,
  });
}

async function startOf(run: CoreRun): Promise<void> {
  const started = await executor.start(run);
  assert.ok('started' in started, JSON.stringify(started));
}

for (const exitCode of [0, 1, 75, 255]) {
  containerTest(`a container that exits with ${exitCode} has ended with ${exitCode}`, async (t) => {
    const run = await makeShellRun(t, `exit ${exitCode}`);
    assert.deepEqual(await executor.poll(run), { state: 'not-started' });
    await startOf(run);
    assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode });
  });
}

containerTest('a start names the container and the image that it was made of', async (t, podman) => {
  const run = await makeShellRun(t, 'exit 0');
  const imageDigest = `sha256:${podman.run('image', 'inspect', '--format={{.Id}}', podman.image).trim()}`;
  const started = { started: true, handle: `podman ${run.JobId}`, imageDigest } as const;
  assert.deepEqual(await executor.start(run), started);
  assert.deepEqual(await executor.start(run), started);
  const record = JSON.parse(await readFile(join(run.attemptFolder, 'container.json'), 'utf8'));
  assert.equal(record.imageDigest, imageDigest);
  assert.equal(record.repoDigests.length, 1);
});

containerTest('the core reads input, writes output and leaves both logs; the container goes', async (t, podman) => {
  const run = await makeShellRun(t, 'cat /data/descr.json > /output/copy; echo out; echo err >&2');
  await startOf(run);
  await untilEnded(executor, run);
  await executor.collect(run);
  assert.equal(await readOutput(run, 'copy'), '[]\n');
  assert.equal(await readLog(run, 'stdout.log'), 'out\n');
  assert.equal(await readLog(run, 'stderr.log'), 'err\n');
  assert.equal(podman.run('ps', '--all', '--quiet', `--filter=name=${run.JobId}`), '');
  await executor.collect(run);
  assert.equal(await readLog(run, 'stdout.log'), 'out\n');
  assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 0 }, 'how it ended is known after it is gone');
});

containerTest('the core sees its variables, its options, and none of the station', async (t) => {
  process.env['DTS_TEST_PASSWORD'] = 'secret';
  t.after(() => delete process.env['DTS_TEST_PASSWORD']);
  const options = '{"model-type":"unet","tta":false}';
  const run = await makeShellRun(t, 'env', { ROR_CONT_OPTIONS: options, env: { TWO_LINES: 'a\nb "c" $d' } });
  await startOf(run);
  await untilEnded(executor, run);
  await executor.collect(run);
  const environment = await readLog(run, 'stdout.log');
  assert.ok(environment.includes(`\nROR_CONT_OPTIONS=${options}\n`));
  assert.ok(environment.includes('\nMERCURE_IN_DIR=/data/mercure\n'));
  assert.ok(environment.includes('TWO_LINES=a\nb "c" $d\n'));
  assert.ok(!environment.includes('secret'));
});

containerTest('arguments reach the core unchanged, whatever a shell would make of them', async (t) => {
  const cruel = ['a b', '"', "'", '$(id)', '`id`', '; exit 9', '*', 'two\nlines', '-n', '\\', '{output}'];
  const run = await makeShellRun(t, '', { command: ['/bin/printf', '%s|', ...cruel] });
  await startOf(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  await executor.collect(run);
  const expected = cruel.map((word) => `${word.replace('{output}', '/output')}|`).join('');
  assert.equal((await readLog(run, 'stdout.log')).trimEnd(), expected);
});

containerTest('the core can change neither its input nor its image, has no network, no capabilities', async (t) => {
  const run = await makeShellRun(t, `
    for path in /data/x /data/input/x /x /bin/x; do touch $path && echo "wrote $path"; done
    for path in /tmp/x /var/tmp/x /run/x /dev/shm/x /output/x; do touch $path || echo "not $path"; done
    ls /sys/class/net
    grep -E 'CapEff|CapBnd|NoNewPrivs' /proc/self/status`);
  await startOf(run);
  await untilEnded(executor, run);
  await executor.collect(run);
  assert.deepEqual((await readLog(run, 'stdout.log')).trimEnd().split(/\s+/), [
    'lo', 'CapEff:', '0000000000000000', 'CapBnd:', '0000000000000000', 'NoNewPrivs:', '1',
  ]);
  assert.deepEqual(await readdir(run.outputFolder), ['x']);
});

containerTest("an image's own user reads the input and writes the output", async (t, podman) => {
  const run = await makeShellRun(t, 'cat /data/descr.json > /output/copy; id -u >> /output/copy', {
    docker_image: podman.imageWithUser,
  });
  await startOf(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'copy'), '[]\n1234\n');
});

containerTest('a core that takes more memory than it may is killed for that', async (t) => {
  const run = await makeShellRun(t, 'exec tail -c 400000000 /dev/zero', { memoryBytes: 32 * 1024 * 1024 });
  await startOf(run);
  const end = await untilEnded(executor, run);
  // Podman is not told by every kernel why it was killed.
  assert.match('signal' in end ? end.signal : end.state, /^SIGKILL( \(out of memory\))?$/);
});

containerTest('a log flood fills neither the disk nor the log that is kept', async (t, podman) => {
  const run = await makeShellRun(t, `yes | head -c ${3 * KEPT_LOG_BYTES}; echo last`);
  await startOf(run);
  await untilEnded(executor, run);
  const engineLog = podman.run('inspect', '--format={{.HostConfig.LogConfig.Path}}', run.JobId).trim();
  assert.ok((await stat(engineLog)).size <= KEPT_LOG_BYTES);
  await executor.collect(run);
  const kept = await readLog(run, 'stdout.log');
  assert.ok(kept.length > 0 && kept.length <= KEPT_LOG_BYTES);
  assert.ok(kept.endsWith('\ny\nlast\n'));
});

containerTest('cancel ends a core that ignores SIGTERM and keeps what it printed', async (t, podman) => {
  const run = await makeShellRun(t, `
    trap "" TERM; echo printed; sleep 600 &
    echo > /output/ready; while :; do sleep 1; done`);
  await startOf(run);
  await untilWritten(run, 'ready');
  assert.deepEqual(await executor.poll(run), { state: 'running' });
  await executor.cancel(run);
  assert.deepEqual(await executor.poll(run), { state: 'killed', signal: 'SIGKILL' });
  assert.equal(podman.run('ps', '--all', '--quiet', `--filter=name=${run.JobId}`), '');
  assert.equal(await readLog(run, 'stdout.log'), 'printed\n');
  await executor.cancel(run);
});

containerTest('starts at once are one run', async (t) => {
  const run = await makeShellRun(t, 'echo ran >> /output/runs');
  const starts = await Promise.all([executor.start(run), executor.start(run), executor.start(run)]);
  for (const start of starts) assert.ok('started' in start, JSON.stringify(start));
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  await startOf(run);
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

containerTest('a starter that is killed while the engine is at work leaves one run', async (t) => {
  const run = await makeShellRun(t, 'echo ran >> /output/runs');
  await startAndDie(run, 'flock');
  await startOf(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

containerTest('a starter that is killed before the engine was asked leaves the attempt to the next', async (t) => {
  const run = await makeShellRun(t, 'echo ran >> /output/runs');
  await startAndDie(run, 'podman');
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
  await startOf(run);
  await untilEnded(executor, run);
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

containerTest('a run that is cancelled while a starter that was killed is still heard by the engine is over', async (t, podman) => {
  const run = await makeShellRun(t, 'echo ran >> /output/runs; sleep 60');
  await startAndDie(run, 'flock');
  await executor.cancel(run);
  const { state } = await executor.poll(run);
  // What is left of that starter was earlier or later than the cancellation.
  assert.ok(state === 'vanished' || state === 'killed', state);
  if (state === 'vanished') assert.ok(!(await readdir(run.outputFolder)).includes('runs'));
  await startUnderLock(run, runArguments(run, userInfo(), await readBootId()));
  assert.equal(podman.run('ps', '--all', '--quiet', `--filter=name=${run.JobId}`), '', 'nobody starts it again');
  assert.equal((await executor.poll(run)).state, state);
});

containerTest('what an earlier run of the job has left is not taken for the attempt of the same number', async (t, podman) => {
  const earlier = await makeShellRun(t, 'sleep 60');
  await startOf(earlier);
  await rm(earlier.attemptFolder, { recursive: true });
  await mkdir(earlier.attemptFolder);
  const run: CoreRun = { ...earlier, core: { ...earlier.core, command: ['/bin/sh', '-c', 'echo new > /output/runs'] } };
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
  await startOf(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'new\n');
  assert.equal(podman.run('ps', '--all', '--quiet', `--filter=name=${run.JobId}`).trim().split('\n').length, 1);
});

containerTest('a container that was made but never started is started', async (t, podman) => {
  const run = await makeShellRun(t, 'echo ran >> /output/runs');
  const [, , ...args] = runArguments(run, userInfo(), await readBootId());
  podman.run('create', ...args);
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
  await startOf(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

containerTest('the next attempt takes the place of the one before', async (t) => {
  const first = await makeShellRun(t, 'echo $DTS_ATTEMPT >> /output/runs');
  await startOf(first);
  await untilEnded(executor, first);
  const second = await nextAttempt(first);
  assert.deepEqual(await executor.poll(second), { state: 'not-started' });
  await startOf(second);
  await untilEnded(executor, second);
  assert.equal(await readOutput(second, 'runs'), '1\n2\n');
  await executor.cancel(first);
  assert.deepEqual(await executor.poll(first), { state: 'vanished' });
  assert.deepEqual(await executor.poll(second), { state: 'ended', exitCode: 0 });
  await executor.collect(second);
});

containerTest('a container that somebody removed has vanished and is not started again', async (t, podman) => {
  const run = await makeShellRun(t, 'echo ran >> /output/runs; sleep 600');
  await startOf(run);
  await untilWritten(run, 'runs');
  podman.run('rm', '--force', '--time', '0', run.JobId);
  assert.deepEqual(await executor.poll(run), { state: 'vanished' });
  await startOf(run);
  assert.deepEqual(await executor.poll(run), { state: 'vanished' });
});

containerTest('a starter that was held up does not repeat a run that is over and collected', async (t) => {
  const run = await makeShellRun(t, 'echo ran >> /output/runs');
  await startOf(run);
  await untilEnded(executor, run);
  await executor.collect(run);
  // What such a starter does at last, knowing nothing of all that.
  assert.equal(await startUnderLock(run, runArguments(run, userInfo(), await readBootId())), undefined);
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

containerTest('a container of an earlier boot has vanished, whatever the engine makes of it', async (t, podman) => {
  const run = await makeShellRun(t, 'exit 0');
  const bootId = '00000000-0000-4000-8000-000000000000';
  await beginContainerRecord(new AttemptFiles(run.attemptFolder), { host: hostname(), bootId });
  podman.run(...runArguments(run, userInfo(), bootId));
  podman.run('wait', run.JobId);
  assert.deepEqual(await executor.poll(run), { state: 'vanished' });
});

containerTest('only the host on which a container runs can tell about it', async (t) => {
  const run = await makeShellRun(t, 'exit 0');
  await startOf(run);
  const path = join(run.attemptFolder, 'container.json');
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, 'utf8')), host: 'another' }));
  assert.deepEqual(await executor.poll(run), { state: 'elsewhere', host: 'another' });
});

containerTest('an image that is not there is never fetched, and named', async (t) => {
  const image = 'registry.invalid/no/such:1';
  const run = await makeShellRun(t, '', { docker_image: image });
  assert.deepEqual(await executor.start(run), { reason: 'image-missing', image, runtime: 'podman' });
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
});

containerTest('a program that is not in the image is named, and no container is left', async (t, podman) => {
  const run = await makeShellRun(t, '', { command: ['/no/such/program'] });
  assert.deepEqual(await executor.start(run), { reason: 'program-missing', program: '/no/such/program' });
  assert.deepEqual(await executor.poll(run), { state: 'not-started' });
  assert.equal(podman.run('ps', '--all', '--quiet', `--filter=name=${run.JobId}`), '');
});

containerTest('what else the engine refuses is told in its own words', async (t) => {
  const run = await makeShellRun(t, '', { network: 'no-such-network' });
  const failure = await executor.start(run);
  assert.ok('reason' in failure && failure.reason === 'core-not-started');
  assert.match(failure.text, /no-such-network/);
});
