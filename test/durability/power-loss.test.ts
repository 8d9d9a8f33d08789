// The power fails while senders send: the disk of a running receiver is cut off, and what was not synced is gone.
//
// DTS_SEED repeats the mixture of an earlier run and its moments, as far as the machine lets them be repeated;
// DTS_CUTS=n goes on for longer.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { OUT_OF_RESOURCES, SUCCESS } from '../../src/dicom/status.ts';
import { syncDirectory, syncFile } from '../../src/spool/durable.ts';
import { freePort } from '../rig/peers.ts';
import { makeRandom } from '../rig/random.ts';
import { RawScu } from '../rig/raw-scu.ts';
import { TestStation } from '../rig/station.ts';
import { findBrokenPromises, findLeftovers } from './audit.ts';
import { mountBreakableDisk } from './breakable-disk.ts';
import { Errands } from './errands.ts';
import { KillableReceiver } from './killable-receiver.ts';
import { startLoad } from './load.ts';

const CUTS = Number(process.env['DTS_CUTS'] ?? 25);
const SEED = Number(process.env['DTS_SEED'] ?? Date.now() % 2 ** 31);
/** Few, so that nobody's fsync makes durable what another has forgotten. */
const SENDERS = 3;
const LONGEST_LIFE_MILLISECONDS = 600;
/** A receiver whose disk is gone may run on for a while; it must not say Success then. */
const LONGEST_AFTERLIFE_MILLISECONDS = 60;
const DISK_MEGABYTES = 1024;

test('the disk of these tests loses what was not synced, and only that', async (t) => {
  const disk = await mountBreakableDisk(t, 64);
  if (disk === undefined) return;
  const folder = join(disk.folder, 'folder');
  await mkdir(folder);
  await writeFile(join(folder, 'synced'), 'content');
  await syncFile(join(folder, 'synced'));
  await syncDirectory(folder);
  await syncDirectory(disk.folder);
  await writeFile(join(folder, 'not synced'), 'content');
  await disk.cut();
  await assert.rejects(syncDirectory(folder), { code: 'EIO' });
  disk.remount();
  assert.ok(existsSync(join(folder, 'synced')));
  assert.ok(!existsSync(join(folder, 'not synced')));
});

test('a receiver whose disk is gone refuses each instance and keeps its associations', async (t) => {
  const disk = await mountBreakableDisk(t, 64);
  if (disk === undefined) return;
  const station = new TestStation(disk.root, await freePort());
  await station.configure({});
  const receiver = new KillableReceiver(t, station);
  await receiver.listening();
  const errands = new Errands(makeRandom(SEED));
  const [before, during] = [errands.next()[0]![0]!, errands.next()[0]![0]!];
  const scus = [await RawScu.associate(station.port), await RawScu.associate(station.port)];
  for (const scu of scus) assert.equal((await scu.store(before.SOPInstanceUID, before.dataset)).Status, SUCCESS);
  await disk.cut();
  for (const scu of [...scus, ...scus]) {
    for (const { SOPInstanceUID, dataset } of [before, during]) {
      assert.equal((await scu.store(SOPInstanceUID, dataset)).Status, OUT_OF_RESOURCES);
    }
  }
  await receiver.kill('SIGKILL');
});

test(`what got Success survives ${CUTS} losses of power, and nothing partial does`, async (t) => {
  const disk = await mountBreakableDisk(t, DISK_MEGABYTES);
  if (disk === undefined) return;
  const station = new TestStation(disk.root, await freePort());
  const { layout } = station;
  await station.configure({});
  const random = makeRandom(SEED);
  const load = startLoad(t, station, random, SENDERS);
  const { ledger } = load;
  const violations: string[] = [];
  let cutsWhileWriting = 0;
  t.diagnostic(`DTS_SEED=${SEED}`);

  for (let cut = 1; cut <= CUTS && violations.length === 0; cut += 1) {
    const receiver = new KillableReceiver(t, station);
    await receiver.listening();
    violations.push(...await findLeftovers(layout, receiver.pid));
    await delay(random() * LONGEST_LIFE_MILLISECONDS);
    await disk.cut();
    await delay(random() * LONGEST_AFTERLIFE_MILLISECONDS);
    await receiver.kill('SIGKILL');
    disk.remount();
    if ((await findLeftovers(layout)).length > 0) cutsWhileWriting += 1;
    violations.push(...await findBrokenPromises(layout, ledger, ledger.takeNews()));
  }

  violations.push(...await load.end());
  const { acknowledgements, sent, unanswered, refusals } = ledger;
  t.diagnostic(`${acknowledgements.length} times Success for ${sent.size} datasets; refused ${refusals.length} times, `
    + `no answer ${unanswered} times; ${cutsWhileWriting} cuts left an instance in temp`);
  assert.deepEqual(violations, []);
  assert.ok(acknowledgements.length > CUTS, 'something was received between the cuts');
  assert.ok(unanswered + refusals.length > CUTS / 2, 'cuts came while instances were under way');
});
