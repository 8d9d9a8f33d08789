// A job that is killed while its deliveries are made, and that a person cancels before anybody has gone on with it: none
// of them leaves, and when the job is tried again, its new result goes to every destination.

import assert from 'node:assert/strict';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { findJobState, listJobIds } from '../../src/spool/job-store.ts';
import { listDirectory } from '../../src/spool/read.ts';
import { scan, sendTo } from '../peers/ticks.ts';
import { writeSmallStudy } from '../peers/small-study.ts';
import { freePort, requirePeer, temporaryFolder } from '../rig/peers.ts';
import { makeStation } from '../rig/station.ts';

/** No process has so many steps. */
const BEYOND = 100;
const FEWEST_STEPS = 8;

test('wherever the making of deliveries is killed, a cancelled job sends none of them, and a retry sends all', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const PORT = await freePort();
  const destination = ['ONE', 'TWO'].map((AETitle) => ({ AETitle, IP: '127.0.0.1', PORT }));
  const station = await makeStation(t, { config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  const { layout } = station;
  await station.startReceiver(t);
  await sendTo(station, [(await writeSmallStudy(await temporaryFolder(t))).folder]);
  await scan(station);
  const [JobId = ''] = await listJobIds(layout, 'pending');
  await station.dts(['run-one-job', JobId]);
  assert.equal(await findJobState(layout, JobId), 'validated');
  const kept = join(await temporaryFolder(t), 'kept');
  await cp(layout.datadir, kept, { recursive: true, verbatimSymlinks: true });
  let steps = 0;
  for (let isKilled = true; isKilled && steps < BEYOND;) {
    await rm(layout.datadir, { recursive: true });
    await cp(kept, layout.datadir, { recursive: true, verbatimSymlinks: true });
    const { signal } = await station.dts(['run-one-job', JobId], { env: { DTS_FAILPOINT: String(steps + 1) } });
    isKilled = signal === 'SIGKILL';
    if (isKilled) steps += 1;
    const cancelled = await station.dts(['jobs', 'cancel', JobId]);
    assert.equal(cancelled.stdout, `${JobId}: cancelled\n`, cancelled.stderr);
    assert.deepEqual(await listDirectory(layout.deliveriesIn('pending')), [], `after step ${steps}`);

    await station.dts(['jobs', 'retry', JobId]);
    await station.dts(['run-one-job', '--all']);
    assert.equal(await findJobState(layout, JobId), 'forwarding', `after step ${steps}`);
    assert.equal((await listDirectory(layout.deliveriesIn('pending'))).length, 2, `after step ${steps}`);
  }
  assert.ok(steps >= FEWEST_STEPS && steps < BEYOND, `${steps} steps`);
});
