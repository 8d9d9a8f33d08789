// A receiver that has no descriptors left, because others took them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requirePeer } from '../rig/peers.ts';
import { associateRequest, dataPdus, pdu, pdv, storeCommand } from '../rig/raw-scu.ts';
import { openConnection } from './connection.ts';
import { encodeDataset, SERIES } from './datasets.ts';
import { Victim } from './victim.ts';

test('without descriptors left instances are refused, and stored again when there are some', async (t) => {
  if (!requirePeer(t, 'prlimit')) return;
  const victim = await Victim.start(t, { associations: 200 });
  await victim.limitDescriptors(24);
  const dataset = encodeDataset({ SOPInstanceUID: `${SERIES}.1`, pixels: Buffer.alloc(600_000) });
  const begin = Buffer.concat([
    associateRequest(), dataPdus(1, storeCommand(`${SERIES}.1`), true), pdu(4, pdv(1, 0, dataset.subarray(0, 1000))),
  ]);
  const connections = Array.from({ length: 60 }, () => openConnection(victim.port, begin));
  for (const { socket } of connections) {
    for (let at = 1000; at < dataset.length; at += 100_000) {
      socket.write(pdu(4, pdv(1, at + 100_000 < dataset.length ? 0 : 2, dataset.subarray(at, at + 100_000))));
    }
  }
  // Each was told something, be it that its connection is closed.
  await Promise.all(connections.map(({ heard, closed }) => Promise.race([heard, closed])));
  victim.assertAlive();
  for (const { socket } of connections) socket.destroy();
  await Promise.all(connections.map(({ closed }) => closed));
  await victim.calm();
  await victim.assertWell();
  const refused = (await victim.events()).filter((event) => event.event === 'instance-refused');
  assert.ok(refused.every((event) => !('text' in event) || !String(event.text).includes('internal')));
});
