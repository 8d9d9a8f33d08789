// Cores in containers on the nodes of a cluster: what runs them there, with which limits, and what is left of them.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { CoreRun } from '../../src/core/executor.ts';
import { slurmExecutor as executor } from '../../src/core/slurm/executor.ts';
import { requirePeer } from '../rig/peers.ts';
import { makePodman, PODMAN_PEERS, type Podman } from '../rig/podman.ts';
import { makeSlurm, SLURM_PEERS, type Slurm } from '../rig/slurm.ts';
import { readLog, readOutput, untilEnded, untilWritten } from './core-run.ts';
import { makeShellRun, submitted } from './slurm-run.ts';

const installed = await makePodman();
after(() => installed?.remove());
const cluster = await makeSlurm();
after(() => cluster?.remove());

function podmanTest(name: string, check: (t: TestContext, podman: Podman, slurm: Slurm) => Promise<void>): void {
  test(name, async (t) => {
    if (requirePeer(t, ...SLURM_PEERS, ...PODMAN_PEERS)) await check(t, installed!, cluster!);
  });
}

function makeContainerRun(t: TestContext, text: string, core: Partial<CoreRun['core']> = {}): Promise<CoreRun> {
  return makeShellRun(t, text, { docker_image: installed!.image, cpus: 1, ...core }, { runtime: 'podman' });
}

podmanTest('a container on a node reads its input, writes output, leaves both logs and is gone', async (t, podman) => {
  const text = 'cat /data/descr.json > /output/copy; echo "$CRUEL"; echo err >&2; touch /data/x /x; exit 3';
  const run = await makeContainerRun(t, text, { env: { CRUEL: 'a\' b\n$(id) ,;' } });
  await submitted(run);
  const state = await untilEnded(executor, run);
  const imageDigest = `sha256:${podman.run('image', 'inspect', '--format={{.Id}}', podman.image).trim()}`;
  assert.deepEqual(state, { state: 'ended', exitCode: 3, imageDigest });
  assert.equal(await readOutput(run, 'copy'), '[]\n');
  assert.equal(await readLog(run, 'stdout.log'), 'a\' b\n$(id) ,;\n');
  assert.match(await readLog(run, 'stderr.log'), /^err\n.*\/data\/x: Read-only.*\n.*\/x: Read-only file system\n$/);
  assert.equal(podman.run('ps', '--all', '--quiet'), '');
});

podmanTest('a container on a node has the limits of one on this host', async (t, podman) => {
  const run = await makeContainerRun(t, 'echo > /output/ready; sleep 640', { memoryBytes: 64 * 2 ** 20 });
  await submitted(run);
  await untilWritten(run, 'ready');
  const name = `${run.JobId}.1`;
  const keys = ['Memory', 'NanoCpus', 'NetworkMode', 'ReadonlyRootfs'];
  const format = keys.map((key) => `{{.HostConfig.${key}}}`).join(' ');
  assert.equal(podman.run('container', 'inspect', `--format=${format}`, name), '67108864 1000000000 none true\n');
  await executor.cancel(run);
});

podmanTest('cancel ends a container that ignores SIGTERM, before it says so', async (t, podman) => {
  const run = await makeContainerRun(t, 'trap "" TERM; echo > /output/ready; while :; do sleep 0.1; done');
  await submitted(run);
  await untilWritten(run, 'ready');
  await executor.cancel(run);
  assert.equal(podman.run('ps', '--all', '--quiet'), '');
  assert.equal(await readFile(join(run.attemptFolder, 'exit-status'), 'utf8'), '137 stopped\n');
});

podmanTest('a container that needs more memory than it has was killed for that', async (t) => {
  const run = await makeContainerRun(t, 'exec tail -c 300000000 /dev/zero', { memoryBytes: 32 * 2 ** 20 });
  await submitted(run);
  const state = await untilEnded(executor, run);
  assert.ok(state.state === 'killed', JSON.stringify(state));
  assert.match(state.signal, /^SIGKILL( \(out of memory\))?$/);
});

podmanTest('an image that a node does not have is told in Podman\'s words', async (t) => {
  const run = await makeContainerRun(t, 'exit 0', { docker_image: 'localhost/dts-no-such:1' });
  await submitted(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 125 });
  assert.match(await readLog(run, 'stderr.log'), /localhost\/dts-no-such:1: image not known/);
});

podmanTest('what was left on a node under the same name does not stand in the way', async (t, podman) => {
  const run = await makeContainerRun(t, 'echo ran');
  podman.run('create', `--name=${run.JobId}.1`, podman.image, 'true');
  await submitted(run);
  assert.equal((await untilEnded(executor, run)).state, 'ended');
  assert.equal(await readLog(run, 'stdout.log'), 'ran\n');
  assert.equal(podman.run('ps', '--all', '--quiet'), '');
});
