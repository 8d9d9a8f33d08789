// Runs of cores as jobs of a Slurm cluster, for the tests of that executor.

import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { CoreSpecification, SlurmSpecification } from '../../src/config/core-specification.ts';
import type { CoreRun, CoreState } from '../../src/core/executor.ts';
import { slurmExecutor as executor } from '../../src/core/slurm/executor.ts';
import { makeRun } from './core-run.ts';

const WAIT_SECONDS = 60;
const LOOK_MILLISECONDS = 50;

/** Whatever the executor is told of the cluster. The exit status is waited for a second, since nothing is far away. */
export const EXAMPLE_SLURM: SlurmSpecification = {
  partition: '', account: '', qos: '', sbatch: [], runtime: 'process', statusSeconds: 1,
};

/** A run of shell text on a node. */
export async function makeShellRun(
  t: TestContext, text: string, core: Partial<CoreSpecification> = {}, slurm: Partial<SlurmSpecification> = {},
): Promise<CoreRun> {
  const command = ['/bin/sh', '-c', text];
  return makeRun(t, { executor: 'slurm', command, ...core, slurm: { ...EXAMPLE_SLURM, ...slurm } });
}

/** Submits a run. @returns Slurm's number of the job */
export async function submitted(run: CoreRun): Promise<string> {
  const started = await executor.start(run);
  assert.ok('started' in started, JSON.stringify(started));
  const slurmJobId = /^Slurm job (\d+)$/.exec(started.handle)?.[1];
  assert.ok(slurmJobId !== undefined, started.handle);
  return slurmJobId;
}

/** Looks at a run until what it finds fits. */
export async function untilState(run: CoreRun, fits: (state: CoreState) => boolean): Promise<CoreState> {
  const deadline = Date.now() + WAIT_SECONDS * 1000;
  for (;;) {
    const state = await executor.poll(run);
    if (fits(state)) return state;
    assert.ok(Date.now() < deadline, `still ${JSON.stringify(state)} after ${WAIT_SECONDS} s`);
    await delay(LOOK_MILLISECONDS);
  }
}
