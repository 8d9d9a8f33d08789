// What a person who holds destinations is promised: nothing leaves, and whoever asks for it is told why.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeInstances } from '../network/instances.ts';
import { makeDueDeliveries } from '../rig/due-delivery.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation } from '../rig/station.ts';

const STUDY = '1.2.826.0.1.3680043.10.7';

test('a destination stays held when another one changes the name that it was given none of its own', async (t) => {
  const pacs = await startScriptedScp(t);
  const one = { AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port };
  const config = (...destination: object[]) => ({ config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  const station = await makeStation(t, config(one));
  const held = await station.dts(['deliveries', 'hold', '--destination', 'PACS', '--reason', 'new disk']);
  assert.equal(held.status, 0, held.stderr);

  await station.configure(config(one, { ...one, IP: '127.0.0.2' }));
  const name = `PACS_127.0.0.1_${pacs.port}`;
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const [delivery] = await makeDueDeliveries(station, [name], instances, STUDY);
  const sent = await station.dts(['forward']);
  assert.deepEqual([sent.status, pacs.messages.length], [0, 0], sent.stderr);
  assert.match((await station.dts(['deliveries', 'list'])).stdout, /until PACS is released: held by .*: new disk/);
  const asked = await station.dts(['forward', delivery?.DeliveryId ?? '']);
  assert.equal(asked.status, 64);
  assert.match(asked.stderr, /PACS is held; dts deliveries release --destination PACS lets it go on/);

  const released = await station.dts(['deliveries', 'release', '--destination', name]);
  assert.deepEqual([released.status, released.stdout], [0, `${name}: released with what waits for it (1)\n`]);
  assert.equal((await station.dts(['forward'])).status, 0);
  assert.equal(pacs.messages.length, 1);
});

test('a person who sends a delivery of which each destination is held is told so', async (t) => {
  const pacs = await startScriptedScp(t);
  const oneOf = ['day', 'night'].map((name) => ({ name, AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }));
  const destination = [{ name: 'provider', oneOf }];
  const station = await makeStation(t, { config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const [delivery] = await makeDueDeliveries(station, ['provider'], instances, STUDY);
  for (const { name } of oneOf) await station.dts(['deliveries', 'hold', '--destination', name]);
  const { status, stderr } = await station.dts(['forward', delivery?.DeliveryId ?? '']);
  assert.equal(pacs.messages.length, 0);
  assert.equal(status, 64);
  assert.match(stderr, /day is held; dts deliveries release --destination day lets it go on/);
});

test('files that a person sends by hand go to a held destination, with a word of who holds it', async (t) => {
  const pacs = await startScriptedScp(t);
  const destination = [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }];
  const station = await makeStation(t, { config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  const [instance] = await makeInstances(await temporaryFolder(t), 1);
  const words = ['forward', instance?.file ?? '', '--to', 'PACS'];
  assert.equal((await station.dts(words)).stderr, '');
  await station.dts(['deliveries', 'hold', '--destination', 'PACS', '--reason', 'new disk']);
  const { status, stderr } = await station.dts(words);
  assert.deepEqual([status, pacs.messages.length], [0, 2]);
  assert.match(stderr, /^dts forward: warning: PACS: held by .*: new disk; sent all the same\n$/);
});
