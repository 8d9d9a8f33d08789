// run-one-job, killed at each step from the start of a core in a container until it is collected.

import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { requirePeer } from '../rig/peers.ts';
import { makePodman, PODMAN_PEERS } from '../rig/podman.ts';
import { makeCrashStation, untilRan } from './crash-station.ts';
import type { Cores } from './crash-streams.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';
import type { SmallStudy } from './studies.ts';

/** The results come in the environment: the container sees nothing but its input and output. */
const CORE = `
echo "begin $DTS_JOB_ID" >> /output/runs
echo "$RESULT_1" | base64 -d > /output/1.dcm
echo "$RESULT_2" | base64 -d > /output/2.dcm
echo "end $DTS_JOB_ID" >> /output/runs
`;

const PASSING_CORE = `
echo "begin $DTS_JOB_ID" >> /output/runs
cp /data/input/*.dcm /output
echo "end $DTS_JOB_ID" >> /output/runs
`;

const podman = await makePodman();
after(() => podman?.remove());

test('a container is started once and collected, wherever run-one-job is killed', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const crash = await makeCrashStation(t, { streams: ['Core'], cores: ([study]) => containerCores(study!) });
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  await crash.tick('run-one-job'); // staged; the steps until there are those of every core
  await crash.keep();

  await killAtEachStep(crash, {
    command: 'run-one-job',
    title: 'run-one-job, a core in a container',
    leastSteps: 20,
    isInOrder: false,
    lastStep: /^moved jobs\/ran\/<\w+>$/,
    acknowledged: instances,
    run: (env) => crash.station.dts(['run-one-job', '--all', '--for', '10s', '--every', '100ms'], { env }),
    whenAtRest: findContainersLeft,
  });
});

test('a container of a chain is started once behind the one before it, wherever run-one-job is killed', async (t) => {
  if (!requirePeer(t, ...PODMAN_PEERS)) return;
  const crash = await makeCrashStation(t, { streams: ['Chain'], cores: ([study]) => containerCores(study!) });
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  await untilRan(crash);
  await crash.tick('run-one-job'); // the input of the second is built; the steps until there are those of every chain
  await crash.keep();

  await killAtEachStep(crash, {
    command: 'run-one-job',
    title: 'run-one-job, a chain of two cores in containers',
    leastSteps: 15,
    isInOrder: false,
    lastStep: /^moved jobs\/running\/<\w+>\/attempt\.json$/, // started; it ends as the first one does
    acknowledged: instances,
    run: (env) => crash.station.dts(['run-one-job', '--all', '--for', '10s', '--every', '100ms'], { env }),
    whenAtRest: findContainersLeft,
  });
});

async function findContainersLeft(): Promise<string[]> {
  const left = podman!.run('ps', '--all', '--quiet');
  return left === '' ? [] : [`container ${left.trim()} is left`];
}

/** One that makes the results, and one to come behind it. */
async function containerCores({ results }: SmallStudy): Promise<Cores> {
  const [one, other] = await Promise.all(results.map(async ({ file }) => (await readFile(file)).toString('base64')));
  const shared = { executor: 'container', docker_image: podman!.image, memory: '64m', cpus: 1 };
  return [
    { ...shared, command: ['/bin/sh', '-c', CORE], env: { RESULT_1: one, RESULT_2: other } },
    { ...shared, command: ['/bin/sh', '-c', PASSING_CORE] },
  ];
}
