// Ends that the controller has forgotten and the accounts of the cluster have not.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { slurmExecutor as executor } from '../../src/core/slurm/executor.ts';
import { findAccountedState } from '../../src/core/slurm/scheduler.ts';
import { requirePeer } from '../rig/peers.ts';
import { makeSlurm, SLURM_PEERS } from '../rig/slurm.ts';
import { ACCOUNTING_PEERS } from '../rig/slurm-accounting.ts';
import { untilWritten } from './core-run.ts';
import { makeShellRun, submitted, untilState } from './slurm-run.ts';

const cluster = await makeSlurm({ withAccounting: true });
after(() => cluster?.remove());

test('how a job ended that the controller has forgotten is read from the accounts', async (t) => {
  if (!requirePeer(t, ...SLURM_PEERS, ...ACCOUNTING_PEERS)) return;
  const slurm = cluster!;
  const run = await makeShellRun(t, 'echo > ready; sleep 660');
  const slurmJobId = await submitted(run);
  await untilWritten(run, 'ready');
  slurm.run('scancel', slurmJobId);
  const cancelled = {
    state: 'failed', outcome: 'Slurm CANCELLED', failure: { reason: 'slurm-cancelled', slurmJobId },
  } as const;
  assert.deepEqual(await untilState(run, ({ state }) => !['queued', 'running'].includes(state)), cancelled);
  const deadline = Date.now() + 30_000;
  while (await findAccountedState(slurmJobId, run.JobId) !== 'CANCELLED') assert.ok(Date.now() < deadline);
  assert.equal(await findAccountedState(slurmJobId, 'another job of that number'), undefined);
  await slurm.forget();
  assert.equal(slurm.run('squeue', '--noheader', '--states=all'), '');
  assert.deepEqual(await executor.poll(run), cancelled);
});
