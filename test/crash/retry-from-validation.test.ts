// jobs retry --from validation, killed at each of its steps: the person asks once more, and the job goes on to its end
// as if nothing had been.

import assert from 'node:assert/strict';
import { cp, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findJobState, listJobIds } from '../../src/spool/job-store.ts';
import { exists } from '../../src/spool/read.ts';
import { writeResult, writeSmallStudy } from '../peers/small-study.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { makeStation, type StationFiles, type TestStation } from '../rig/station.ts';
import { scan, sendTo } from '../peers/ticks.ts';

/** No process has so many steps. */
const BEYOND = 100;
const FEWEST_STEPS = 5;

test('wherever a retry from validation is killed, asking again finishes it', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, JobId } = await makeRefused(t);
  const kept = join(await temporaryFolder(t), 'kept');
  await cp(station.layout.datadir, kept, { recursive: true, verbatimSymlinks: true });
  const words = ['jobs', 'retry', JobId, '--from', 'validation'];
  let steps = 0;
  for (let isKilled = true; isKilled && steps < BEYOND;) {
    await rm(station.layout.datadir, { recursive: true });
    await cp(kept, station.layout.datadir, { recursive: true, verbatimSymlinks: true });
    const ended = await station.dts(words, { env: { DTS_FAILPOINT: String(steps + 1) } });
    isKilled = ended.signal === 'SIGKILL';
    if (isKilled) steps += 1;
    const state = await findJobState(station.layout, JobId);
    assert.ok(state === 'ran' || (isKilled && state === 'failed'), `${state} after step ${steps}`);
    if (state === 'failed') assert.equal((await station.dts(words)).stdout, `${JobId}: ran\n`);
    await station.dts(['run-one-job', '--all']);
    assert.equal(await findJobState(station.layout, JobId), 'done', `after step ${steps}`);
    const folder = station.job('done', JobId);
    assert.equal((await readdir(folder.result)).length, 2);
    assert.equal(await exists(folder.failures), false);
  }
  assert.ok(steps >= FEWEST_STEPS && steps < BEYOND, `${steps} steps`);
});

/** A job whose two instances were one too many, and the rules since mended. */
async function makeRefused(t: TestContext): Promise<{ station: TestStation; JobId: string }> {
  const study = await writeSmallStudy(await temporaryFolder(t));
  const prepared = await temporaryFolder(t);
  for (const name of ['1.dcm', '2.dcm']) await writeResult(join(prepared, name), study);
  const core = { executor: 'process', command: ['cp', '--archive', `${prepared}/.`, '{output}'] };
  const files: StationFiles = {
    config: { Streams: [{ name: 'Core', trigger: {}, 'trigger-study': [{ type: 'job' }] }] },
    statements: { Core: { ...core, outputs: { maxInstances: 1 } } },
  };
  const station = await makeStation(t, files);
  await station.startReceiver(t);
  await sendTo(station, [study.folder]);
  await scan(station);
  const [JobId = ''] = await listJobIds(station.layout, 'pending');
  assert.equal((await station.dts(['run-one-job', JobId, '--wait'])).status, 65);
  await writeFile(join(station.config, 'select_statements.json'), JSON.stringify({ Core: core }));
  return { station, JobId };
}
