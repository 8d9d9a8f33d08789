// A core on a Slurm cluster, driven by the station's commands: from the modality to the PACS, waiting in the queue,
// cancelled, too slow, and refused.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeSlurm, SLURM_PEERS, type Slurm } from '../rig/slurm.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { writeResult, writeSmallStudy } from './small-study.ts';
import { listJobs, runJobs, scan, sendTo, showJob, theJob, until } from './ticks.ts';

const cluster = await makeSlurm();
after(() => cluster?.remove());

function slurmTest(name: string, check: (t: TestContext, slurm: Slurm) => Promise<void>): void {
  test(name, async (t) => {
    if (requirePeer(t, 'storescu', ...SLURM_PEERS)) await check(t, cluster!);
  });
}

/** A station with one stream, whose core is this shell text for Slurm, and one study, in a job that is staged. */
async function makeStaged(
  t: TestContext, port: number, text: string, core: object = {},
): Promise<{ readonly station: TestStation; readonly JobId: string; readonly SOPInstanceUID: string }> {
  const folder = await temporaryFolder(t);
  const study = await writeSmallStudy(join(folder, 'study'));
  await mkdir(join(folder, 'results'));
  const SOPInstanceUID = await writeResult(join(folder, 'results', 'result.dcm'), study);
  const command = ['/bin/sh', '-c', text, join(folder, 'results', 'result.dcm'), '{output}'];
  const station = await makeStation(t, {
    config: {
      Streams: [{ name: 'AI', trigger: {}, destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: port }] }],
      limits: { minFreeBytes: 0, minFreePercent: 0 },
    },
    statements: { AI: { executor: 'slurm', command, memory: '100m', cpus: 1, slurm: { statusSeconds: 1 }, ...core } },
  });
  await station.startReceiver(t);
  await sendTo(station, study.files);
  await scan(station);
  const { JobId } = await theJob(station);
  assert.equal((await station.dts(['run-one-job', JobId])).stdout, `${JobId}: staged\n`);
  return { station, JobId, SOPInstanceUID };
}

slurmTest('a study is worked on by the cluster, told at each step, and the result goes to the PACS', async (t) => {
  const pacs = await startScriptedScp(t);
  const { station, JobId, SOPInstanceUID } = await makeStaged(t, pacs.port, 'echo fine; cp "$0" "$1"');
  const planned = await station.dts(['run-one-job', JobId, '--dry-run']);
  assert.match(planned.stdout, /would submit a process to Slurm: \["\/bin\/sh","-c"/);
  const run = await station.dts(['run-one-job', JobId, '--wait']);
  assert.equal(run.status, 0, run.stderr);
  assert.match(run.stdout, /: running\n.*: waits for the core, which (is queued|has run)[^]*: ran\n[^]*: forwarding/);
  assert.equal((await station.dts(['forward'])).status, 0);
  assert.deepEqual(pacs.messages.map(({ command }) => command.AffectedSOPInstanceUID), [SOPInstanceUID]);
  const { state, attempt } = await showJob(station, JobId);
  assert.deepEqual([state, attempt?.outcome, attempt?.queued], ['done', 'exit 0', undefined]);
  assert.match(attempt?.handle ?? '', /^Slurm job \d+$/);
  assert.equal((await station.dts(['jobs', 'log', JobId])).stdout, 'fine\n');
});

slurmTest('a job that waits for a node says why, its time is free, and cancel takes it out', async (t, slurm) => {
  const pacs = await startScriptedScp(t);
  const all = ['--cpus-per-task=4', '--mem=100M', '--chdir=/tmp', '--wrap=sleep 650'];
  const blocker = slurm.run('sbatch', '--parsable', ...all).trim();
  const { station, JobId } = await makeStaged(t, pacs.port, 'cp "$0" "$1"', { timeoutSeconds: 1 });
  await station.dts(['run-one-job', JobId]);
  await until('reason of Slurm', async () => {
    const { stdout } = await station.dts(['run-one-job', JobId]);
    assert.match(stdout, /: waits for the core, which is queued \(\w+\)\n$/);
    return stdout.includes('(Resources)');
  });
  const shown = await station.dts(['jobs', 'show', JobId]);
  assert.match(shown.stdout, /\n  attempt     1, Slurm job \d+, queued \(Resources\)\n/);
  const { attempt } = await showJob(station, JobId);
  assert.equal(attempt?.startedAt, undefined);
  const cancelled = await station.dts(['jobs', 'cancel', JobId]);
  assert.deepEqual([cancelled.status, (await theJob(station)).state], [0, 'cancelled']);
  assert.equal(slurm.run('squeue', '--noheader', `--name=${JobId}`), '');
  slurm.run('scancel', blocker);
});

slurmTest('a core that is slow or fails has failed, one that asks for it is run again', async (t, slurm) => {
  const pacs = await startScriptedScp(t);
  const slow = await makeStaged(t, pacs.port, 'sleep 651', { timeoutSeconds: 2 });
  const bad = await makeStaged(t, pacs.port, 'echo no model >&2; exit 3');
  const patient = { retry: { firstSeconds: 1 } };
  const later = await makeStaged(t, pacs.port, '[ "$DTS_ATTEMPT" = 2 ] || exit 75; cp "$0" "$1"', patient);
  for (const { station } of [slow, bad, later]) await runJobs(station);
  assert.deepEqual((await showJob(slow.station, slow.JobId)).failures, [{ reason: 'core-time', timeoutSeconds: 2 }]);
  assert.deepEqual((await showJob(bad.station, bad.JobId)).failures, [
    { reason: 'core-exit', exitCode: 3, lastLines: ['no model'] },
  ]);
  assert.equal((await theJob(later.station)).state, 'forwarding');
  assert.equal(slurm.run('squeue', '--noheader', `--name=${slow.JobId}`), '');
});

slurmTest('no more than maxJobs of a stream are with Slurm at once', async (t, slurm) => {
  const pacs = await startScriptedScp(t);
  const { station, JobId } = await makeStaged(t, pacs.port, 'sleep 652', { slurm: { maxJobs: 1, statusSeconds: 1 } });
  const other = await writeSmallStudy(await temporaryFolder(t));
  await sendTo(station, other.files);
  await scan(station);
  await station.dts(['run-one-job', '--all']);
  const second = (await listJobs(station)).find((job) => job.JobId !== JobId)!;
  assert.equal(second.state, 'staged');
  const waits = await station.dts(['run-one-job', second.JobId]);
  assert.match(waits.stdout, /waits for Slurm: 1 jobs of AI are there, of slurm\.maxJobs \(1\)/);
  assert.equal(slurm.run('squeue', '--noheader', `--name=${second.JobId}`), '');
  await station.dts(['jobs', 'cancel', JobId]);
});

slurmTest('what Slurm refuses fails the job; check tells it before there is one', async (t) => {
  const pacs = await startScriptedScp(t);
  const { station, JobId } = await makeStaged(t, pacs.port, 'exit 0', { slurm: { partition: 'nowhere' } });
  const checked = await station.dts(['check']);
  assert.match(checked.stdout, /ok +core of AI: is submitted to Slurm, partition nowhere, as a process\n/);
  assert.match(checked.stdout, /error +Slurm for AI: Slurm refuses the job: .*Invalid partition name/);
  const run = await station.dts(['run-one-job', JobId]);
  assert.equal(run.status, 65);
  assert.match(run.stdout, /: failed:\n  Slurm refuses the job: .*Invalid partition name specified\n/);
  await station.dts(['jobs', 'retry', JobId]);
  assert.equal((await theJob(station)).state, 'pending');
});
