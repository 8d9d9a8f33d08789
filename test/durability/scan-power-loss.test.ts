// The power fails while scan-arrived turns arrivals into jobs: right before each of its durable steps in turn.

import assert from 'node:assert/strict';
import { readdir, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { SUCCESS } from '../../src/dicom/status.ts';
import { WRITING_PREFIX } from '../../src/spool/durable.ts';
import { pathsBelow } from '../crash/data-tree.ts';
import { readStationAtRest } from '../crash/station-at-rest.ts';
import { freePort } from '../rig/peers.ts';
import { RawScu } from '../rig/raw-scu.ts';
import { TestStation } from '../rig/station.ts';
import { findBrokenPromises } from './audit.ts';
import { mountBreakableDisk } from './breakable-disk.ts';
import { makeInstance } from './instance.ts';
import { KillableReceiver } from './killable-receiver.ts';
import { Ledger } from './ledger.ts';

const DISK_MEGABYTES = 32;
const StudyInstanceUID = '1.2.826.0.1.3680043.10.13';
const LEAST_STEPS = 10;
const RELAY = {
  config: {
    destinations: { PACS: { AETitle: 'PACS', IP: '127.0.0.1', PORT: 104 } },
    Streams: [{ name: 'Relay', trigger: {}, destination: ['PACS'] }],
  },
};

test('an arrival becomes its one job, at whichever step of scan-arrived the power fails', async (t) => {
  const disk = await mountBreakableDisk(t, DISK_MEGABYTES);
  if (disk === undefined) return;
  const station = new TestStation(disk.root, await freePort());
  await station.configure(RELAY);
  const receiver = new KillableReceiver(t, station);
  await receiver.listening();
  const ledger = await sendStudy(station.port);
  await receiver.kill('SIGTERM');
  await disk.keep();
  const first = await station.dts(['scan-arrived']);
  assert.deepEqual([first.status, first.stderr], [0, '']);
  const wanted = await readOutcome(station);
  assert.deepEqual([wanted.jobs.length, wanted.arriving], [1, []]);

  for (let step = 1, isKilled = true; isKilled; step += 1) {
    await disk.restore();
    const { signal } = await station.dts(['scan-arrived'], { env: { DTS_FAILPOINT: String(step) } });
    isKilled = signal === 'SIGKILL';
    assert.ok(isKilled || step > LEAST_STEPS, `only ${step} steps`);
    await disk.cut();
    disk.remount();
    await ageLocks(station);
    const { status, stderr } = await station.dts(['scan-arrived']);
    assert.equal(status, 0, `step ${step}: ${stderr}`);
    assert.deepEqual(await readOutcome(station), wanted, `step ${step}`);
    const account = { ...ledger.everything(), acknowledgements: [] }; // the marks have done their work
    assert.deepEqual(await findBrokenPromises(station.layout, ledger, account), [], `step ${step}`);
  }
});

/** Of two series. */
async function sendStudy(port: number): Promise<Ledger> {
  const ledger = new Ledger();
  const scu = await RawScu.associate(port);
  for (const series of [1, 2]) {
    const SeriesInstanceUID = `${StudyInstanceUID}.${series}`;
    const SOPInstanceUID = `${SeriesInstanceUID}.1`;
    const instance = makeInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }, 1000);
    ledger.send(instance);
    assert.equal((await scu.store(SOPInstanceUID, instance.dataset)).Status, SUCCESS);
  }
  await scu.release();
  return ledger;
}

/** A machine takes longer to come up than a lease lasts whose owner did not reach the disk. */
async function ageLocks({ layout: { locks } }: TestStation): Promise<void> {
  const longAgo = new Date(Date.now() - 60_000);
  for (const name of await readdir(locks)) {
    if (name.endsWith('.lock')) await utimes(join(locks, name), longAgo, longAgo);
  }
}

/** All that must be the same, whatever happened on the way. */
async function readOutcome(station: TestStation): Promise<{
  readonly jobs: readonly string[]; readonly arriving: readonly string[]; readonly files: readonly string[];
}> {
  const { layout } = station;
  const { jobs } = await readStationAtRest(layout);
  const files = [...await pathsBelow(layout.archive), ...await pathsBelow(layout.raw)];
  return {
    jobs: jobs.map(({ state, job: { JobId, arrival } }) => `${state} ${JobId} ${arrival.StudyInstanceUID}`).sort(),
    arriving: [...await pathsBelow(layout.arrived), ...await pathsBelow(layout.claimed)],
    files: files.filter((path) => !basename(path).startsWith(WRITING_PREFIX)),
  };
}
