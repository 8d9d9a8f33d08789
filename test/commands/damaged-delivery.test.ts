// A delivery that somebody damaged is named by whoever looks, and hides no other.

import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { findDeliveryState } from '../../src/spool/delivery-store.ts';
import { makeInstances } from '../network/instances.ts';
import { makeDueDeliveries } from '../rig/due-delivery.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation } from '../rig/station.ts';

test('deliveries whose delivery.json is damaged or gone are told of by every command that meets them', async (t) => {
  const pacs = await startScriptedScp(t);
  const destination = [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }];
  const station = await makeStation(t, { config: { Streams: [{ name: 'Relay', trigger: {}, destination }] } });
  const { layout } = station;
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const ids: string[] = [];
  for (const study of ['1.2.3.1', '1.2.3.2', '1.2.3.3']) {
    const [made] = await makeDueDeliveries(station, ['PACS'], instances, study);
    ids.push(made?.DeliveryId ?? '');
  }
  const [damaged = '', gone = '', whole = ''] = ids;
  const fileOf = (DeliveryId: string): string => layout.deliveryFolder('pending', DeliveryId).delivery;
  await writeFile(fileOf(damaged), '');
  await rm(fileOf(gone));

  const sent = await station.dts(['forward']);
  assert.equal(sent.status, 74);
  assert.equal(await findDeliveryState(layout, whole), 'done');
  const listed = await station.dts(['deliveries', 'list']);
  assert.equal(listed.status, 0, listed.stderr);
  assert.ok(listed.stdout.includes(whole));
  const status = await station.dts(['status']);
  assert.equal(status.status, 65);
  for (const DeliveryId of [damaged, gone]) {
    const file = fileOf(DeliveryId);
    assert.ok(sent.stderr.includes(`${file} is damaged`), sent.stderr);
    assert.ok(listed.stderr.includes(`${DeliveryId}: not listed: ${file} is damaged`), listed.stderr);
    assert.ok(status.stdout.includes(`${file} is damaged`), status.stdout);
    const shown = await station.dts(['deliveries', 'show', DeliveryId]);
    assert.equal(shown.status, 65);
    assert.ok(shown.stderr.includes(`${file} is damaged`), shown.stderr);
    assert.equal((await station.dts(['deliveries', 'cancel', DeliveryId])).status, 65);
  }
});
