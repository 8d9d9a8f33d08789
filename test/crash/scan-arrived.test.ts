// scan-arrived, killed at each step while one study comes in for four streams: a job with a core, a relay without one,
// an exec action, and a job for each series.

import { test } from 'node:test';
import { makeCrashStation } from './crash-station.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';

test('an arrival leads to each of its jobs and actions once, wherever scan-arrived is killed', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['Core', 'Relay', 'Note', 'Series'] });
  const [study] = crash.studies;
  await receiveAll(t, crash.station, study!.instances);
  await crash.keep();

  await killAtEachStep(crash, {
    command: 'scan-arrived',
    leastSteps: 50,
    isInOrder: true,
    acknowledged: study!.instances,
    run: (env) => crash.station.dts(['scan-arrived'], { env }),
  });
});
