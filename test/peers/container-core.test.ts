// Cores in real containers, driven by nothing but ticks: a good one under all limits, and bad ones.

import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { Failure } from '../../src/job/failure.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { makePodman, PODMAN_PEERS, type Podman } from '../rig/podman.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { makeImage, type Image } from './image.ts';
import { writeResult, writeSmallStudy, type SmallStudy } from './small-study.ts';
import { advanceAll, listJobs, runJobs, scan, sendTo, showJob, theJob, until } from './ticks.ts';

const installed = await makePodman();
after(() => installed?.remove());

/** What the image does by itself. It waits to be looked at, and tells what it sees of the world in seen.txt. */
const CORE = `#!/bin/sh
set -e
until [ -e /output/go ]; do sleep 0.05; done
{
  env
  for path in /data/x /data/input/x /etc/x; do touch $path 2> /dev/null && echo "wrote $path"; done
  echo "network $(ls /sys/class/net | tr '\\n' ' ')"
  echo "input $(ls /data/input | wc -l)"
  ls -R /data/input_view_dicom_series
} > /output/seen.txt
cp /data/descr.json /output/descr-seen.json
cp /template/result.dcm /output/
echo '[{"field_name": "volume", "value": 42.5, "unit": "ml"}]' > /output/output.json
`;

/** An image whose own command is the above, and the instance that it puts out. */
async function makeCoreImage(
  t: TestContext, podman: Podman, study: SmallStudy,
): Promise<Image & { readonly SOPInstanceUID: string }> {
  const root = await temporaryFolder(t);
  await mkdir(join(root, 'template'));
  const SOPInstanceUID = await writeResult(join(root, 'template', 'result.dcm'), study);
  await writeFile(join(root, 'template', 'core.sh'), CORE);
  await chmod(join(root, 'template', 'core.sh'), 0o755);
  return { SOPInstanceUID, ...makeImage(podman, 'localhost/segm_test:1', root, 'CMD ["/template/core.sh"]') };
}

function containersOf({ run }: Podman): string[] {
  return run('ps', '--all', '--format={{.Names}}').split('\n').filter((name) => name !== '');
}

/** A station with a stream for each of these cores, all for the same arrivals. */
async function makeStreams(
  t: TestContext, port: number, statements: Readonly<Record<string, object>>,
): Promise<TestStation> {
  const Streams = Object.keys(statements).map((name) => ({
    name, trigger: { AETitleCalled: '^AICORE1$' }, destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: port }],
  }));
  const limits = { jobs: 8, minFreeBytes: 0, minFreePercent: 0 };
  const station = await makeStation(t, { config: { Streams, limits }, statements });
  await station.startReceiver(t);
  return station;
}

test('a container sees the original\'s contract and nothing else, and its result goes to the PACS', async (t) => {
  if (!requirePeer(t, 'storescu', ...PODMAN_PEERS)) return;
  const podman = installed!;
  const pacs = await startScriptedScp(t);
  const study = await writeSmallStudy(await temporaryFolder(t), { series: 2 });
  const image = await makeCoreImage(t, podman, study);
  const options = '{"--z-score-mean":20,"-b":0.95, "text":"a \'b\' $c"}';
  const station = await makeStreams(t, pacs.port, { AICore: {
    docker_image: image.name, memory: '64m', cpus: 0.5, ROR_CONT_OPTIONS: options, env: { THRESHOLD: '0.5' },
  } });
  await sendTo(station, [study.folder]);
  await scan(station);
  await station.dts(['run-one-job', '--all']);
  const { JobId, state } = await theJob(station);
  assert.equal(state, 'running');

  await t.test('it runs under every limit, under the name of its job', () => {
    assert.deepEqual(containersOf(podman), [JobId]);
    const [{ HostConfig }] = JSON.parse(podman.run('inspect', JobId)) as [{ HostConfig: Record<string, unknown> }];
    const { Memory, MemorySwap, NanoCpus, PidsLimit, ReadonlyRootfs, NetworkMode, SecurityOpt } = HostConfig;
    assert.deepEqual({ Memory, MemorySwap, NanoCpus, PidsLimit, ReadonlyRootfs, NetworkMode, SecurityOpt }, {
      Memory: 2 ** 26, MemorySwap: 2 ** 26, NanoCpus: 5e8, PidsLimit: 4096, ReadonlyRootfs: true, NetworkMode: 'none',
      SecurityOpt: ['no-new-privileges'],
    });
  });

  await writeFile(join(station.job('running', JobId).output, 'go'), '');
  await runJobs(station);
  const forwarded = await station.dts(['forward']);
  assert.deepEqual([forwarded.status, forwarded.stderr], [0, '']);

  await t.test('the job tells the image, and the container is gone', async () => {
    const { attempt, result, state: ended } = await showJob(station, JobId);
    assert.deepEqual([ended, attempt?.imageDigest, attempt?.outcome], ['done', image.digest, 'exit 0']);
    assert.deepEqual(result?.predictions, [{ field_name: 'volume', value: '42.5', unit: 'ml' }]);
    assert.deepEqual(containersOf(podman), []);
  });

  await t.test('the PACS has the result', () => {
    assert.deepEqual(pacs.messages.map(({ command }) => command.AffectedSOPInstanceUID), [image.SOPInstanceUID]);
  });

  await t.test('it saw its input, its options, the variables of other systems, and wrote to /output only', async () => {
    const { output } = station.job('done', JobId);
    const seen = await readFile(join(output, 'seen.txt'), 'utf8');
    for (const line of [
      `ROR_CONT_OPTIONS=${options}`, 'THRESHOLD=0.5', 'MERCURE_IN_DIR=/data/mercure', 'MERCURE_OUT_DIR=/output',
      'MONAI_INPUTPATH=/data/input', 'MONAI_OUTPUTPATH=/output', 'HOLOSCAN_INPUT_PATH=/data/input',
      'HOLOSCAN_OUTPUT_PATH=/output', 'network lo ', 'input 4',
    ]) assert.ok(seen.includes(`${line}\n`), `${line} is not in ${seen}`);
    assert.doesNotMatch(seen, /^wrote/m);
    const described = JSON.parse(await readFile(join(output, 'descr-seen.json'), 'utf8')) as Record<string, unknown>[];
    assert.deepEqual(
      new Set(described.map(({ SeriesInstanceUID }) => SeriesInstanceUID)),
      new Set(study.series.map(({ SeriesInstanceUID }) => SeriesInstanceUID)),
    );
    for (const { NumFiles, PatientID } of described) assert.deepEqual([NumFiles, PatientID], [2, study.PatientID]);
  });
});

test('containers that fail, hang or flood are ended and gone, and nothing is sent', async (t) => {
  if (!requirePeer(t, 'storescu', ...PODMAN_PEERS)) return;
  const podman = installed!;
  const pacs = await startScriptedScp(t);
  const shell = (text: string, core: object = {}) => {
    return { docker_image: podman.image, command: ['/bin/sh', '-c', text], outputs: { maxBytes: 20_000_000 }, ...core };
  };
  const reasons: Readonly<Record<string, Failure['reason']>> = {
    'fails': 'core-exit', 'hangs': 'core-time', 'floods the disk': 'core-output-bytes',
    'devours memory': 'core-signal', 'says nothing': 'output-nothing',
    'links to the host': 'output-link', 'has no image': 'image-missing', 'has no program': 'program-missing',
  };
  const station = await makeStreams(t, pacs.port, {
    'fails': shell('echo bad luck >&2; exit 1'),
    'hangs': shell('trap "" TERM; sleep 600 & sleep 600; sleep 600', { timeoutSeconds: 2 }),
    'floods the disk': shell('for n in 1 2 3; do head -c 8000000 /dev/zero > /output/$n.bin; done; sleep 600'),
    'devours memory': shell('exec tail -c 400000000 /dev/zero', { memory: '32m' }),
    'says nothing': shell(':'),
    'links to the host': shell('ln -s /etc/passwd /output/x.dcm'),
    'has no image': { docker_image: 'localhost/not-here:1' },
    'has no program': { docker_image: podman.image, command: ['/no/such/program'] },
  });
  const study = await writeSmallStudy(await temporaryFolder(t));
  await sendTo(station, [study.folder]);
  await scan(station);
  await runJobs(station);
  for (const { stream, state, JobId } of await listJobs(station)) {
    await t.test(`a container that ${stream}`, async () => {
      assert.equal(state, 'failed');
      const { failures } = await showJob(station, JobId);
      assert.deepEqual(failures.map(({ reason }) => reason), [reasons[stream]], JSON.stringify(failures));
      assert.equal((await readdir(station.job('failed', JobId).input)).length, study.files.length);
    });
  }
  assert.equal((await listJobs(station)).length, Object.keys(reasons).length);
  assert.deepEqual(containersOf(podman), []);
  assert.equal(pacs.associations.length, 0);
});

test('a container that was taken away runs again, as often as its core allows', async (t) => {
  if (!requirePeer(t, 'storescu', ...PODMAN_PEERS)) return;
  const podman = installed!;
  const pacs = await startScriptedScp(t);
  const study = await writeSmallStudy(await temporaryFolder(t));
  const image = await makeCoreImage(t, podman, study);
  const station = await makeStreams(t, pacs.port, { AICore: { docker_image: image.name, attempts: 2 } });
  await sendTo(station, [study.folder]);
  await scan(station);
  await station.dts(['run-one-job', '--all']);
  const { JobId } = await theJob(station);
  podman.run('rm', '--force', '--time', '0', JobId);
  const { stderr } = await station.dts(['run-one-job', '--all']);
  assert.match(stderr, /interrupted/);
  assert.equal((await theJob(station)).state, 'staged');
  assert.equal((await station.dts(['status'])).status, 75);

  await rm(station.job('staged', JobId).clock);
  await until('second attempt', async () => {
    await station.dts(['run-one-job', '--all']);
    return (await theJob(station)).state === 'running';
  });
  await writeFile(join(station.job('running', JobId).output, 'go'), '');
  await advanceAll(station);
  const { attempt, state } = await showJob(station, JobId);
  assert.deepEqual([state, attempt?.attempt], ['done', 2]);
  assert.equal(pacs.messages.length, 1);
});
