import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { checkCores } from '../../src/flow/check/check-cores.ts';
import { noteUsedImage } from '../../src/flow/attempt/used-image.ts';
import { countGpus } from '../../src/host/count-gpus.ts';
import { listDeviceKinds } from '../../src/host/container-devices.ts';
import type { Job } from '../../src/job/job.ts';
import { eventText } from '../../src/log/event-text.ts';
import { makeRun } from '../core/core-run.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { makePodman, PODMAN_PEERS } from '../rig/podman.ts';
import { makeFlowStation, type FlowStation } from './flow-station.ts';

const installed = await makePodman();
after(() => installed?.remove());

const OLD = `sha256:${'0'.repeat(64)}`;

/** A station with a stream `AI` of these cores. */
async function makeChecked(t: TestContext, ...cores: readonly object[]): Promise<FlowStation> {
  return makeFlowStation(t, { config: { Streams: [{ name: 'AI', trigger: {} }] }, statements: { AI: cores } });
}

/** Level and text of all that is found. */
async function found(station: FlowStation): Promise<string[]> {
  return (await checkCores(station)).map(({ level, subject, text, remedy }) => {
    return `${level}: ${subject}: ${text}; ${remedy ?? ''}`;
  });
}

test('what runs each core of a chain is named, or what is missing to run it, with what to type', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const { image, run } = installed!;
  const digest = run('image', 'inspect', '--format={{.Id}}', image).trim();
  const findings = await found(await makeChecked(t,
    { docker_image: image }, { docker_image: 'localhost/gone:1' }, { executor: 'process', command: '/bin/true' },
    { executor: 'process', command: '/no/such/program {}' },
  ));
  assert.equal(findings.length, 4);
  assert.match(findings[0]!, new RegExp(`^ok: core 1 of AI: runs image ${image} \\(sha256:${digest}\\)`));
  assert.match(findings[1]!, /^warning: core 2 of AI: image localhost\/gone:1 is not on .*pull localhost\/gone:1/);
  assert.match(findings[2]!, /^ok: core 3 of AI: runs \/bin\/true/);
  assert.match(findings[3]!, /^error: core 4 of AI: program \/no\/such\/program cannot be found/);
});

test('a runtime that is not installed is told, and nothing else of that core', async (t) => {
  const path = process.env['PATH'];
  process.env['PATH'] = await temporaryFolder(t);
  t.after(() => { process.env['PATH'] = path; });
  const findings = await found(await makeChecked(t, { docker_image: 'a:1', runtime: 'docker', network: 'b', gpus: 1 }));
  assert.deepEqual(findings, [
    'error: core of AI: container runtime docker cannot be found; install docker, or set runtime',
  ]);
});

test('a network that the runtime does not have is an error, one that it has is not', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const { image } = installed!;
  const networks = ['dts-test-gone', 'podman', 'host', 'none', 'slirp4netns:port_handler=slirp4netns'];
  const station = await makeChecked(t, ...networks.map((network) => ({ docker_image: image, network })));
  const errors = (await found(station)).filter((text) => !text.startsWith('ok'));
  assert.deepEqual(errors, ['error: core 1 of AI: podman has no network dts-test-gone; '
    + 'podman network create dts-test-gone, or correct network']);
});

test('more GPUs than this host shows are an error', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const there = await countGpus() ?? 0;
  const station = await makeChecked(t, { docker_image: installed!.image, gpus: there + 1 });
  const [, finding = ''] = await found(station);
  assert.match(finding, new RegExp(`^error: .* get ${there + 1} GPUs, and this host shows ${there};`));
});

test('the kinds of devices are read off the files that tell of them', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'a.json'), '{"cdiVersion": "0.5.0",\n "kind": "nvidia.com/gpu", "devices": []}');
  await writeFile(join(folder, 'b.yaml'), '---\ncdiVersion: 0.5.0\nkind: vendor.com/device\n');
  await writeFile(join(folder, 'c.txt'), 'kind: not.this/one');
  await mkdir(join(folder, 'd.json'));
  assert.deepEqual(await listDeviceKinds([folder, join(folder, 'gone')]), ['nvidia.com/gpu', 'vendor.com/device']);
});

test('a name that stands for another image than jobs have run is told with both digests and since when', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const { image, run } = installed!;
  const digest = `sha256:${run('image', 'inspect', '--format={{.Id}}', image).trim()}`;
  const station = await makeChecked(t, { docker_image: image });
  const job = { JobId: 'J', stream: 'AI', arrival: { StudyInstanceUID: '1.2' }, AccessionNumber: '' } as Job;
  const ofCore = { ...await makeRun(t, { docker_image: image }), stream: 'AI' };

  await noteUsedImage(station, job, ofCore, OLD);
  const since = station.now().toISOString().slice(0, 10);
  const [finding = ''] = await found(station);
  const told = new RegExp(`^warning: .*since ${since}.*: ${digest} now, ${OLD} then; .*podman tag ${OLD} ${image}`);
  assert.match(finding, told);
  assert.deepEqual(station.happened, []);

  await noteUsedImage(station, job, ofCore, digest);
  assert.match((await found(station))[0]!, /^ok/);
  const [changed, ...others] = station.eventsOf('image-changed');
  assert.deepEqual([changed?.from, changed?.to, others.length], [OLD, digest, 0]);
  assert.match(eventText(changed!), /job J: runs another image/);

  await noteUsedImage(station, job, ofCore, digest);
  await noteUsedImage(station, job, { ...ofCore, core: { ...ofCore.core, docker_image: 'localhost/other:1' } }, OLD);
  assert.equal(station.eventsOf('image-changed').length, 1, 'neither the same image nor another name is a change');
});

test('a core for Slurm is submitted from here, which takes the commands of Slurm', async (t) => {
  const core = { executor: 'slurm', command: 'run {input}', slurm: { partition: 'gpu' } };
  const path = process.env['PATH'];
  const folder = await temporaryFolder(t);
  process.env['PATH'] = folder;
  t.after(() => { process.env['PATH'] = path; });
  const image = { ...core, command: [], docker_image: 'a:1', slurm: { runtime: 'podman' } };
  const station = await makeChecked(t, core, image);
  assert.match((await found(station))[0]!, /^error: core 1 of AI: sbatch cannot be found .*; install slurm-client/);
  for (const name of ['sbatch', 'squeue', 'scancel']) await writeFile(join(folder, name), '', { mode: 0o755 });
  assert.deepEqual(await found(station), [
    'ok: core 1 of AI: is submitted to Slurm, partition gpu, as a process; ',
    'ok: core 2 of AI: is submitted to Slurm, as podman image a:1; ',
  ]);
});
