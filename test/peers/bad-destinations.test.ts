// Destinations that misbehave, each beside one that works: what is kept of every instance, that the rest goes on, that
// nothing which has its final answer is sent again.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { STANDARD_STORAGE_SOP_CLASSES } from '../../src/dicom/standard-sop-classes.ts';
import type { Answer, Delivery } from '../../src/job/delivery.ts';
import type { InstanceToSend } from '../../src/network/store-scu.ts';
import { findAnswers, findDelivery, findDeliveryState } from '../../src/spool/delivery-store.ts';
import { CT_IMAGE_STORAGE, makeInstance, makeInstances, type KnownInstance } from '../network/instances.ts';
import { makeDueDeliveries } from '../rig/due-delivery.ts';
import { requirePeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, startTcpServer, type Script, type ScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { SOPInstanceUIDsOf } from './relay-station.ts';
import { until } from './ticks.ts';

const STUDY = '1.2.826.0.1.3680043.10.2';

interface Beside {
  readonly station: TestStation;
  readonly bad: Delivery;
  readonly good: Delivery;
  /** The destination that works. */
  readonly works: ScriptedScp;
}

/** A station with a due delivery to a bad destination, and one of the same instances to a good one. */
async function makeBeside(
  t: TestContext, instances: readonly InstanceToSend[], PORT: number, more: Readonly<Record<string, unknown>> = {},
): Promise<Beside> {
  const works = await startScriptedScp(t);
  const at = (name: string, port: number) => ({ name, AETitle: name, IP: '127.0.0.1', PORT: port });
  const retry = { firstSeconds: 1, multiplier: 1, maxSeconds: 1 };
  const station = await makeStation(t, {
    config: { Streams: [{ name: 'Relay', trigger: {}, destination: [
      { ...at('BAD', PORT), retry, ...more }, at('GOOD', works.port),
    ] }] },
  });
  const [bad, good] = await makeDueDeliveries(station, ['BAD', 'GOOD'], instances, STUDY);
  assert.ok(bad !== undefined && good !== undefined);
  return { station, bad, good, works };
}

async function forward(station: TestStation): Promise<number | null> {
  const { status, stdout } = await station.dts(['forward']);
  assert.equal(stdout, '');
  return status;
}

async function stateOf(station: TestStation, { DeliveryId }: Delivery): Promise<string | undefined> {
  return findDeliveryState(station.layout, DeliveryId);
}

/** What answers.jsonl holds: a status, or the reason why there is none. */
async function answersOf(station: TestStation, delivery: Delivery): Promise<Map<string, number | string>> {
  const state = await findDeliveryState(station.layout, delivery.DeliveryId);
  const stored = await findDelivery(station.layout, state ?? 'pending', delivery.DeliveryId);
  const answers: Answer[] = stored === undefined ? [] : await findAnswers(stored.folder);
  return new Map(answers.map((answer) => [answer.SOPInstanceUID, 'status' in answer ? answer.status : answer.failure.reason]));
}

async function forwardUntilEnded(station: TestStation, delivery: Delivery): Promise<void> {
  await until('the end of the delivery', async () => {
    await forward(station);
    return await stateOf(station, delivery) !== 'pending';
  });
}

function uidsOf(instances: readonly InstanceToSend[]): string[] {
  return instances.map(({ SOPInstanceUID }) => SOPInstanceUID);
}

test('statuses by turn: each is kept, what is final is sent once, what may pass again, and only that', async (t) => {
  const turns = [0xa700, 0xa900, 0xb000, 0xc000, 0x0000];
  const pacs = await startScriptedScp(t, { respond: (_message, index) => ({ Status: turns[index] ?? 0 }) });
  const instances = await makeInstances(await temporaryFolder(t), turns.length);
  const { station, bad, good, works } = await makeBeside(t, instances, pacs.port);
  assert.equal(await forward(station), 75);
  assert.deepEqual([...(await answersOf(station, bad)).values()], turns);
  assert.equal(await stateOf(station, good), 'done');

  await forwardUntilEnded(station, bad);
  const [lacking, ...others] = uidsOf(instances);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages), [lacking, ...others, lacking]);
  assert.deepEqual([...(await answersOf(station, bad)).values()], [0x0000, ...turns.slice(1)]);
  assert.equal(await stateOf(station, bad), 'failed', 'two are refused for good');
  assert.equal(works.messages.length, turns.length);
});

test('statuses of the destination say otherwise', async (t) => {
  const turns = [0xc000, 0x0110, 0x0111, 0xa700];
  const pacs = await startScriptedScp(t, { respond: (_message, index) => ({ Status: turns[index] ?? 0 }) });
  const instances = await makeInstances(await temporaryFolder(t), turns.length);
  const { station, bad } = await makeBeside(t, instances, pacs.port, {
    statuses: { C0xx: 'retry', '0110': 'fail', '0111': 'fail', A7xx: 'stored' },
  });
  await forwardUntilEnded(station, bad);
  const [first, ...others] = uidsOf(instances);
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages), [first, ...others, first]);
  const { stdout } = await station.dts(['deliveries', 'show', bad.DeliveryId]);
  assert.equal(stdout.match(/^ {2}failed /gm)?.length, 2, stdout);
});

test('storescp --refuse keeps the delivery, whole, and the other destination gets its own', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const pacs = await startStorescp(t, { args: ['--refuse'] });
  const { station, bad, good } = await makeBeside(t, await makeInstances(await temporaryFolder(t), 2), pacs.port);
  await forward(station);
  assert.notEqual(await stateOf(station, bad), 'done');
  assert.equal((await answersOf(station, bad)).size, 0);
  assert.equal(await stateOf(station, good), 'done');
});

for (const [option, aborting] of [['--abort-after', 'after'], ['--abort-during', 'during']] as const) {
  test(`storescp that aborts ${aborting} each instance: nothing counts as stored that it has not answered`, async (t) => {
    if (!requirePeer(t, 'storescp')) return;
    const pacs = await startStorescp(t, { args: [option] });
    const { station, bad, good } = await makeBeside(t, await makeInstances(await temporaryFolder(t), 3), pacs.port);
    assert.equal(await forward(station), 75);
    for (const status of (await answersOf(station, bad)).values()) assert.equal(status, 0);
    assert.equal(await stateOf(station, bad), 'pending');
    assert.equal(await stateOf(station, good), 'done');
  });
}

test('a destination that falls silent after some instances holds up nobody, and is resumed behind what it answered', async (t) => {
  let isSilent = true;
  const pacs = await startScriptedScp(t, { respond: (_message, index) => (isSilent && index >= 2 ? undefined : {}) });
  const instances = await makeInstances(await temporaryFolder(t), 5);
  const { station, bad, good } = await makeBeside(t, instances, pacs.port);
  const sending = station.start(t, ['forward']);
  await until('the silence', () => pacs.messages.length === 3);
  await until('the other delivery', async () => await stateOf(station, good) === 'done');
  assert.deepEqual([...(await answersOf(station, bad)).keys()], uidsOf(instances).slice(0, 2));
  sending.kill('SIGTERM');
  const [status] = await once(sending, 'close');
  assert.equal(status, 143);
  isSilent = false;
  await forwardUntilEnded(station, bad);
  assert.equal(await stateOf(station, bad), 'done');
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages), uidsOf(instances).toSpliced(3, 0, uidsOf(instances)[2] ?? ''));
});

test('a destination that takes the connection and says nothing is left at once when the run is to end', async (t) => {
  let connected = 0;
  const silent = await startTcpServer(t, () => { connected += 1; });
  const { station, bad, good } = await makeBeside(t, await makeInstances(await temporaryFolder(t), 2), silent.port);
  const sending = station.start(t, ['forward']);
  await until('a connection', () => connected === 1);
  await until('the other delivery', async () => await stateOf(station, good) === 'done');
  sending.kill('SIGTERM');
  assert.deepEqual(await once(sending, 'close'), [143, null]);
  assert.equal(await stateOf(station, bad), 'pending');
  assert.equal((await answersOf(station, bad)).size, 0);
});

test('a destination that accepts no context gets nothing, and each instance says why', async (t) => {
  const pacs = await startScriptedScp(t, { answerContext: () => ({ result: 3, TransferSyntaxUID: '' }) });
  const instances = await makeInstances(await temporaryFolder(t), 2);
  const { station, bad, good } = await makeBeside(t, instances, pacs.port);
  assert.equal(await forward(station), 76);
  assert.deepEqual([...(await answersOf(station, bad)).values()], ['context-refused', 'context-refused']);
  assert.deepEqual(pacs.messages, []);
  assert.deepEqual([await stateOf(station, bad), await stateOf(station, good)], ['failed', 'done']);
});

/** Each of another SOP Class by its file meta information, which is all that is looked at. */
async function makeManyClasses(t: TestContext, count: number): Promise<InstanceToSend[]> {
  const folder = await temporaryFolder(t);
  const classes = STANDARD_STORAGE_SOP_CLASSES.slice(0, count);
  return Promise.all(classes.map(async ([SOPClassUID], index) => ({ ...await makeInstance(folder, index + 1), SOPClassUID })));
}

test('a destination that accepts only some contexts gets those instances, and only they count', async (t) => {
  const pacs = await startScriptedScp(t, {
    answerContext: ({ SOPClassUID, TransferSyntaxUIDs: [TransferSyntaxUID = ''] }) => {
      return { result: SOPClassUID === CT_IMAGE_STORAGE ? 0 : 3, TransferSyntaxUID };
    },
  });
  const folder = await temporaryFolder(t);
  const [first, second] = await makeInstances(folder, 2);
  assert.ok(first !== undefined && second !== undefined);
  const { station, bad } = await makeBeside(t, [{ ...first, SOPClassUID: '1.2.840.10008.5.1.4.1.1.4' }, second], pacs.port);
  assert.equal(await forward(station), 76);
  assert.deepEqual(Object.fromEntries(await answersOf(station, bad)),
    { [first.SOPInstanceUID]: 'context-refused', [second.SOPInstanceUID]: 0 });
});

test('a delivery of more SOP Classes than an association has contexts goes on several, each instance once', async (t) => {
  const pacs = await startScriptedScp(t);
  const instances = await makeManyClasses(t, 150);
  const { station, bad } = await makeBeside(t, instances, pacs.port);
  assert.equal(await forward(station), 0);
  assert.ok(pacs.associations.length >= 2);
  assert.ok(pacs.associations.every((proposals) => proposals.length <= 128));
  assert.deepEqual(SOPInstanceUIDsOf(pacs.messages).sort(), uidsOf(instances).sort());
  assert.equal(await stateOf(station, bad), 'done');
});

async function datasetOf({ file, datasetOffset }: KnownInstance): Promise<Buffer> {
  return (await readFile(file)).subarray(datasetOffset);
}

for (const maximumPDULength of [4096, 8, 0, 0xffffffff]) {
  test(`a destination that announces PDUs of ${maximumPDULength} bytes gets every byte in PDUs that fit`, async (t) => {
    const pacs = await startScriptedScp(t, { maximumPDULength });
    const instance = await makeInstance(await temporaryFolder(t), 1, maximumPDULength === 8 ? 512 : 600_000);
    const { station } = await makeBeside(t, [instance], pacs.port);
    assert.equal(await forward(station), 0);
    assert.ok(pacs.messages[0]?.dataset.equals(await datasetOf(instance)));
    assert.ok(pacs.longestPDU() <= (maximumPDULength === 0 ? 131_072 : Math.min(maximumPDULength, 131_072)), `${pacs.longestPDU()}`);
  });
}

const FOR_NOW: { readonly [What: string]: Script } = {
  'announces PDUs that hold nothing': { maximumPDULength: 6 },
  'answers another message than was sent': { respond: () => ({ MessageIDBeingRespondedTo: 4711 }) },
  'answers without a status': { respond: () => ({ Status: undefined }) },
};

for (const [what, script] of Object.entries(FOR_NOW)) {
  test(`a destination that ${what} is tried again, and the other one gets its own`, async (t) => {
    const pacs = await startScriptedScp(t, script);
    const { station, bad, good } = await makeBeside(t, await makeInstances(await temporaryFolder(t), 2), pacs.port);
    assert.equal(await forward(station), 75);
    assert.equal((await answersOf(station, bad)).size, 0);
    assert.deepEqual([await stateOf(station, bad), await stateOf(station, good)], ['pending', 'done']);
  });
}
