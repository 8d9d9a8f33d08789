// Docker's command line, answered by Podman under Docker's name: the whole life of a core, by real containers.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { containerExecutor as executor } from '../../src/core/container.ts';
import type { CoreRun } from '../../src/core/executor.ts';
import { findPeer, requirePeer } from '../rig/peers.ts';
import { makePodman, PODMAN_PEERS } from '../rig/podman.ts';
import { makeRun, nextAttempt, readLog, readOutput, untilEnded, untilWritten } from './core-run.ts';

const installed = await makePodman();
after(() => installed?.remove());

/** Podman knows one log file a container, and refuses to be told of more. */
const AS_DOCKER = `#!/bin/sh
for argument; do
  shift
  [ "$argument" = --log-opt=max-file=2 ] || set -- "$@" "$argument"
done
exec ${findPeer('podman')} "$@"
`;

/** Where `docker` is that, first on PATH for all of this file. */
const folder = await mkdtemp(join(tmpdir(), 'dts-docker-'));
await writeFile(join(folder, 'docker'), AS_DOCKER, { mode: 0o755 });
process.env['PATH'] = `${folder}:${process.env['PATH']}`;
after(() => rm(folder, { recursive: true }));

/** A run of shell text whose runtime is `docker`. */
function makeDockerRun(t: TestContext, text: string): Promise<CoreRun> {
  return makeRun(t, {
    executor: 'container', runtime: 'docker', docker_image: installed!.image, command: ['/bin/sh', '-c', text],
  });
}

test('a core runs by Docker\'s command line: started once, watched, collected, its logs and end kept', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const run = await makeDockerRun(t, 'cat /data/descr.json > /output/copy; echo out; echo err >&2; exit 3');
  const started = await executor.start(run);
  assert.deepEqual(started, await executor.start(run));
  assert.ok('started' in started && started.handle === `docker ${run.JobId}`, JSON.stringify(started));
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 3 });
  await executor.collect(run);
  assert.equal(await readOutput(run, 'copy'), '[]\n');
  assert.deepEqual([await readLog(run, 'stdout.log'), await readLog(run, 'stderr.log')], ['out\n', 'err\n']);
  assert.equal(installed!.run('ps', '--all', '--quiet'), '');
  assert.deepEqual(await executor.poll(run), { state: 'ended', exitCode: 3 });
  const { imageDigest } = JSON.parse(await readFile(join(run.attemptFolder, 'container.json'), 'utf8'));
  assert.match(imageDigest, /^sha256:[0-9a-f]{64}$/);
});

test('a core is ended by Docker\'s command line, and its next attempt is another container', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const run = await makeDockerRun(t, 'trap exit TERM; echo ready > /output/ready; sleep 600 & wait');
  await executor.start(run);
  await untilWritten(run, 'ready');
  assert.deepEqual(await executor.poll(run), { state: 'running' });
  await executor.cancel(run);
  assert.equal(installed!.run('ps', '--all', '--quiet'), '');

  const second = await nextAttempt(run);
  await executor.start(second);
  assert.deepEqual(await executor.poll(second), { state: 'running' });
  await executor.cancel(second);
});
