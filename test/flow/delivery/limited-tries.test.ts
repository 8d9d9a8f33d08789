// What a status that may help or not is worth: a few tries that were answered so, however many failed otherwise before.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deliverDue } from '../../../src/flow/delivery/deliver.ts';
import { findDeliveryState, listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import { makeDoor } from '../../rig/door.ts';
import { startScriptedScp } from '../../rig/scripted-scp.ts';
import { makeFlowStation } from '../flow-station.ts';

const RETRY = { firstSeconds: 60, multiplier: 1, maxSeconds: 60 };

test('a peer that was away for long and then answers 0110 gets as many tries as any other', async (t) => {
  const scp = await startScriptedScp(t, { respond: () => ({ Status: 0x0110 }) });
  const door = await makeDoor(t, scp.port);
  const station = await makeFlowStation(t, { config: { Streams: [{ name: 'Relay', trigger: {}, destination: [
    { AETitle: 'PACS', IP: '127.0.0.1', PORT: door.port, retry: RETRY },
  ] }] } });
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending', 'validated']);
  const [DeliveryId = ''] = await listDeliveryIds(station.layout, 'pending');
  const became = async (): Promise<string | undefined> => {
    await deliverDue(station);
    station.aheadSeconds += 61;
    return findDeliveryState(station.layout, DeliveryId);
  };
  await door.shut();
  for (let tries = 0; tries < 6; tries += 1) assert.equal(await became(), 'pending');
  await door.open();
  for (let tries = 0; tries < 4; tries += 1) assert.equal(await became(), 'pending', `answer ${tries + 1}`);
  assert.equal(await became(), 'failed');
});
