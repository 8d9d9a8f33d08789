// scan-arrived, killed at each step while a study goes on as it arrives: while it still comes, and when it is complete.

import { utimes } from 'node:fs/promises';
import { test } from 'node:test';
import { listDirectory } from '../../src/spool/read.ts';
import { makeCrashStation } from './crash-station.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';

test('what has come of a study goes on once, wherever scan-arrived is killed while it comes', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['ArrivingSlowly'] });
  const { instances } = crash.studies[0]!;
  const { layout } = crash.station;
  await receiveAll(t, crash.station, instances);
  await crash.keep();
  await killAtEachStep(crash, {
    command: 'scan-arrived',
    title: 'scan-arrived, of a study that goes on as it arrives',
    leastSteps: 8,
    acknowledged: instances,
    isInOrder: true,
    async run(env) {
      const now = new Date(); // the last instance comes in now
      for (const mark of await listDirectory(layout.arrived)) await utimes(layout.mark(mark), now, now);
      return crash.station.dts(['scan-arrived'], { env });
    },
  });
});

test('the last of a study goes on once, wherever scan-arrived is killed when it is complete', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['Arriving'] });
  const { instances } = crash.studies[0]!;
  await receiveAll(t, crash.station, instances);
  await crash.keep();
  await killAtEachStep(crash, {
    command: 'scan-arrived',
    title: 'scan-arrived, of a study that has gone on as it arrived',
    leastSteps: 25,
    acknowledged: instances,
    isInOrder: true,
    run: (env) => crash.station.dts(['scan-arrived'], { env }),
  });
});
