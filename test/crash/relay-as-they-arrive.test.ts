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
      // A mark of the future is one of now, for the scan that finds it, however long it takes to begin.
      const later = new Date(Date.now() + 3_600_000);
      for (const mark of await listDirectory(layout.arrived)) await utimes(layout.mark(mark), later, later);
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
