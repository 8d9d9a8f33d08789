// Runs of cores for the tests of the executors: folders as the station makes them, and waiting for what a run becomes.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { CoreSpecification } from '../../src/config/core-specification.ts';
import type { CoreRun, CoreState, Executor } from '../../src/core/executor.ts';
import { executorOf } from '../../src/core/find-executor.ts';
import { JOB_RETRY } from '../../src/job/retry-clock.ts';

const LOOK_MILLISECONDS = 20;
const WAIT_SECONDS = 30;

/** The first attempt of a job in a temporary folder of its own. After the test nothing of it runs or lies about. */
export async function makeRun(t: Pick<TestContext, 'after'>, core: Partial<CoreSpecification>): Promise<CoreRun> {
  const folder = await mkdtemp(join(tmpdir(), 'dts-test-'));
  const run: CoreRun = {
    JobId: `20260101T000000Z-Example-${folder.slice(-6).replace(/[^a-zA-Z0-9]/g, 'x')}`,
    attempt: 1,
    place: 1,
    stream: 'Example',
    attemptFolder: join(folder, 'attempts', '1'),
    dataFolder: join(folder, 'data'),
    outputFolder: join(folder, 'output'),
    core: { ...EXAMPLE_CORE, ...core },
    gpus: [],
  };
  for (const path of [run.attemptFolder, join(run.dataFolder, 'input'), run.outputFolder]) {
    await mkdir(path, { recursive: true, mode: 0o750 });
  }
  await writeFile(join(run.dataFolder, 'descr.json'), '[]\n', { mode: 0o640 });
  t.after(async () => {
    await executorOf(run.core).cancel(run);
    await rm(folder, { recursive: true });
  });
  return run;
}

/** The next attempt of the same job. */
export async function nextAttempt(run: CoreRun): Promise<CoreRun> {
  const attempt = run.attempt + 1;
  const attemptFolder = join(run.attemptFolder, '..', String(attempt));
  await mkdir(attemptFolder);
  return { ...run, attempt, attemptFolder };
}

/**
 * Starts a run from a process that is killed as soon as it has started `program`.
 * @param descriptor open in that process as number 5.
 */
export async function startAndDie(
  run: CoreRun,
  program: string,
  descriptor: number | 'ignore' = 'ignore',
): Promise<void> {
  const starter = fileURLToPath(new URL('starter-that-dies.ts', import.meta.url));
  const dead = spawn(process.execPath, ['--import', 'tsx', starter, JSON.stringify(run), program], {
    stdio: ['ignore', 'inherit', 'inherit', 'ignore', 'ignore', descriptor],
  });
  assert.deepEqual(await once(dead, 'exit'), [null, 'SIGKILL']);
}

/** What becomes of a run that is going on. */
export async function untilEnded(executor: Executor, run: CoreRun): Promise<CoreState> {
  for (let looks = 0; looks < (WAIT_SECONDS * 1000) / LOOK_MILLISECONDS; looks += 1) {
    const state = await executor.poll(run);
    if (state.state !== 'running' && state.state !== 'queued') return state;
    await delay(LOOK_MILLISECONDS);
  }
  throw new Error(`still running after ${WAIT_SECONDS} s`);
}

/** The text of a file in the output folder as soon as it ends with a line break. */
export async function untilWritten(run: CoreRun, name: string): Promise<string> {
  const path = join(run.outputFolder, name);
  for (let looks = 0; looks < (WAIT_SECONDS * 1000) / LOOK_MILLISECONDS; looks += 1) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    if (text.endsWith('\n')) return text;
    await delay(LOOK_MILLISECONDS);
  }
  throw new Error(`no ${name} after ${WAIT_SECONDS} s`);
}

/** A file in the output folder. */
export async function readOutput(run: CoreRun, name: string): Promise<string> {
  return readFile(join(run.outputFolder, name), 'utf8');
}

/** A log of the attempt. */
export async function readLog(run: CoreRun, name: 'stdout.log' | 'stderr.log'): Promise<string> {
  return readFile(join(run.attemptFolder, name), 'utf8');
}

const EXAMPLE_CORE: CoreSpecification = {
  executor: 'process',
  select: '',
  docker_image: '',
  runtime: 'podman',
  command: [],
  env: {},
  ROR_CONT_OPTIONS: '',
  memoryBytes: 256 * 1024 * 1024,
  cpus: 1,
  gpus: 0,
  timeoutSeconds: 60,
  network: 'none',
  readOnlyRoot: true,
  tmpfs: [],
  settings: {},
  attempts: 1,
  retry: JOB_RETRY,
  outputs: {
    maxBytes: 1024 * 1024 * 1024, minInstances: 0, maxInstances: 1000, SOPClassUIDs: [], expect: [], references: 'input',
  },
};
