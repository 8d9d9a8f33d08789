// run-one-job, killed at each step while it takes a job from pending to forwarding: one with a core that runs as a
// process, and one that relays to two destinations. And one with a chain of cores, from the end of the first core to
// that of the second: what comes before and after is as with one core.

import { test, type TestContext } from 'node:test';
import { makeCrashStation, untilRan } from './crash-station.ts';
import type { StreamName } from './crash-streams.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';

test('a core runs once and its result is delivered once, wherever run-one-job is killed', (t) => {
  return killRunOneJob(t, 'Core', 'run-one-job, a core', 40);
});

test('a relay makes each of its deliveries once, wherever run-one-job is killed', (t) => {
  return killRunOneJob(t, 'Relay', 'run-one-job, a relay', 20);
});

test('the second core of a chain runs once on what the first put out, wherever run-one-job is killed', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['Chain'] });
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  await untilRan(crash);
  await crash.keep();

  await killAtEachStep(crash, {
    command: 'run-one-job',
    title: 'run-one-job, a chain of two cores',
    leastSteps: 25,
    isInOrder: false,
    lastStep: /^moved jobs\/ran\/<\w+>$/,
    acknowledged: instances,
    run: (env) => crash.station.dts(['run-one-job', '--all', '--for', '3s', '--every', '50ms'], { env }),
  });
});

async function killRunOneJob(t: TestContext, stream: StreamName, title: string, leastSteps: number): Promise<void> {
  const crash = await makeCrashStation(t, { streams: [stream] });
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  await crash.keep();

  await killAtEachStep(crash, {
    command: 'run-one-job',
    title,
    leastSteps,
    isInOrder: true,
    acknowledged: instances,
    run: (env) => crash.station.dts(['run-one-job', '--all', '--for', '3s', '--every', '50ms'], { env }),
  });
}
