import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findRoutes } from '../../../src/flow/route/note-route.ts';
import { routeDelivery } from '../../../src/flow/route/route-delivery.ts';
import { findAnswers } from '../../../src/spool/delivery-store.ts';
import { findJson } from '../../../src/spool/read.ts';
import { listTroubles } from '../../../src/spool/place-troubles.ts';
import type { Failure } from '../../../src/job/failure.ts';
import type { Script } from '../../rig/scripted-scp.ts';
import { forward, makeChoiceStation, makeDelivery, setClock, stateOf, stored } from './choice-station.ts';

/** A Friday. */
const MORNING = '2026-11-20T10:00:00+01:00';
const EVENING = '2026-11-20T20:00:00+01:00';

test('goes by the hour to the one that is open, and by price where both are', async (t) => {
  const { station, day, night } = await makeChoiceStation(t, { day: { when: ['08:00-16:00'] } });
  setClock(station, MORNING);
  await makeDelivery(station);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [1, 0]);
  setClock(station, EVENING);
  const DeliveryId = await makeDelivery(station);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [1, 1]);
  const [route, ...others] = await findRoutes((await stored(station, DeliveryId)).folder);
  assert.deepEqual([route?.chosen, others], ['night', []]);
  assert.deepEqual(route?.considered.map(({ destination, cost, window }) => [destination, cost, window]), [
    ['day', 1, { isOpen: false, opensAt: '2026-11-21T07:00:00.000Z' }], ['night', 2, undefined],
  ]);
  assert.deepEqual(station.eventsOf('delivery-done').map(({ destination, at }) => [destination, at]),
    [['provider', 'day'], ['provider', 'night']]);
});

test('waits for the first that opens when all are closed', async (t) => {
  const { station, day, night } = await makeChoiceStation(t, {
    day: { when: ['08:00-12:00'] }, night: { when: ['13:00-17:00'] },
  });
  setClock(station, '2026-11-20T12:30:00+01:00');
  const DeliveryId = await makeDelivery(station);
  assert.deepEqual(await forward(station), {});
  const routed = await routeDelivery(station, await stored(station, DeliveryId));
  assert.deepEqual('wait' in routed && routed.wait, { waitsFor: 'window', until: '2026-11-20T12:00:00.000Z' });
  setClock(station, '2026-11-20T13:00:05+01:00');
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [0, 1]);
});

test('one that is away is replaced in the same run, left alone by later ones, and returned to when it is back', async (t) => {
  const { station, day, night } = await makeChoiceStation(t);
  setClock(station, MORNING);
  await day.door.shut();
  for (const _ of [1, 2, 3]) await makeDelivery(station);
  assert.deepEqual(await forward(station), { done: 3 });
  assert.deepEqual([day.got(), night.got()], [0, 3]);
  assert.equal(station.eventsOf('delivery-rerouted').length, 1, 'the others did not try');
  assert.equal(station.eventsOf('delivery-postponed').length, 0);
  assert.deepEqual((await listTroubles(station.layout)).map(({ destination }) => destination), ['day']);

  await day.door.open();
  await makeDelivery(station);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.door.connections, night.got()], [0, 4], 'its delay is not over');
  setClock(station, '2026-11-20T10:01:30+01:00');
  await makeDelivery(station);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [1, 4]);
  assert.deepEqual(await listTroubles(station.layout), []);
  assert.equal(station.eventsOf('destination-back').length, 1);
});

test('when none works it waits for the first that is worth asking, and goes to whichever is back', async (t) => {
  const { station, day, night } = await makeChoiceStation(t);
  setClock(station, MORNING);
  await day.door.shut();
  await night.door.shut();
  const DeliveryId = await makeDelivery(station);
  assert.deepEqual(await forward(station), { postponed: 1 });
  const [postponed] = station.eventsOf('delivery-postponed');
  const waitSeconds = (Date.parse(postponed?.notBefore ?? '') - Date.parse(MORNING)) / 1000;
  assert.ok(waitSeconds >= 60 && waitSeconds < 70, String(waitSeconds));
  assert.deepEqual(await forward(station), {}, 'nothing is due before');

  setClock(station, '2026-11-20T10:02:00+01:00');
  assert.deepEqual(await forward(station), { postponed: 1 });
  await night.door.open();
  setClock(station, '2026-11-20T10:10:00+01:00');
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got(), await stateOf(station, DeliveryId)], [0, 1, 'done']);
});

test('what has begun at one is sent to the next as a whole, and counts where it is whole', async (t) => {
  const broken = new Set<number>([2]);
  const { station, day, night } = await makeChoiceStation(t, {
    dayScript: { respond: (_message, index) => (broken.has(index) ? { Status: 0xa700 } : {}) },
  });
  setClock(station, MORNING);
  const DeliveryId = await makeDelivery(station, 4);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [4, 4]);
  const answers = await findAnswers((await stored(station, DeliveryId)).folder);
  const by = (name: string): number => answers.filter(({ destination }) => destination === name).length;
  assert.deepEqual([by('day'), by('night'), answers.length], [4, 4, 8]);
  assert.deepEqual(await listTroubles(station.layout), [], 'it was that delivery\'s, not the place\'s');
});

test('what has begun at one is finished there when it is back before the next has begun', async (t) => {
  let fails = true;
  const { station, day, night } = await makeChoiceStation(t, {
    dayScript: { respond: (_message, index) => (fails && index === 1 ? { Status: 0xa700 } : {}) },
    night: { when: ['18:00-20:00'] },
  });
  setClock(station, MORNING);
  await makeDelivery(station, 3);
  assert.deepEqual(await forward(station), { postponed: 1 });
  fails = false;
  setClock(station, '2026-11-20T18:30:00+01:00');
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [4, 0], 'only the one that was missing, and nothing at the other');
});

test('one that refuses for good is not asked again, and all refusing fails the delivery with every reason', async (t) => {
  const refuse = { answerContext: () => ({ result: 3, TransferSyntaxUID: '1.2.840.10008.1.2' }) };
  const { station, day, night } = await makeChoiceStation(t, { dayScript: refuse });
  setClock(station, MORNING);
  await makeDelivery(station);
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [0, 1]);

  const both = await makeChoiceStation(t, { dayScript: refuse, nightScript: refuse });
  const DeliveryId = await makeDelivery(both.station);
  assert.deepEqual(await forward(both.station), { failed: 1 });
  const failures = await findJson<Failure[]>((await stored(both.station, DeliveryId)).folder.failures) ?? [];
  assert.deepEqual(failures.map(({ reason }) => reason), ['context-refused', 'context-refused']);
});

test('is patient with one in trouble for as long as it is told to be', async (t) => {
  const { station, day, night } = await makeChoiceStation(t, { choice: { failoverAfterSeconds: 300 } });
  setClock(station, MORNING);
  await day.door.shut();
  await makeDelivery(station);
  assert.deepEqual(await forward(station), { postponed: 1 });
  setClock(station, '2026-11-20T10:02:00+01:00');
  assert.deepEqual(await forward(station), { postponed: 1 });
  assert.equal(night.door.connections, 0);
  setClock(station, '2026-11-20T10:06:00+01:00');
  assert.deepEqual(await forward(station), { done: 1 });
  assert.deepEqual([day.got(), night.got()], [0, 1]);
});

test('a person need not wait for a window, and is told what would have been waited for', async (t) => {
  const { station, day, night } = await makeChoiceStation(t, {
    day: { when: ['08:00-12:00'] }, night: { when: ['13:00-17:00'] },
  });
  setClock(station, EVENING);
  const DeliveryId = await makeDelivery(station);
  const told: string[] = [];
  assert.deepEqual(await forward(station, { only: DeliveryId, sentDespite: (text) => told.push(text) }), { done: 1 });
  assert.deepEqual(told, ['day is closed until 2026-11-21T07:00:00.000Z']);
  assert.deepEqual([day.got(), night.got()], [1, 0]);
  assert.equal((await findRoutes((await stored(station, DeliveryId)).folder))[0]?.despite, 'window');
});

test('gives up when none has worked for as long as the choice says', async (t) => {
  const { station, day, night } = await makeChoiceStation(t, { choice: { retry: { giveUpAfterSeconds: 7200 } } });
  setClock(station, MORNING);
  await day.door.shut();
  await night.door.shut();
  const DeliveryId = await makeDelivery(station);
  for (const time of ['10:00', '10:30', '11:59']) {
    setClock(station, `2026-11-20T${time}:00+01:00`);
    assert.deepEqual(await forward(station), { postponed: 1 }, time);
  }
  setClock(station, '2026-11-20T13:30:00+01:00');
  assert.deepEqual(await forward(station), { failed: 1 });
  const [failure] = await findJson<Failure[]>((await stored(station, DeliveryId)).folder.failures) ?? [];
  assert.equal(failure?.reason, 'delivery-given-up');
});

test('deliveries that change places in one run do not wait for each other', { timeout: 20_000 }, async (t) => {
  const refused = { day: '', night: '' };
  const putOff = (name: keyof typeof refused): Script => ({
    respond: ({ command }) => (command.AffectedSOPInstanceUID === refused[name] ? { Status: 0xa700 } : {}),
  });
  const { station, day, night } = await makeChoiceStation(t, { dayScript: putOff('day'), nightScript: putOff('night') });
  setClock(station, MORNING);
  await day.door.shut();
  const atNight = await makeDelivery(station, 2);
  refused.night = (await stored(station, atNight)).delivery.instances[1]?.SOPInstanceUID ?? '';
  assert.deepEqual(await forward(station), { postponed: 1 });
  assert.equal(night.got(), 2);

  await day.door.open();
  setClock(station, '2026-11-20T10:05:00+01:00');
  const atDay = await makeDelivery(station);
  refused.day = (await stored(station, atDay)).delivery.instances[0]?.SOPInstanceUID ?? '';
  assert.deepEqual(await forward(station), { done: 2 });
  assert.deepEqual([day.got(), night.got()], [3, 4]);
  assert.deepEqual(station.eventsOf('delivery-done').map(({ DeliveryId, at }) => [DeliveryId, at]).sort(), [
    [atNight, 'day'], [atDay, 'night'],
  ].sort());
});
