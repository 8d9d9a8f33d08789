// Destinations of type "sender": what is made of a study goes back to whoever sent it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changeDelivery } from '../../../src/flow/delivery/change-delivery.ts';
import { deliverDue } from '../../../src/flow/delivery/deliver.ts';
import { failureText } from '../../../src/job/failure-text.ts';
import type { Delivery } from '../../../src/job/delivery.ts';
import { listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import { findJson, listDirectory } from '../../../src/spool/read.ts';
import { freePort } from '../../rig/peers.ts';
import { startScriptedScp } from '../../rig/scripted-scp.ts';
import { makeStation } from '../../rig/station.ts';
import { makeFlowStation, openFlowStation, type FlowStation } from '../flow-station.ts';

/** Takes a study of one instance from a sender to the door. */
async function relay(station: FlowStation, callingAETitle: string, StudyInstanceUID: string): Promise<void> {
  const SOPInstanceUID = `${StudyInstanceUID}.1.1`;
  await station.archive({ StudyInstanceUID, SeriesInstanceUID: `${StudyInstanceUID}.1`, SOPInstanceUID });
  await station.mark({ StudyInstanceUID, callingAETitle });
  await station.scan();
  for (const JobId of await listDirectory(station.layout.jobsIn('pending'))) await station.advance(JobId, ['pending', 'validated']);
}

test('each study goes back to the node of its own sender, called as `senders` says', async (t) => {
  const [ct, mr] = [await startScriptedScp(t), await startScriptedScp(t)];
  const senders = {
    CT: { AETitle: 'CT_STORE', IP: '127.0.0.1', PORT: ct.port, OwnAETitle: 'RESULTS' },
    'MR*': { AETitle: 'MR_STORE', IP: '127.0.0.1', PORT: mr.port },
  };
  const station = await makeFlowStation(t, {
    config: { senders, Streams: [{ name: 'Relay', trigger: {}, destination: [{ type: 'sender' }] }] },
  });
  await relay(station, 'CT', '1.2.3');
  await relay(station, 'MR2', '1.2.4');
  assert.deepEqual({ ...await deliverDue(station) }, { done: 2, confirming: 0, postponed: 0, held: 0, failed: 0, stuck: 0 });
  const stored = [ct, mr].map(({ messages }) => messages.map(({ command }) => command.AffectedSOPInstanceUID));
  assert.deepEqual(stored, [['1.2.3.1.1'], ['1.2.4.1.1']]);
  const places = await Promise.all((await listDeliveryIds(station.layout, 'done')).map(async (DeliveryId) => {
    return (await findJson<Delivery>(station.layout.deliveryFolder('done', DeliveryId).delivery))?.place;
  }));
  assert.deepEqual(places, [`peer CT_STORE 127.0.0.1 ${ct.port}`, `peer MR_STORE 127.0.0.1 ${mr.port}`]);
});

test('of several senders of one study each arrival goes back to its own', async (t) => {
  const [first, second] = [await startScriptedScp(t), await startScriptedScp(t)];
  const senders = {
    ONE: { AETitle: 'ONE', IP: '127.0.0.1', PORT: first.port }, TWO: { AETitle: 'TWO', IP: '127.0.0.1', PORT: second.port },
  };
  const station = await makeFlowStation(t, {
    config: { senders, Streams: [{ name: 'Relay', trigger: {}, destination: [{ type: 'sender' }] }] },
  });
  await relay(station, 'ONE', '1.2.3');
  await relay(station, 'TWO', '1.2.3');
  await deliverDue(station);
  assert.deepEqual([first.messages.length, second.messages.length], [1, 1]);
});

test('a sender that is not in the table fails its delivery in words that say what to add, and a retry looks again', async (t) => {
  const config = { Streams: [{ name: 'Relay', trigger: {}, destination: [{ type: 'sender' }] }] };
  const rig = await makeStation(t, { config });
  const station = await openFlowStation(rig);
  await relay(station, 'CT9', '1.2.3');
  assert.equal((await deliverDue(station)).failed, 1);
  const [failed] = station.eventsOf('delivery-failed');
  assert.match(failed?.failures.map(failureText).join() ?? '', /CT9.*`senders`.*add \{"CT9": \{"AETitle": …/);

  const scp = await startScriptedScp(t);
  await rig.configure({ config: { ...config, senders: { CT9: { AETitle: 'CT9', IP: '127.0.0.1', PORT: scp.port } } } });
  const mended = await openFlowStation(rig);
  const [DeliveryId = ''] = await listDeliveryIds(station.layout, 'failed');
  assert.deepEqual(await changeDelivery(mended, DeliveryId, 'retry'), { moved: 'pending' });
  assert.equal((await deliverDue(mended)).done, 1);
  assert.deepEqual(scp.messages.map(({ command }) => command.AffectedSOPInstanceUID), ['1.2.3.1.1']);
});

test('a node that does not answer is tried again as the stream says, and named as the place', async (t) => {
  const port = await freePort();
  const station = await makeFlowStation(t, {
    config: {
      senders: { CT: { AETitle: 'CT', IP: '127.0.0.1', PORT: port, retry: { firstSeconds: 1000 } } },
      Streams: [{ name: 'Relay', trigger: {}, destination: [{ type: 'sender', retry: { firstSeconds: 5 } }] }],
    },
  });
  await relay(station, 'CT', '1.2.3');
  const before = station.now().getTime();
  assert.equal((await deliverDue(station)).postponed, 1);
  const [postponed] = station.eventsOf('delivery-postponed');
  assert.equal(postponed?.destination, 'sender');
  const waits = Date.parse(postponed?.notBefore ?? '') - before;
  assert.ok(waits >= 4000 && waits < 60_000, `${waits}`);
});
