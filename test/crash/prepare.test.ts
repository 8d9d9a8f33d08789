// forward, killed at each step while it makes the changed copies of a delivery, and while it sends them.

import { test } from 'node:test';
import { listDeliveryIds } from '../../src/spool/delivery-store.ts';
import { makeCrashStation } from './crash-station.ts';
import { killAtEachStep } from './kill-at-each-step.ts';
import { receiveAll } from './send-studies.ts';

test('a destination gets each instance changed, once, wherever forward is killed', async (t) => {
  const crash = await makeCrashStation(t, { streams: ['RelayToPacs'], changing: ['PACS'] });
  const { instances } = crash.studies[0]!;
  const { layout } = crash.station;
  await receiveAll(t, crash.station, instances);
  await crash.tick('scan-arrived');
  while ((await listDeliveryIds(layout, 'pending')).length === 0) await crash.tick('run-one-job', '--all');
  await crash.keep();
  await killAtEachStep(crash, {
    command: 'forward',
    title: 'forward, with copies that are changed',
    leastSteps: 20, // besides those of sending: a copy of each instance, the report, the folder's rename, and its end
    acknowledged: instances,
    isInOrder: false, // copies are made side by side
    inFlight: 1,
    run: (env) => crash.station.dts(['forward'], { env }),
  });
});
