// What a person does with many deliveries at once, and with a whole destination.

import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { test, type TestContext } from 'node:test';
import { findDeliveryState } from '../../src/spool/delivery-store.ts';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, type ScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { forward, forwardUntilDone, listDeliveries, makeRelay, SOPInstanceUIDsOf } from '../peers/relay-station.ts';
import { writeSmallStudy } from '../peers/small-study.ts';
import { readJson, runJobs, scan, sendTo } from '../peers/ticks.ts';
import { listTree } from './listing.ts';
import { dtsOnTerminal } from './terminal.ts';

const BY = process.env['SUDO_USER'] ?? userInfo().username;

/** A station with a delivery to PACS and one to ARCHIVE, both of which work. */
async function makeTwoWays(t: TestContext): Promise<{ station: TestStation; pacs: ScriptedScp; archive: ScriptedScp }> {
  const [pacs, archive] = [await startScriptedScp(t), await startScriptedScp(t)];
  const { station } = await makeRelay(t, [
    { name: 'PACS', PORT: pacs.port }, { name: 'ARCHIVE', AETitle: 'ARCHIVE', PORT: archive.port },
  ]);
  return { station, pacs, archive };
}

async function idOf(station: TestStation, destination: string): Promise<string> {
  const found = (await listDeliveries(station)).find((delivery) => delivery.destination === destination);
  assert.ok(found !== undefined);
  return found.DeliveryId;
}

test('a held destination gets nothing, what comes later neither, until it is released; others get theirs', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, pacs, archive } = await makeTwoWays(t);
  const held = await station.dts(['deliveries', 'hold', '--destination', 'PACS', '--reason', 'new disk']);
  assert.deepEqual([held.status, held.stderr], [0, '']);
  assert.equal(held.stdout, 'PACS: held with what waits for it (1) and what comes; '
    + 'dts deliveries release --destination PACS lets it go on\n');
  const again = await station.dts(['deliveries', 'hold', '--destination', 'PACS']);
  assert.match(again.stdout, /^PACS: held already; /);

  const later = await writeSmallStudy(await temporaryFolder(t));
  await sendTo(station, [later.folder]);
  await scan(station);
  await runJobs(station);
  assert.equal(await forward(station), 0);
  assert.deepEqual([pacs.messages.length, archive.messages.length], [0, 4]);

  const listed = await station.dts(['deliveries', 'list', '--state', 'pending']);
  const why = `until PACS is released: held by ${BY} since \\S+: new disk`;
  assert.match(listed.stdout, new RegExp(why));
  const id = await idOf(station, 'PACS');
  assert.match((await station.dts(['deliveries', 'show', id])).stdout, new RegExp(`^  waits        ${why}$`, 'm'));
  assert.match((await station.dts(['status'])).stdout, new RegExp(`^  waits       2 deliveries ${why}$`, 'm'));
  const sent = await station.dts(['forward', id]);
  assert.deepEqual([sent.status, sent.stderr],
    [64, 'dts forward: error: PACS is held; dts deliveries release --destination PACS lets it go on; dts forward --help tells more\n']);

  const released = await station.dts(['deliveries', 'release', '--destination', 'PACS']);
  assert.deepEqual([released.status, released.stdout], [0, 'PACS: released with what waits for it (2)\n']);
  await forwardUntilDone(station);
  assert.equal(SOPInstanceUIDsOf(pacs.messages).length, 4);
  const { stdout: log } = await station.dts(['log', '--level', 'info']);
  assert.match(log, new RegExp(`destination PACS: held, by ${BY}: new disk`));
  assert.match(log, new RegExp(`destination PACS: released, by ${BY}`));
});

test('a destination that is not there is not released, and a choice is not a place to send to', async (t) => {
  const station = await makeStation(t, { config: { destinations: {
    reading: { oneOf: [{ name: 'day', AETitle: 'D', IP: '127.0.0.1', PORT: 1 }, { name: 'night', AETitle: 'N', IP: '127.0.0.1', PORT: 2 }] },
  } } });
  const released = await station.dts(['deliveries', 'release', '--destination', 'raeding']);
  assert.equal(released.status, 64);
  assert.match(released.stderr, /there is no destination raeding; did you mean reading\?/);
  for (const words of [['echo', 'reading'], ['forward', '--to', 'reading', station.root], ['forward', '--to', 'reading', '--dry-run', station.root]]) {
    const ended = await station.dts(words);
    assert.equal(ended.status, 64, words.join(' '));
    assert.match(ended.stderr, /reading is a choice among several destinations; name one of them: day, night;/);
  }
});

test('a destination that is held by hand, with an empty file, is held', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station, pacs } = await makeTwoWays(t);
  await mkdir(station.layout.heldDestinations);
  await writeFile(station.layout.heldDestination('PACS'), '');
  assert.equal(await forward(station), 0);
  assert.equal(pacs.messages.length, 0);
});

test('who holds a destination that there is not is told of those that there are', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station } = await makeTwoWays(t);
  const { status, stderr } = await station.dts(['deliveries', 'hold', '--destination', 'PACS2']);
  assert.equal(status, 64);
  assert.match(stderr, /destination.*PACS2.*PACS/);
});

test('a dry run says what would become of each delivery, and touches nothing', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station } = await makeTwoWays(t);
  const before = await listTree(station.layout.outbox);
  const [pacs, archive] = [await idOf(station, 'PACS'), await idOf(station, 'ARCHIVE')].sort();
  const { status, stdout } = await station.dts(['deliveries', 'cancel', '--stream', 'Relay', '--dry-run']);
  assert.deepEqual([status, stdout],
    [0, `${pacs}: would be cancelled\n${archive}: would be cancelled\n2 deliveries would be changed\n`]);
  const whole = await station.dts(['deliveries', 'hold', '--destination', 'PACS', '--dry-run', '--json']);
  assert.deepEqual(JSON.parse(whole.stdout), { destination: 'PACS', held: true, changed: true, waiting: 1 });
  assert.deepEqual(await listTree(station.layout.outbox), before);
});

test('a filter with a state and a reason holds those that fit, and says who holds them and why', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station } = await makeTwoWays(t);
  const words = ['--destination', 'PACS', '--state', 'pending', '--reason', 'wrong patient'];
  const id = await idOf(station, 'PACS');
  assert.equal((await station.dts(['deliveries', 'hold', ...words])).stdout, `${id}: held\n1 delivery changed\n`);
  const [shown] = await readJson<{ waits: { text: string } }[]>(station, ['deliveries', 'show', id]);
  assert.match(shown?.waits.text ?? '', new RegExp(`^until it is released: held by ${BY} since \\S+: wrong patient$`));
  const none = await station.dts(['deliveries', 'hold', '--state', 'held']);
  assert.deepEqual([none.status, none.stdout], [65, '0 deliveries changed\n']);
  assert.equal((await station.dts(['deliveries', 'release', '--stream', 'Relay'])).stdout, `${id}: pending\n1 delivery changed\n`);
});

test('a person at a terminal is asked before several deliveries are changed', async (t) => {
  if (!requirePeer(t, 'storescu', 'script')) return;
  const { station } = await makeTwoWays(t);
  const line = ['deliveries', 'cancel', '--stream', 'Relay'];
  const no = await dtsOnTerminal(station, line, { input: 'n\n' });
  assert.match(no.stdout, /cancel 2 deliveries \(2 to cancelled\)\? \[y\/N\]/);
  assert.match(no.stdout, /no delivery is changed/);
  const ids = [await idOf(station, 'PACS'), await idOf(station, 'ARCHIVE')];
  assert.deepEqual(await Promise.all(ids.map((id) => findDeliveryState(station.layout, id))), ['pending', 'pending']);
  await dtsOnTerminal(station, line, { input: 'y\n' });
  assert.deepEqual(await Promise.all(ids.map((id) => findDeliveryState(station.layout, id))), ['cancelled', 'cancelled']);
});

test('options of changes are refused where nothing is changed', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const { station } = await makeTwoWays(t);
  for (const word of ['--dry-run', '--yes']) {
    const { status, stderr } = await station.dts(['deliveries', 'list', word]);
    assert.equal(status, 64);
    assert.match(stderr, new RegExp(`${word} is for retry, cancel, hold and release, not for list`));
  }
});
