// What is written for Slurm and read from it, without a cluster: scripts, options, words, states.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test, type TestContext } from 'node:test';
import type { SlurmSpecification } from '../../src/config/core-specification.ts';
import type { CoreRun } from '../../src/core/executor.ts';
import { formatCoreScript } from '../../src/core/slurm/core-script.ts';
import { parseSlurmStatus } from '../../src/core/slurm/exit-status.ts';
import { endFromOutside, isAlive, isWaiting } from '../../src/core/slurm/job-states.ts';
import { quoteWords } from '../../src/core/slurm/quote-word.ts';
import { refusalOf } from '../../src/core/slurm/refusal.ts';
import { resourceArguments } from '../../src/core/slurm/sbatch-arguments.ts';
import { wordsOf } from '../../src/core/slurm/scheduler.ts';
import { makeShellRun } from './slurm-run.ts';

const USER = { uid: 1000, gid: 1000 };

test('a quoted word is read by a shell as it was written', () => {
  const cruel = ['', "'", "''", "a'b", '"', '\\', "\\'", '$HOME', '`id`', '\n', '*', '#', '~', '-n', 'ä'];
  const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${quoteWords(cruel)}`], { encoding: 'utf8' });
  assert.deepEqual(stdout.split('\0').slice(0, -1), cruel);
});

/** The script of a core, read by a shell in which the runtime is a function that shows what it was given. */
function showCall(run: CoreRun, runtime: string): { readonly words: readonly string[]; readonly env: string } {
  const script = formatCoreScript(run, USER).replaceAll(`exec ${runtime}`, runtime);
  const show = `${runtime}() { [ "$1" = run ] || [ "$1" = exec ] || return 0; printf '%s\\0' "$@"; env >&2; }`;
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', `${show}\n${script}`], {
    encoding: 'utf8', cwd: run.outputFolder, env: { PATH: process.env['PATH'] ?? '', SLURM_JOB_GPUS: '2,5' },
  });
  return { words: stdout.split('\0').slice(0, -1), env: stderr };
}

function makeImageRun(t: TestContext, runtime: SlurmSpecification['runtime'], core: Partial<CoreRun['core']>) {
  const image = { docker_image: '/images/lung v2.sif', command: [], executor: 'process' } as const;
  return makeShellRun(t, '', { ...image, ...core }, { runtime });
}

for (const runtime of ['apptainer', 'singularity'] as const) {
  test(`${runtime} gets the core contained, without network, with its folders and its variables`, async (t) => {
    const command = ['see', "it's", '{output}'];
    const run = await makeImageRun(t, runtime, { env: { MODEL: "a,b='c'\nd" }, gpus: 1, command });
    const { words, env } = showCall(run, runtime);
    assert.deepEqual(words, [
      'exec', '--containall', '--cleanenv', '--no-privs', '--writable-tmpfs', '--net', '--network=none', '--nv',
      `--bind=${run.dataFolder}:/data:ro`, `--bind=${run.outputFolder}:/output:rw`, '--pwd=/output',
      '/images/lung v2.sif', 'see', "it's", '/output',
    ]);
    const prefix = runtime.toUpperCase();
    assert.ok(env.includes(`${prefix}ENV_MODEL=a,b='c'\nd\n`), env);
    assert.ok(env.includes(`${prefix}ENV_HOLOSCAN_INPUT_PATH=/data/input\n`), env);
    assert.ok(env.includes(`\nDTS_JOB_ID=${run.JobId}\n`) || env.startsWith(`DTS_JOB_ID=${run.JobId}\n`), env);
  });
}

test('an image without a command runs its own, and may have a network', async (t) => {
  const { words } = showCall(await makeImageRun(t, 'apptainer', { network: 'host' }), 'apptainer');
  assert.equal(words[0], 'run');
  assert.equal(words.at(-1), '/images/lung v2.sif');
  assert.ok(!words.includes('--net') && !words.includes('--nv'));
});

test('Podman gets the GPUs that Slurm has given to the job', async (t) => {
  const { words } = showCall(await makeImageRun(t, 'podman', { gpus: 2 }), 'podman');
  const devices = words.filter((word) => word.startsWith('--device'));
  assert.deepEqual(devices, ['--device=nvidia.com/gpu=2', '--device=nvidia.com/gpu=5']);
});

test('a core asks for whole CPUs and mebibytes, and for two minutes more than it may take', async (t) => {
  const run = await makeShellRun(t, '', {
    executor: 'process', cpus: 0.5, memoryBytes: 1, gpus: 2, timeoutSeconds: 61,
  }, { partition: 'gpu', account: 'ai', qos: 'high', sbatch: ['--constraint=a100', '--nice=3'] });
  assert.deepEqual(resourceArguments(run.core), [
    '--constraint=a100', '--nice=3', '--partition=gpu', '--account=ai', '--qos=high', '--nodes=1', '--ntasks=1',
    '--cpus-per-task=1', '--mem=1M', '--gpus=2', '--time=4',
  ]);
});

const REFUSALS = {
  lasting: [
    'Batch job submission failed: Invalid partition name specified',
    'Batch job submission failed: Invalid account or account/partition combination specified',
    'Batch job submission failed: Requested node configuration is not available',
    'Batch job submission failed: Requested time limit is invalid (missing or exceeds some limit)',
    "Batch job submission failed: User's group not permitted to use this partition",
    'Invalid generic resource (gres) specification',
  ],
  temporary: [
    'Batch job submission failed: Required partition not available (inactive or drain)',
    "Job violates accounting/QOS policy (job submit limit, user's size and/or time limits)",
    'Batch job submission failed: Requested partition configuration not available now',
    'Batch job submission failed: Unable to create job record, try again',
    'Batch job submission failed: I/O error writing script/environment to file',
    'Batch job submission failed: Protocol authentication error',
  ],
  unclear: [
    'Batch job submission failed: Socket timed out on send/recv operation',
    'Batch job submission failed: Unable to contact slurm controller (connect failure)',
    'Batch job submission failed: Zero Bytes were transmitted or received',
    'Batch job submission failed: Slurm backup controller in standby mode',
    '',
  ],
} as const;

for (const [refusal, texts] of Object.entries(REFUSALS)) {
  for (const text of texts) {
    test(`a submission is refused as ${refusal}: ${text}`, () => assert.equal(refusalOf(text), refusal));
  }
}

test('what sbatch says is told without its name, each thing once, in one line', () => {
  const said = 'sbatch: error: invalid partition: x\nsbatch: error: invalid partition: x\n'
    + 'sbatch: error: Batch job submission failed: Invalid partition name\nTry "sbatch --help" for more information\n';
  assert.equal(wordsOf(said), 'invalid partition: x; Batch job submission failed: Invalid partition name');
});

const STATUSES = {
  '0\n': { state: { state: 'ended', exitCode: 0 }, isStopped: false },
  '75\n': { state: { state: 'ended', exitCode: 75 }, isStopped: false },
  '139\n': { state: { state: 'killed', signal: 'SIGSEGV' }, isStopped: false },
  '0 stopped\n': { state: { state: 'ended', exitCode: 0 }, isStopped: true },
  '143 stopped\n': { state: { state: 'killed', signal: 'SIGTERM' }, isStopped: true },
  '137 out-of-memory\n': { state: { state: 'killed', signal: 'SIGKILL (out of memory)' }, isStopped: false },
  '1 out-of-memory\n': { state: { state: 'killed', signal: 'SIGKILL (out of memory)' }, isStopped: false },
  // The kernel took a part of it, with which it coped.
  '0 out-of-memory\n': { state: { state: 'ended', exitCode: 0 }, isStopped: false },
  '0': undefined, '': undefined, '0 well\n': undefined, '-1\n': undefined, '1000\n': undefined, '\n0\n': undefined,
};

for (const [text, status] of Object.entries(STATUSES)) {
  test(`the exit status ${JSON.stringify(text)} says what it says`, () => {
    assert.deepEqual(parseSlurmStatus(text), status);
  });
}

const ENDS = {
  COMPLETED: undefined,
  FAILED: undefined,
  OUT_OF_MEMORY: 'killed',
  TIMEOUT: 'core-time',
  CANCELLED: 'slurm-cancelled',
  NODE_FAIL: 'slurm-ended', BOOT_FAIL: 'slurm-ended', PREEMPTED: 'slurm-ended', DEADLINE: 'slurm-ended',
};

for (const [slurmState, wanted] of Object.entries(ENDS)) {
  const what = wanted === undefined ? 'says itself how' : `means ${wanted}`;
  test(`a job that ended as ${slurmState} in Slurm ${what}`, () => {
    assert.ok(!isAlive(slurmState) && !isWaiting(slurmState));
    const end = endFromOutside(slurmState, '17', 60);
    assert.equal(end?.state === 'failed' ? end.failure.reason : end?.state, wanted);
  });
}

test('a state that nobody knows is that of a job which may yet write', () => {
  assert.ok(isAlive('NEW_STATE') && !isWaiting('NEW_STATE') && isAlive('COMPLETING') && isAlive('SUSPENDED'));
});
