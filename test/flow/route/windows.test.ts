// Windows of a destination for itself, and second copies.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { whyDeliveryWaits } from '../../../src/flow/delivery/why-delivery-waits.ts';
import { advanceOne } from '../../../src/flow/job/advance-next.ts';
import { findJobState } from '../../../src/spool/job-store.ts';
import { listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import { makeDoor, type Door } from '../../rig/door.ts';
import { startScriptedScp, type Script, type ScriptedScp } from '../../rig/scripted-scp.ts';
import { makeFlowStation, type FlowStation } from '../flow-station.ts';
import { forward, makeDelivery, setClock, stateOf, stored, TIMEZONE } from './choice-station.ts';

interface WindowStation {
  readonly station: FlowStation;
  readonly pacs: ScriptedScp;
  readonly door: Door;
}

async function makeWindowStation(
  t: TestContext, destination: Readonly<Record<string, unknown>>, script: Script = {}, ...others: object[]
): Promise<WindowStation> {
  const pacs = await startScriptedScp(t, script);
  const door = await makeDoor(t, pacs.port);
  const station = await makeFlowStation(t, {
    receiver: { LOCALTIMEZONE: TIMEZONE },
    config: { Streams: [{ name: 'Relay', trigger: {}, destination: [
      { name: 'pacs', AETitle: 'PACS', IP: '127.0.0.1', PORT: door.port, ...destination }, ...others,
    ] }] },
  });
  return { station, pacs, door };
}

async function waitOf(station: FlowStation, DeliveryId: string): Promise<string | undefined> {
  return (await whyDeliveryWaits(station, await stored(station, DeliveryId)))?.text;
}

test('a delivery waits for the window of its destination, and says for when', async (t) => {
  const { station, pacs } = await makeWindowStation(t, { when: ['Mon 20:00-07:00'] });
  setClock(station, '2026-11-20T10:00:00+01:00');
  const DeliveryId = await makeDelivery(station);
  assert.deepEqual(await forward(station), {});
  assert.equal(await waitOf(station, DeliveryId), 'for Mon 20:00, when pacs opens');
  setClock(station, '2026-11-23T19:59:50+01:00');
  assert.deepEqual(await forward(station), {});
  setClock(station, '2026-11-24T06:59:00+01:00'); // right across midnight
  assert.deepEqual(await forward(station), { done: 1 });
  assert.equal(pacs.messages.length, 1);
});

test('of retry and window the later one counts', async (t) => {
  const { station, door } = await makeWindowStation(t, { when: ['20:00-21:00'], retry: { firstSeconds: 1200 } });
  await door.shut();
  setClock(station, '2026-11-20T20:50:00+01:00');
  const DeliveryId = await makeDelivery(station);
  assert.deepEqual(await forward(station), { postponed: 1 });
  await door.open();
  setClock(station, '2026-11-20T21:11:00+01:00'); // its delay is over, its window closed
  assert.deepEqual(await forward(station), {});
  assert.equal(await waitOf(station, DeliveryId), 'for Sat 20:00, when pacs opens');
  setClock(station, '2026-11-21T20:00:00+01:00');
  assert.deepEqual(await forward(station), { done: 1 });

  await door.shut();
  setClock(station, '2026-11-22T20:00:00+01:00');
  await makeDelivery(station);
  assert.deepEqual(await forward(station), { postponed: 1 });
  await door.open();
  setClock(station, '2026-11-22T20:10:00+01:00'); // its window is open, its delay not over
  assert.deepEqual(await forward(station), {});
  setClock(station, '2026-11-22T20:21:00+01:00');
  assert.deepEqual(await forward(station), { done: 1 });
});

for (const stopAtClose of [false, true]) {
  const claim = stopAtClose ? 'stops between two instances, and goes on with the rest' : 'is finished';
  test(`what is under way when the window closes ${claim}${stopAtClose ? ', where that is wanted' : ''}`, async (t) => {
    let station: FlowStation | undefined;
    const made = await makeWindowStation(t, { when: ['20:00-21:00'], stopAtClose }, { respond: (_message, index) => {
      if (index === 1 && station !== undefined) station.aheadSeconds += 600; // it closes while the second is stored
      return {};
    } });
    ({ station } = made);
    setClock(station, '2026-11-20T20:55:00+01:00');
    const [first, second] = [await makeDelivery(station, 4), await makeDelivery(station)];
    assert.deepEqual(await forward(station), stopAtClose ? {} : { done: 1 });
    assert.equal(made.pacs.messages.length, stopAtClose ? 2 : 4);
    assert.equal(await stateOf(station, first), stopAtClose ? 'pending' : 'done');
    assert.equal(await stateOf(station, second), 'pending', 'none is begun any more');
    assert.equal(station.eventsOf('delivery-interrupted').length, stopAtClose ? 1 : 0);
    setClock(station, '2026-11-21T20:00:30+01:00');
    assert.deepEqual(await forward(station), stopAtClose ? { done: 2 } : { done: 1 });
    const sent = made.pacs.messages.map(({ command }) => command.AffectedSOPInstanceUID);
    assert.deepEqual([sent.length, new Set(sent).size], [5, 5], 'nothing twice');
  });
}

test('a job neither waits for a second copy nor fails with it', async (t) => {
  const copy = { name: 'copy', AETitle: 'COPY', IP: '127.0.0.1', optional: true, retry: { giveUpAfterSeconds: 0 } };
  const refuse = { answerContext: () => ({ result: 3, TransferSyntaxUID: '1.2.840.10008.1.2' }) };
  const refusing = await startScriptedScp(t, refuse);
  const { station, pacs } = await makeWindowStation(
    t, {}, {}, { ...copy, PORT: refusing.port, when: ['22:00-23:00'] },
  );
  setClock(station, '2026-11-20T10:00:00+01:00');
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending', 'validated']);
  assert.equal((await listDeliveryIds(station.layout, 'pending')).length, 2);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.equal(await findJobState(station.layout, JobId), 'done');
  assert.equal(pacs.messages.length, 1);
  setClock(station, '2026-11-20T22:00:00+01:00');
  assert.deepEqual(await forward(station), { failed: 1 });
  await advanceOne(station, JobId);
  assert.equal(await findJobState(station.layout, JobId), 'done', 'still');
});
