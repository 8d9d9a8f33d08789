// What the engines are asked, and what becomes of their faults: checked with programs that answer in their place, since
// an engine that is broken, and Docker's, are seldom at hand.

import assert from 'node:assert/strict';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { AttemptFiles } from '../../src/core/attempt-files.ts';
import { containerExecutor as executor } from '../../src/core/container.ts';
import { runArguments } from '../../src/core/container-arguments.ts';
import { beginContainerRecord } from '../../src/core/container-record.ts';
import { ExecutorUnavailable } from '../../src/core/executor-unavailable.ts';
import type { CoreRun } from '../../src/core/executor.ts';
import { readBootId } from '../../src/host/process-table.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { makeRun } from './core-run.ts';

const ROOT = { uid: 0, gid: 0 };
const PERSON = { uid: 1001, gid: 1002 };

async function makeContainerRun(
  t: TestContext, runtime: 'podman' | 'docker', gpus: readonly number[] = [],
): Promise<CoreRun> {
  const run = await makeRun(t, { runtime, docker_image: 'example:1', command: ['/work.sh', '{input}'] });
  return { ...run, gpus, JobId: '20260101T000000Z-Example-0', dataFolder: '/d', outputFolder: '/o' };
}

/** Arguments that only one of two command lines has. */
function difference(some: readonly string[], others: readonly string[]): string[] {
  return some.filter((argument) => !others.includes(argument));
}

test('for root, Docker is asked for the same as Podman but for its logs', async (t) => {
  const podman = runArguments(await makeContainerRun(t, 'podman'), ROOT, 'boot');
  const docker = runArguments(await makeContainerRun(t, 'docker'), ROOT, 'boot');
  assert.deepEqual(difference(podman, docker), ['--log-driver=k8s-file']);
  assert.deepEqual(difference(docker, podman), ['--log-driver=json-file', '--log-opt=max-file=2']);
});

test('for others, Docker runs the core as the station and Podman as the image says', async (t) => {
  const podman = runArguments(await makeContainerRun(t, 'podman'), PERSON, 'boot');
  const docker = runArguments(await makeContainerRun(t, 'docker'), PERSON, 'boot');
  assert.deepEqual(difference(podman, docker), ['--log-driver=k8s-file', '--group-add=0']);
  assert.deepEqual(difference(docker, podman), [
    '--log-driver=json-file', '--log-opt=max-file=2', '--user=1001:1002', '--env=HOME=/tmp',
  ]);
});

test('an attempt is given the GPUs that it has, and no others', async (t) => {
  const podman = runArguments(await makeContainerRun(t, 'podman', [1, 3]), ROOT, 'boot');
  const docker = runArguments(await makeContainerRun(t, 'docker', [1, 3]), ROOT, 'boot');
  assert.deepEqual(podman.filter((argument) => argument.includes('gpu')), [
    '--device=nvidia.com/gpu=1', '--device=nvidia.com/gpu=3',
  ]);
  assert.deepEqual(docker.filter((argument) => argument.includes('gpu')), ['--gpus="device=1,3"']);
});

test('a core that needs it gets more scratch folders, each once, and a root that it may write to', async (t) => {
  const run = await makeContainerRun(t, 'podman');
  const usual = runArguments(run, ROOT, 'boot');
  const asked = runArguments({ ...run, core: { ...run.core, readOnlyRoot: false, tmpfs: ['/tmp', '/var/monai'] } },
    ROOT, 'boot');
  assert.deepEqual(difference(usual, asked), ['--read-only']);
  assert.deepEqual(difference(asked, usual).map((argument) => argument.split(':')[0]), ['--tmpfs=/var/monai']);
  assert.equal(asked.filter((argument) => argument.startsWith('--tmpfs=/tmp:')).length, 1);
});

test('the image and its command come last, with the folders inside the container', async (t) => {
  const args = runArguments(await makeContainerRun(t, 'docker'), ROOT, 'boot');
  assert.deepEqual(args.slice(-3), ['example:1', '/work.sh', '/data/input']);
  assert.ok(args.includes('--volume=/d:/data:ro'));
  assert.ok(args.includes('--volume=/o:/output:rw'));
});

/** A program called docker, first on PATH, that records its arguments in `calls` and then does what `script` says. */
async function makeDocker(t: TestContext, script: string): Promise<{ calls(): Promise<string[]> }> {
  const folder = await temporaryFolder(t);
  const program = join(folder, 'docker');
  const calls = join(folder, 'calls');
  await writeFile(program, `#!/bin/sh\n{ printf '%s ' "$@"; echo; } >> '${calls}'\n${script}\n`);
  await chmod(program, 0o755);
  const path = process.env['PATH'];
  process.env['PATH'] = `${folder}:${path}`;
  t.after(() => { process.env['PATH'] = path; });
  return { calls: async () => (await readFile(calls, 'utf8')).trimEnd().split('\n').map((line) => line.trimEnd()) };
}

test('Docker is asked whether there is one, told to run, asked what it has done, and no more', async (t) => {
  const run = await makeRun(t, { runtime: 'docker', docker_image: 'example:1', command: [] });
  const docker = await makeDocker(t, `
case "$1 $2" in
  'ps --all') if [ -e "$0.ran" ]; then echo 4711; fi ;;
  'container inspect') [ -e "$0.ran" ] || exit 1; echo '[{"Id":"4711","Image":"sha256:abc",
    "Config":{"Labels":{"dts.job":"${run.JobId}","dts.attempt":"1"}},
    "State":{"Status":"running","ExitCode":0,"OOMKilled":false}}]' ;;
  'run --detach') touch "$0.ran"; echo 4711 ;;
  'image inspect') echo '["example@sha256:def"]' ;;
esac`);
  assert.deepEqual(await executor.start(run), {
    started: true, handle: `docker ${run.JobId}`, imageDigest: 'sha256:abc',
  });
  const calls = await docker.calls();
  const ask = `ps --all --no-trunc --quiet --filter=label=dts.job=${run.JobId}`;
  assert.deepEqual(calls.map((call) => (call.startsWith('run') ? 'run' : call)), [
    ask,
    `container inspect --format {{.State.Status}} ${run.JobId}`,
    'run',
    ask,
    'container inspect 4711',
    'image inspect --format={{json .RepoDigests}} sha256:abc',
  ]);
  const record = JSON.parse(await readFile(join(run.attemptFolder, 'container.json'), 'utf8'));
  assert.deepEqual(record.repoDigests, ['example@sha256:def']);
});

/** A Docker that has one container, of the first attempt of a run, in this state. */
async function makeDockerWith(t: TestContext, run: CoreRun, state: object): Promise<void> {
  const bootId = await readBootId();
  await beginContainerRecord(new AttemptFiles(run.attemptFolder), { host: hostname(), bootId });
  const Labels = { 'dts.job': run.JobId, 'dts.attempt': '1', 'dts.boot': bootId };
  const inspected = JSON.stringify([{ Id: '4711', Image: 'sha256:abc', Config: { Labels }, State: state }]);
  await makeDocker(t, `case "$1" in ps) echo 4711 ;; container) echo '${inspected}' ;; esac`);
}

test('a core that the engine saw run out of memory is reported so, unless it coped with that', async (t) => {
  const run = await makeRun(t, { runtime: 'docker', docker_image: 'example:1' });
  await makeDockerWith(t, run, { Status: 'exited', ExitCode: 137, OOMKilled: true });
  assert.deepEqual(await executor.poll(run), { state: 'killed', signal: 'SIGKILL (out of memory)' });
  await makeDockerWith(t, run, { Status: 'exited', ExitCode: 0, OOMKilled: true });
  assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 0 });
});

for (const Status of ['running', 'paused', 'restarting', 'removing', 'stopping', 'something new']) {
  test(`a container that is ${Status} may still write and counts as running`, async (t) => {
    const run = await makeRun(t, { runtime: 'docker', docker_image: 'example:1' });
    await makeDockerWith(t, run, { Status, ExitCode: 0, OOMKilled: false });
    assert.deepEqual(await executor.poll(run), { state: 'running' });
  });
}

test('an engine that cannot be reached is told in its own words and decides nothing', async (t) => {
  const run = await makeRun(t, { runtime: 'docker', docker_image: 'example:1' });
  const text = 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.';
  await makeDocker(t, `echo warning >&2; echo '${text}' >&2; exit 1`);
  assert.deepEqual(await executor.start(run), { reason: 'core-not-started', text });
  for (const ask of [executor.poll, executor.cancel, executor.collect]) {
    await assert.rejects(ask(run), (error) => error instanceof ExecutorUnavailable && error.message === text);
  }
});

test('an engine that is not installed is named', async (t) => {
  const run = await makeRun(t, { runtime: 'podman', docker_image: 'example:1' });
  const path = process.env['PATH'];
  process.env['PATH'] = await temporaryFolder(t);
  t.after(() => { process.env['PATH'] = path; });
  assert.deepEqual(await executor.start(run), { reason: 'runtime-missing', runtime: 'podman' });
  await assert.rejects(executor.poll(run), { name: 'ExecutorUnavailable', message: 'podman is not installed' });
});
