// The executor with a real cluster: what a core is given and what becomes of it when nothing goes wrong but the core.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { slurmExecutor as executor } from '../../src/core/slurm/executor.ts';
import { findProcess } from '../../src/host/process-table.ts';
import { requirePeer } from '../rig/peers.ts';
import { makeSlurm, SLURM_PEERS, type Slurm } from '../rig/slurm.ts';
import { makeRun, nextAttempt, readLog, readOutput, startAndDie, untilEnded, untilWritten } from './core-run.ts';
import { EXAMPLE_SLURM, makeShellRun, submitted, untilState } from './slurm-run.ts';

const cluster = await makeSlurm();
after(() => cluster?.remove());

/** A test with a real cluster, skipped where Slurm is absent. */
function slurmTest(name: string, check: (t: TestContext, slurm: Slurm) => Promise<void>): void {
  test(name, async (t) => {
    if (requirePeer(t, ...SLURM_PEERS)) await check(t, cluster!);
  });
}

for (const exitCode of [0, 3, 75, 255]) {
  slurmTest(`a core that exits with ${exitCode} has ended with ${exitCode}, and both its logs are kept`, async (t) => {
    const run = await makeShellRun(t, `echo out; echo err >&2; pwd > folder; exit ${exitCode}`);
    assert.deepEqual(await executor.poll(run), { state: 'not-started' });
    await submitted(run);
    assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode });
    await executor.collect(run);
    assert.equal(await readLog(run, 'stdout.log'), 'out\n');
    assert.equal(await readLog(run, 'stderr.log'), 'err\n');
    assert.equal(await readOutput(run, 'folder'), `${run.outputFolder}\n`);
    assert.equal((await stat(join(run.outputFolder, 'folder'))).mode & 0o777, 0o640);
  });
}

slurmTest('a core that dies of a signal was killed by it', async (t) => {
  const run = await makeShellRun(t, 'kill -SEGV $$');
  await submitted(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'killed', signal: 'SIGSEGV' });
});

slurmTest('arguments and variables reach the core unchanged, whatever a shell or Slurm makes of them', async (t) => {
  const cruel = [
    'a b', '"', "'", "'; exit 9; '", '$(id)', '`id`', '; exit 9', '*', '', 'two\nlines', '-n', '\\', '%j', '~', 'ä',
    '\t',
  ];
  const env = Object.fromEntries(cruel.map((value, index) => [`CRUEL_${index}`, value]));
  const program = 'for index in $(seq 0 15); do eval "printf \'%s|\' \\"\\$CRUEL_$index\\""; done; printf "%s|" "$@"';
  const run = await makeRun(t, {
    executor: 'slurm', slurm: EXAMPLE_SLURM, command: ['/bin/sh', '-c', program, 'core', ...cruel], env,
  });
  await submitted(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  const words = cruel.map((word) => `${word}|`).join('');
  assert.equal(await readLog(run, 'stdout.log'), words + words);
});

slurmTest('the core sees its own variables, what Slurm has given it, and nothing else of the station', async (t) => {
  process.env['DTS_TEST_PASSWORD'] = 'secret';
  t.after(() => delete process.env['DTS_TEST_PASSWORD']);
  const run = await makeShellRun(t, 'env > env', { env: { MODEL: 'lung' } });
  const slurmJobId = await submitted(run);
  await untilEnded(executor, run);
  const environment = await readOutput(run, 'env');
  for (const line of [
    'MODEL=lung', `DTS_JOB_ID=${run.JobId}`, `SLURM_JOB_ID=${slurmJobId}`,
    `HOLOSCAN_INPUT_PATH=${run.dataFolder}/input`,
  ]) {
    assert.ok(environment.includes(`\n${line}\n`), line);
  }
  assert.ok(!environment.includes('secret'));
});

slurmTest('Slurm is told what the core needs and whose it is, not its command nor its variables', async (t, slurm) => {
  const core = { memoryBytes: 100 * 2 ** 20 + 1, cpus: 1.5, timeoutSeconds: 3600, env: { TOKEN: 'hidden' } };
  const run = await makeShellRun(t, 'sleep 620; echo secretive', core, { sbatch: ['--nice=5'], partition: 'normal' });
  const slurmJobId = await submitted(run);
  const job = slurm.run('scontrol', 'show', 'job', slurmJobId);
  for (const fact of [
    `JobName=${run.JobId}`, 'TimeLimit=01:02:00', 'CPUs/Task=2', 'MinMemoryNode=101M', 'Requeue=0', 'Nice=5',
    'Partition=normal', `Comment=${run.JobId} attempt 1 `,
  ]) {
    assert.ok(job.includes(fact), `${fact} in ${job}`);
  }
  const script = slurm.run('scontrol', 'write', 'batch_script', slurmJobId, '-');
  for (const hidden of ['hidden', 'secretive']) assert.ok(!job.includes(hidden) && !script.includes(hidden));
});

slurmTest('one file cannot be larger than all output together', async (t) => {
  const run = await makeShellRun(t, 'exec head -c 5000000 /dev/zero > large');
  const { core } = run;
  await submitted({ ...run, core: { ...core, outputs: { ...core.outputs, maxBytes: 1_000_000 } } });
  assert.deepEqual(await untilEnded(executor, run), { state: 'killed', signal: 'SIGXFSZ' });
});

slurmTest('what a core leaves in the background is ended before its end is told', async (t) => {
  const run = await makeShellRun(t, `
    sleep 621 & echo $! >> pids
    setsid sh -c 'trap "" TERM; echo $$ >> pids; sleep 622' &
    while [ "$(wc -l < pids)" -lt 2 ]; do sleep 0.02; done`);
  await submitted(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  await assertGone(await pidsOf(run));
});

slurmTest('a core that goes on after its attempt was given up is ended by its node', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo $$ > pids; while :; do echo >> written; sleep 0.1; done');
  const slurmJobId = await submitted(run);
  await untilWritten(run, 'written');
  await writeFile(join(run.attemptFolder, 'collected'), '');
  assert.deepEqual(await untilState(run, ({ state }) => !['queued', 'running'].includes(state)), {
    state: 'failed', outcome: 'Slurm stopped it',
    failure: { reason: 'slurm-ended', slurmJobId, slurmState: 'forgotten' },
  });
  await assertGone(await pidsOf(run));
  assert.match(slurm.run('scontrol', 'show', 'job', slurmJobId), /JobState=COMPLETED/);
});

slurmTest('a core whose batch script was killed has vanished, and nothing goes on', async (t) => {
  const run = await makeShellRun(t, 'echo $$ > pids; echo > ready; sleep 634');
  await submitted(run);
  await untilWritten(run, 'ready');
  process.kill(Math.min(...pidsThatName(run.attemptFolder)), 'SIGKILL'); // the first of them is the script itself
  assert.deepEqual(await untilEnded(executor, run), { state: 'vanished' });
  const deadline = Date.now() + 20_000;
  while (pidsThatName(run.attemptFolder).length > 0) {
    assert.ok(Date.now() < deadline, 'something of the script is left');
    await delay(100);
  }
  await assertGone(await pidsOf(run));
});

slurmTest('a job that waits again after it had begun is not begun anew while it may go on', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo ran >> runs', {}, { sbatch: ['--hold'] });
  const slurmJobId = await submitted(run);
  await writeFile(join(run.attemptFolder, 'claim'), `{"slurmJobId":"${slurmJobId}","restarts":0,"node":"lost"}\n`);
  assert.deepEqual(await executor.poll(run), { state: 'running' });
  slurm.run('scontrol', 'release', slurmJobId);
  assert.deepEqual(await untilEnded(executor, run), { state: 'vanished' });
  await assert.rejects(readOutput(run, 'runs'), { code: 'ENOENT' });
});

slurmTest('cancel lets a core end politely, and its own words are kept', async (t) => {
  const run = await makeShellRun(t, 'trap "echo bye; exit 3" TERM; echo > ready; while :; do sleep 0.1; done');
  await submitted(run);
  await untilWritten(run, 'ready');
  await executor.cancel(run);
  assert.equal(await readFile(join(run.attemptFolder, 'exit-status'), 'utf8'), '3 stopped\n');
  assert.equal(await readLog(run, 'stdout.log'), 'bye\n');
});

slurmTest('cancel ends children, those that ignore SIGTERM, and those that left the session', async (t, slurm) => {
  const run = await makeShellRun(t, `
    sleep 623 & echo $! >> pids
    sh -c 'trap "" TERM; echo $$ >> pids; while :; do sleep 1; done' &
    setsid sh -c 'trap "" TERM; echo $$ >> pids; sleep 624; sleep 625' &
    while [ "$(wc -l < pids)" -lt 3 ]; do sleep 0.02; done
    trap "" TERM
    echo ready > ready
    wait; sleep 626`);
  const slurmJobId = await submitted(run);
  await untilWritten(run, 'ready');
  assert.deepEqual(await untilState(run, ({ state }) => state !== 'queued'), { state: 'running' });
  const pids = await pidsOf(run);
  await executor.cancel(run);
  await assertGone(pids);
  assert.match(slurm.run('scontrol', 'show', 'job', slurmJobId), /JobState=CANCELLED/);
  await executor.cancel(run);
  await executor.collect(run);
});

slurmTest('an attempt that was cancelled before it began never runs', async (t) => {
  const run = await makeShellRun(t, 'echo > ran');
  await executor.cancel(run);
  await executor.start(run);
  await untilEnded(executor, run);
  await assert.rejects(readOutput(run, 'ran'), { code: 'ENOENT' });
});

slurmTest('a job that waits is queued for the reason that Slurm gives, and cancel takes it out', async (t, slurm) => {
  const all = { cpus: 4 };
  const first = await makeShellRun(t, 'echo > ready; sleep 627', all);
  await submitted(first);
  await untilWritten(first, 'ready');
  const second = await makeShellRun(t, 'echo > ran', all);
  await submitted(second);
  assert.deepEqual(await untilState(second, (state) => state.state === 'queued' && /^[A-Z]/.test(state.reason)),
    { state: 'queued', reason: 'Resources' });
  await executor.cancel(second);
  assert.equal(slurm.run('squeue', '--noheader', `--name=${second.JobId}`), '');
  await executor.cancel(first);
  await assert.rejects(readOutput(second, 'ran'), { code: 'ENOENT' });
});

slurmTest('twenty jobs behind one node run one after the other, each once', async (t) => {
  const runs = await Promise.all(Array.from({ length: 20 }, () => makeShellRun(t, 'echo ran >> runs', { cpus: 2 })));
  for (const run of runs) await submitted(run);
  for (const run of runs) {
    assert.deepEqual(await untilState(run, ({ state }) => !['queued', 'running'].includes(state)),
      { state: 'ended', exitCode: 0 });
    assert.equal(await readOutput(run, 'runs'), 'ran\n');
  }
});

slurmTest('five starts at once are one job', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo ran >> runs');
  const jobs = await Promise.all(Array.from({ length: 5 }, () => submitted(run)));
  assert.equal(new Set(jobs).size, 1);
  await untilEnded(executor, run);
  await submitted(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
  assert.deepEqual(jobsOf(slurm, run.JobId), [jobs[0]]);
});

slurmTest('a starter that is killed right after spawning leaves one job, if it is started again', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo ran >> runs');
  await startAndDie(run, 'flock');
  const slurmJobId = await submitted(run);
  assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
  assert.deepEqual(jobsOf(slurm, run.JobId), [slurmJobId]);
});

slurmTest('a job that Slurm has twice runs once', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo ran >> runs; sleep 1');
  await submitted(run);
  const [, token = ''] = /"token": "([^"]+)"/.exec(await readFile(join(run.attemptFolder, 'slurm.json'), 'utf8')) ?? [];
  slurm.run('sbatch', `--job-name=${run.JobId}`, `--comment=twin ${token}`, `--chdir=${run.attemptFolder}`,
    '--output=slurm.log', join(run.attemptFolder, 'batch.sh'), run.attemptFolder, token, run.JobId, '1');
  assert.deepEqual(await untilState(run, ({ state }) => !['queued', 'running'].includes(state)),
    { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
});

slurmTest('the batch script runs nothing in a folder that belongs to another submission', async (t, slurm) => {
  const run = await makeShellRun(t, 'echo ran >> runs');
  await submitted(run);
  await untilEnded(executor, run);
  const script = join(run.attemptFolder, 'batch.sh');
  const { status } = spawnSync('/bin/sh', [script, run.attemptFolder, 'another token', run.JobId, '1'], {
    env: { ...process.env, SLURM_JOB_ID: '1' },
  });
  assert.equal(status, 0);
  assert.equal(await readOutput(run, 'runs'), 'ran\n');
  assert.equal(jobsOf(slurm, run.JobId).length, 1);
});

slurmTest('the next attempt is a job of its own, and ends what is left of the one before it', async (t, slurm) => {
  const first = await makeShellRun(t, 'echo $DTS_ATTEMPT >> runs; sleep 628', { cpus: 4 });
  const busy = await makeShellRun(t, 'echo > ready; sleep 629', { cpus: 4 });
  await submitted(busy);
  await untilWritten(busy, 'ready');
  const leftOver = await submitted(first);
  const second = await nextAttempt(first);
  const core = { ...second.core, command: ['/bin/sh', '-c', 'echo $DTS_ATTEMPT >> runs'] };
  const next = await submitted({ ...second, core });
  assert.match(slurm.run('scontrol', 'show', 'job', leftOver), /JobState=CANCELLED/);
  await executor.cancel(busy);
  assert.notEqual(next, leftOver);
  assert.deepEqual(await untilEnded(executor, second), { state: 'ended', exitCode: 0 });
  assert.equal(await readOutput(second, 'runs'), '2\n');
});

slurmTest('an exit status that cannot be read says nothing', async (t) => {
  const run = await makeShellRun(t, 'exit 0');
  await submitted(run);
  await untilEnded(executor, run);
  for (const garbage of ['', '\n', '-1\n', '0', 'x\n', '0 0\n']) {
    await writeFile(join(run.attemptFolder, 'exit-status'), garbage);
    assert.deepEqual(await untilEnded(executor, run), { state: 'vanished' }, JSON.stringify(garbage));
  }
});

/** Slurm's numbers of all jobs of a name that it remembers. */
function jobsOf(slurm: Slurm, JobId: string): string[] {
  const lines = slurm.run('squeue', '--noheader', '--states=all', '--format=%A', `--name=${JobId}`).split('\n');
  return lines.map((line) => line.trim()).filter((line) => line !== '');
}

/** The processes that were given a path. */
function pidsThatName(path: string): number[] {
  return spawnSync('pgrep', ['-f', `slurm_script ${path}`], { encoding: 'utf8' }).stdout.trim().split('\n')
    .filter((pid) => pid !== '').map(Number);
}

async function pidsOf(run: Parameters<typeof readOutput>[0]): Promise<number[]> {
  return (await readOutput(run, 'pids')).trim().split('\n').map(Number);
}

async function assertGone(pids: readonly number[]): Promise<void> {
  for (const pid of pids) assert.equal(await findProcess(pid), undefined, `pid ${pid}`);
}
