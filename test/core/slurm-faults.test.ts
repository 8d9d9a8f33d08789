// The executor with a real cluster in trouble: what Slurm refuses, whose daemons are killed, what it ends by itself,
// what its administrator ends, what it forgets.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import type { CoreState } from '../../src/core/executor.ts';
import { slurmExecutor as executor } from '../../src/core/slurm/executor.ts';
import { exists } from '../../src/spool/read.ts';
import { requirePeer } from '../rig/peers.ts';
import { makeSlurm, SLURM_PEERS, type Slurm } from '../rig/slurm.ts';
import { readOutput, untilWritten } from './core-run.ts';
import { makeShellRun, submitted, untilState } from './slurm-run.ts';

// What is in the partition `urgent` takes the place of what is in `normal`.
const cluster = await makeSlurm({
  lines: [
    'PreemptType=preempt/partition_prio', 'PreemptMode=CANCEL', 'KillWait=12',
    `PartitionName=urgent Nodes=${hostname()} PriorityTier=100 State=UP`,
  ],
});
after(() => cluster?.remove());

function slurmTest(name: string, check: (t: TestContext, slurm: Slurm) => Promise<void>): void {
  test(name, async (t) => {
    if (requirePeer(t, ...SLURM_PEERS)) await check(t, cluster!);
  });
}

const hasEnded = ({ state }: CoreState): boolean => state !== 'queued' && state !== 'running';

const LASTING = [
  { what: 'a partition that there is not', slurm: { partition: 'nowhere' }, core: {}, text: /Invalid partition name/ },
  { what: 'more memory than any node has', slurm: {}, core: { memoryBytes: 2 ** 50 }, text: /node configuration/ },
  { what: 'GPUs where there are none', slurm: {}, core: { gpus: 1 }, text: /Invalid generic resource/ },
  { what: 'an option that there is not', slurm: { sbatch: ['--no-such'] }, core: {}, text: /unrecognized option/ },
];

for (const { what, slurm, core, text } of LASTING) {
  slurmTest(`${what} is refused for good, with Slurm's words`, async (t) => {
    const run = await makeShellRun(t, 'exit 0', core, slurm);
    const failure = await executor.start(run);
    assert.ok('reason' in failure && failure.reason === 'slurm-refused', JSON.stringify(failure));
    assert.match(failure.text, text);
    assert.ok(!failure.text.includes('\n') && !failure.text.includes('error:'), failure.text);
  });
}

slurmTest('a partition that is closed for now is tried again', async (t, slurm) => {
  slurm.run('scontrol', 'update', 'PartitionName=urgent', 'State=INACTIVE');
  const run = await makeShellRun(t, 'exit 0', {}, { partition: 'urgent' });
  const failure = await executor.start(run);
  slurm.run('scontrol', 'update', 'PartitionName=urgent', 'State=UP');
  assert.ok('reason' in failure && failure.reason === 'core-not-started', JSON.stringify(failure));
  assert.match(failure.text, /inactive or drain/);
});

slurmTest('a job that an administrator has cancelled in Slurm stays cancelled, begun or not', async (t, slurm) => {
  const running = await makeShellRun(t, 'echo > ready; sleep 630', { cpus: 4 });
  const queued = await makeShellRun(t, 'exit 0', { cpus: 4 });
  const jobs = [await submitted(running), await submitted(queued)];
  await untilWritten(running, 'ready');
  slurm.run('scancel', ...jobs);
  for (const [index, run] of [running, queued].entries()) {
    assert.deepEqual(await untilState(run, hasEnded), {
      state: 'failed', outcome: 'Slurm CANCELLED', failure: { reason: 'slurm-cancelled', slurmJobId: jobs[index] },
    });
  }
});

slurmTest('a job that gave way to a more urgent one is to be run again', async (t) => {
  const run = await makeShellRun(t, 'echo > ready; sleep 632', { cpus: 4 }, { partition: 'normal' });
  const slurmJobId = await submitted(run);
  await untilWritten(run, 'ready');
  const urgent = await makeShellRun(t, 'exit 0', { cpus: 4 }, { partition: 'urgent' });
  await submitted(urgent);
  assert.deepEqual(await untilState(run, hasEnded), {
    state: 'failed', outcome: 'Slurm PREEMPTED',
    failure: { reason: 'slurm-ended', slurmJobId, slurmState: 'PREEMPTED' },
  });
  assert.deepEqual(await untilState(urgent, hasEnded), { state: 'ended', exitCode: 0 });
});

slurmTest('a job that came to the end of its time in Slurm has taken too long', async (t, slurm) => {
  const run = await makeShellRun(t, 'trap "" TERM; echo > ready; while :; do sleep 0.1; done', { timeoutSeconds: 600 });
  const slurmJobId = await submitted(run);
  await untilWritten(run, 'ready');
  slurm.run('scontrol', 'update', `JobId=${slurmJobId}`, 'EndTime=now');
  assert.deepEqual(await untilState(run, hasEnded), {
    state: 'failed', outcome: 'Slurm TIMEOUT', failure: { reason: 'core-time', timeoutSeconds: 600 },
  });
});

slurmTest('what Slurm has stopped did not come to its end, however long that is ago', async (t, slurm) => {
  const run = await makeShellRun(t, 'trap "exit 0" TERM; echo > ready; while :; do sleep 0.1; done');
  const slurmJobId = await submitted(run);
  await untilWritten(run, 'ready');
  slurm.run('scancel', slurmJobId);
  await untilState(run, hasEnded);
  await slurm.forget();
  assert.deepEqual(await untilAnswered(run), {
    state: 'failed', outcome: 'Slurm stopped it',
    failure: { reason: 'slurm-ended', slurmJobId, slurmState: 'forgotten' },
  });
});

slurmTest('a job that Slurm has lost before it began was interrupted', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo ran >> runs', {}, { sbatch: ['--hold'] });
  await submitted(run);
  const state = await untilState(run, (one) => one.state === 'queued');
  assert.deepEqual(state, { state: 'queued', reason: 'JobHeldUser' });
  await slurm.forget();
  assert.deepEqual(await untilAnswered(run), { state: 'vanished' });
  await assert.rejects(readOutput(run, 'runs'), { code: 'ENOENT' });
});

slurmTest('an end that Slurm has forgotten is read from its exit status', async (t, slurm) => {
  const run = await makeShellRun(t, 'exit 4');
  const slurmJobId = await submitted(run);
  await untilState(run, hasEnded);
  await slurm.forget();
  assert.deepEqual(await untilAnswered(run), { state: 'ended', exitCode: 4 });
  assert.equal(await submitted(run), slurmJobId);
});

slurmTest('a core goes on while the controller is away, and nothing is concluded', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo > ready; while [ ! -e go ]; do sleep 0.05; done; echo ran >> runs');
  await submitted(run);
  await untilWritten(run, 'ready');
  assert.deepEqual(await untilState(run, ({ state }) => state !== 'queued'), { state: 'running' });
  await slurm.kill('slurmctld');
  await writeFile(join(run.outputFolder, 'go'), '');
  const away = { name: 'ExecutorUnavailable', message: /^Unable to contact slurm controller \(/ };
  await assert.rejects(untilState(run, hasEnded), away);
  // Neither another look nor another start waits for the controller again at once.
  const asked = performance.now();
  await assert.rejects(executor.poll(run), away);
  const other = await makeShellRun(t, 'echo ran >> runs');
  const failure = await executor.start(other);
  assert.ok(performance.now() - asked < 3000, `${performance.now() - asked} ms`);
  assert.ok('reason' in failure && failure.reason === 'executor-unavailable', JSON.stringify(failure));
  assert.equal(await exists(join(other.attemptFolder, 'slurm.json')), false);
  await slurm.start('slurmctld');
  assert.deepEqual(await untilAnswered(run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
  await slurm.untilReady();
  await submitted(other);
  assert.deepEqual(await untilState(other, hasEnded), { state: 'ended', exitCode: 0 });
});

slurmTest('a core goes on while the daemon of its node is away', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo > ready; while [ ! -e go ]; do sleep 0.05; done; echo ran >> runs');
  await slurm.untilReady();
  await submitted(run);
  await untilWritten(run, 'ready');
  await slurm.kill('slurmd');
  await writeFile(join(run.outputFolder, 'go'), '');
  await untilWritten(run, 'runs');
  await slurm.start('slurmd');
  assert.deepEqual(await untilState(run, hasEnded), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

// The last one, since a controller that is killed may remember the node as it was then.
slurmTest('a job whose node is lost has ended through no fault of its own', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo > ready; sleep 631');
  await slurm.untilReady();
  const slurmJobId = await submitted(run);
  await untilWritten(run, 'ready');
  slurm.run('scontrol', 'update', `NodeName=${hostname()}`, 'State=DOWN', 'Reason=test');
  const state = await untilState(run, hasEnded);
  await slurm.untilReady();
  assert.deepEqual(state, {
    state: 'failed', outcome: 'Slurm NODE_FAIL',
    failure: { reason: 'slurm-ended', slurmJobId, slurmState: 'NODE_FAIL' },
  });
});

/** Looks past the time for which a controller that did not answer is left alone. */
async function untilAnswered(run: Parameters<typeof untilState>[0]): Promise<CoreState> {
  for (;;) {
    try {
      return await untilState(run, hasEnded);
    } catch (error) {
      if ((error as Error).name !== 'ExecutorUnavailable') throw error;
    }
  }
}
