// run-one-job, killed at each step from the submission of a core to Slurm until it is collected.

import { after, test } from 'node:test';
import { requirePeer } from '../rig/peers.ts';
import { makeSlurm, SLURM_PEERS } from '../rig/slurm.ts';
import { makeCrashStation } from './crash-station.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';

const slurm = await makeSlurm({ lines: ['MinJobAge=3600'] });
after(() => slurm?.remove());

test('a core is submitted to Slurm once and collected, wherever run-one-job is killed', async (t) => {
  if (!requirePeer(t, ...SLURM_PEERS)) return;
  const coreKeys = { executor: 'slurm', memory: '100m', cpus: 1, slurm: { statusSeconds: 1 } };
  const crash = await makeCrashStation(t, { streams: ['Core'], coreKeys });
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  await crash.tick('run-one-job'); // staged; the steps until there are those of every core
  await crash.keep();
  let submitted = countJobs();

  await killAtEachStep(crash, {
    command: 'run-one-job',
    title: 'run-one-job, a core submitted to Slurm',
    leastSteps: 15,
    isInOrder: false,
    lastStep: /^moved jobs\/ran\//,
    acknowledged: instances,
    run: (env) => crash.station.dts(['run-one-job', '--all', '--for', '15s', '--every', '200ms'], { env }),
    async whenAtRest() {
      const before = submitted;
      submitted = countJobs();
      return submitted - before === 1 ? [] : [`${submitted - before} jobs were submitted`];
    },
  });
});

/** All that the cluster has been given; it forgets none for the time of the test. */
function countJobs(): number {
  const listed = slurm!.run('squeue', '--noheader', '--states=all', '--format=%A').split('\n');
  return listed.filter((line) => line !== '').length;
}
