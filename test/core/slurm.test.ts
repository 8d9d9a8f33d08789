import assert from 'node:assert/strict';
import { after, test, type TestContext } from 'node:test';
import type { CoreRun } from '../../src/core/executor.ts';
import { slurmExecutor as executor } from '../../src/core/slurm/executor.ts';
import { requirePeer } from '../rig/peers.ts';
import { makeSlurm, SLURM_PEERS } from '../rig/slurm.ts';
import { makeRun, readLog, readOutput, untilEnded } from './core-run.ts';

const slurm = await makeSlurm();
after(() => slurm?.remove());

async function makeShellRun(t: TestContext, text: string, change: Partial<CoreRun['core']> = {}): Promise<CoreRun> {
  return makeSlurmRun(t, { command: ['/bin/sh', '-c', text], ...change });
}

async function makeSlurmRun(t: TestContext, core: Partial<CoreRun['core']>): Promise<CoreRun> {
  const options = { partition: '', account: '', qos: '', sbatch: [], runtime: 'process', statusSeconds: 1 } as const;
  return makeRun(t, { executor: 'slurm', slurm: options, ...core });
}

for (const exitCode of [0, 3, 75, 255]) {
  test(`a core that exits with ${exitCode} has ended with ${exitCode}`, async (t) => {
    if (!requirePeer(t, ...SLURM_PEERS)) return;
    const run = await makeShellRun(t, `echo out; echo err >&2; echo x > file; exit ${exitCode}`);
    assert.deepEqual(await executor.poll(run), { state: 'not-started' });
    const started = await executor.start(run);
    assert.ok('started' in started);
    assert.match(started.handle, /^Slurm job \d+$/);
    assert.deepEqual(await untilEnded(executor, run), { state: 'ended', exitCode });
    await executor.collect(run);
    assert.equal(await readLog(run, 'stdout.log'), 'out\n');
    assert.equal(await readLog(run, 'stderr.log'), 'err\n');
    assert.equal(await readOutput(run, 'file'), 'x\n');
  });
}
