// What leaves for destinations that want it changed, and what is left of that on disk.

import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { test, type TestContext } from 'node:test';
import { loadConfiguration } from '../../../src/config/load.ts';
import { HeaderReader } from '../../../src/dicom/header-reader.ts';
import type { Header } from '../../../src/dicom/header.ts';
import { changeDelivery } from '../../../src/flow/delivery/change-delivery.ts';
import { deliverDue } from '../../../src/flow/delivery/deliver.ts';
import { prepareInstances } from '../../../src/flow/prepare/prepare.ts';
import type { ReportLine } from '../../../src/flow/prepare/report.ts';
import { DELIVERY_STATES } from '../../../src/job/delivery-state.ts';
import { findDelivery, listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import type { DeliveryFolder } from '../../../src/spool/layout.ts';
import { exists, findJsonLines, listDirectory } from '../../../src/spool/read.ts';
import { hashOf, hashOfDataset } from '../../crash/studies.ts';
import { startScriptedScp, type ReceivedMessage, type Script, type ScriptedScp } from '../../rig/scripted-scp.ts';
import { CT, makeFlowStation, SERIES, type FlowStation } from '../flow-station.ts';

const SET = { type: 'set', element: 'InstitutionName', value: 'Here' };

interface Made {
  readonly station: FlowStation;
  readonly scp: ScriptedScp;
}

/** A relay of a study of so many instances to one SCP, up to its deliveries, one for each list of steps. */
async function makeDue(
  t: TestContext, morphs: readonly (readonly object[])[],
  { instances = 2, script = {} as Script, giveUpAfterSeconds = 0 } = {},
): Promise<Made> {
  const scp = await startScriptedScp(t, script);
  const station = await makeFlowStation(t, { config: configOf(morphs, scp.port, giveUpAfterSeconds) });
  const descriptions = Array.from({ length: instances }, (_, index) => index + 1);
  for (const InstanceNumber of descriptions.slice(1)) {
    await station.archive(
      { SOPInstanceUID: `${SERIES}.${InstanceNumber}`, InstanceNumber, PatientComments: `comment ${InstanceNumber}` });
  }
  const [JobId = ''] = await station.arrive();
  await station.advance(JobId, ['pending', 'validated']);
  return { station, scp };
}

function configOf(
  morphs: readonly (readonly object[])[], port: number, giveUpAfterSeconds = 0,
): Record<string, unknown> {
  const destination = morphs.map((morph, index) => ({
    name: `to ${index + 1}`, AETitle: `PACS${index + 1}`, IP: '127.0.0.1', PORT: port, morph,
    retry: { firstSeconds: 1, giveUpAfterSeconds },
  }));
  return { Streams: [{ name: 'Relay', trigger: {}, destination }] };
}

async function theFolder({ layout }: FlowStation): Promise<DeliveryFolder> {
  for (const state of DELIVERY_STATES) {
    const [DeliveryId] = await listDeliveryIds(layout, state);
    if (DeliveryId !== undefined) return layout.deliveryFolder(state, DeliveryId);
  }
  throw new Error('there is no delivery');
}

/** Its station with other steps configured for the one destination. */
async function reconfigured(station: FlowStation, morph: readonly object[], port: number): Promise<FlowStation> {
  const file = `${station.configuration.directory}/config.json`;
  const config = { ...JSON.parse(await readFile(file, 'utf8')) as object, ...configOf([morph], port) };
  await writeFile(file, JSON.stringify(config));
  const loaded = await loadConfiguration(station.configuration.directory);
  assert.ok('configuration' in loaded);
  return Object.assign(
    Object.create(Object.getPrototypeOf(station) as object), station,
    { configuration: loaded.configuration }) as FlowStation;
}

function headerOf({ dataset }: ReceivedMessage): Header {
  const reader = new HeaderReader('1.2.840.10008.1.2.1');
  reader.push(dataset);
  reader.finish();
  return reader.header;
}

const namesAt = (messages: readonly ReceivedMessage[]) => messages.map(
  (message) => headerOf(message).text('InstitutionName'));

test('a destination gets changed copies, another one the bytes as they came, and the originals stay', async (t) => {
  const { station, scp } = await makeDue(t, [[], [SET, { type: 'remove', element: 'PatientComments' }]]);
  const original = await hashOfDataset(station.layout.archivedInstance('1.2.3', `${SERIES}.2`));
  assert.deepEqual(await deliverDue(station), { done: 2, confirming: 0, postponed: 0, held: 0, failed: 0, stuck: 0 });
  const changed = scp.messages.filter((message) => headerOf(message).text('InstitutionName') === 'Here');
  const untouched = scp.messages.filter((message) => !changed.includes(message));
  assert.deepEqual([changed.length, untouched.length], [2, 2]);
  assert.ok(changed.every((message) => !headerOf(message).has('PatientComments')));
  assert.ok(untouched.some(({ dataset }) => hashOf(dataset) === original));
  assert.equal(await hashOfDataset(station.layout.archivedInstance('1.2.3', `${SERIES}.2`)), original);
});

test('when a delivery is done the copies go, and the report stays, without any value', async (t) => {
  const { station } = await makeDue(
    t, [[SET, { type: 'set', element: 'PatientComments', value: 'new', when: { InstanceNumber: '2' } }]]);
  await deliverDue(station);
  const folder = await theFolder(station);
  const report = await findJsonLines<ReportLine>(folder.prepared('to 1').report);
  assert.deepEqual(report, [
    { SOPInstanceUID: `${SERIES}.1`, leavesAs: { SOPInstanceUID: `${SERIES}.1`, SOPClassUID: CT },
      changes: [{ by: 'step 1', element: 'InstitutionName', action: 'added' }] },
    { SOPInstanceUID: `${SERIES}.2`, leavesAs: { SOPInstanceUID: `${SERIES}.2`, SOPClassUID: CT },
      changes: [{ by: 'step 1', element: 'InstitutionName', action: 'added' },
        { by: 'step 2', element: 'PatientComments', action: 'changed' }] },
  ]);
  assert.equal(await exists(folder.prepared('to 1').instances), false);
  assert.deepEqual(await listDirectory(folder.preparing), []);
  const [event] = station.eventsOf('delivery-prepared');
  assert.deepEqual([event?.changed, event?.unchanged, event?.unfit], [2, 0, 0]);
});

test('an instance in which nothing is to be changed leaves as it lies, without a copy', async (t) => {
  const { station, scp } = await makeDue(
    t, [[{ ...SET, when: { InstanceNumber: '2' } }]], { script: { respond: () => ({ Status: 0xa700 }) } });
  await deliverDue(station);
  assert.deepEqual(namesAt(scp.messages), [undefined, 'Here']);
  const folder = await theFolder(station);
  assert.deepEqual(await listDirectory(folder.prepared('to 1').instances), [`${SERIES}.2.dcm`]);
  const [event] = station.eventsOf('delivery-prepared');
  assert.deepEqual([event?.changed, event?.unchanged], [1, 1]);
});

test('an instance that cannot be changed fails with its step, and the others leave', async (t) => {
  const set = { type: 'set', element: 'StudyID' };
  const { station, scp } = await makeDue(t, [[
    { ...set, value: '{PatientComments}', when: { PatientComments: '?*' } },
    { ...set, value: 'too long for an SH: {SeriesNumber}', when: { InstanceNumber: '3' } },
  ]], { instances: 3 });
  await deliverDue(station);
  assert.equal(scp.messages.length, 2);
  const [failed] = station.eventsOf('delivery-failed');
  assert.deepEqual(failed?.failures, [{
    reason: 'morph-impossible', SOPInstanceUID: `${SERIES}.3`, destination: 'to 1', step: 2, element: 'StudyID',
    text: 'has 21 characters, and VR SH takes 16',
  }]);
});

test('instances that would leave under one UID do not leave', async (t) => {
  const step = { type: 'set', element: 'SOPInstanceUID', value: '{StudyInstanceUID}.9', uids: 'allow' };
  const { station, scp } = await makeDue(t, [[{ ...step, when: { PatientComments: 'comment ?' } }]], { instances: 3 });
  await deliverDue(station);
  assert.deepEqual(scp.messages.map(({ command }) => command.AffectedSOPInstanceUID), [`${SERIES}.1`]);
  const [failed] = station.eventsOf('delivery-failed');
  assert.deepEqual(failed?.failures.map(({ reason }) => reason), ['prepared-same-instance', 'prepared-same-instance']);
});

test('an instance that leaves under another UID is answered for under its own, and sent once', async (t) => {
  const step = { type: 'set', element: 'SOPInstanceUID', value: '{SOPInstanceUID}.9', uids: 'allow' };
  let answers = 0;
  const script: Script = { respond: () => ({ Status: (answers += 1) === 1 ? 0 : 0xa700 }) };
  const { station, scp } = await makeDue(t, [[step]], { script });
  await deliverDue(station, { only: (await listDeliveryIds(station.layout, 'pending'))[0] ?? '' });
  const { answers: file } = await theFolder(station);
  const answered = await findJsonLines<{ SOPInstanceUID: string }>(file);
  assert.deepEqual(answered.map(({ SOPInstanceUID }) => SOPInstanceUID), [`${SERIES}.1`, `${SERIES}.2`]);
  assert.deepEqual(
    scp.messages.map(({ command, dataset: _ }) => command.AffectedSOPInstanceUID), [`${SERIES}.1.9`, `${SERIES}.2.9`]);
});

test('a person who has a delivery tried again gets what is configured by then', async (t) => {
  let isChoosy = true;
  const { station, scp } = await makeDue(
    t, [[SET]], { script: { respond: () => ({ Status: isChoosy ? 0xa900 : 0 }) } });
  const [DeliveryId = ''] = await listDeliveryIds(station.layout, 'pending');
  assert.equal((await deliverDue(station)).failed, 1);
  isChoosy = false;
  const mended = await reconfigured(station, [{ ...SET, value: 'There' }], scp.port);
  await changeDelivery(mended, DeliveryId, 'retry');
  assert.equal((await deliverDue(mended)).done, 1);
  assert.deepEqual(namesAt(scp.messages), ['Here', 'Here', 'There', 'There']);
});

test('a later try sends what an earlier one has prepared, whatever is configured meanwhile', async (t) => {
  let isUp = false;
  const script: Script = { respond: () => ({ Status: isUp ? 0 : 0xa700 }) };
  const { station, scp } = await makeDue(t, [[SET]], { script, giveUpAfterSeconds: 3600 });
  const [DeliveryId = ''] = await listDeliveryIds(station.layout, 'pending');
  assert.equal((await deliverDue(station)).postponed, 1);
  const other = await reconfigured(station, [{ ...SET, value: 'There' }], scp.port);
  isUp = true;
  assert.equal((await deliverDue(other, { only: DeliveryId })).done, 1);
  assert.deepEqual(namesAt(scp.messages), ['Here', 'Here', 'Here', 'Here']);
  assert.equal(station.eventsOf('delivery-prepared').length, 1);
});

test('a folder that a cut-off run left is swept, and what lies in it never leaves', async (t) => {
  const { station, scp } = await makeDue(t, [[SET]]);
  const folder = await theFolder(station);
  const left = folder.preparedBeingMade('1-cut');
  await mkdir(left.instances, { recursive: true });
  await writeFile(left.instance(`${SERIES}.1`), 'half a file');
  await deliverDue(station);
  assert.deepEqual(namesAt(scp.messages), ['Here', 'Here']);
  assert.deepEqual((await readdir((await theFolder(station)).path)).includes('preparing'), false);
});

test('who wants an end gets it while copies are made, and nothing of them is left', async (t) => {
  const { station, scp } = await makeDue(t, [[SET]], { instances: 20 });
  const [DeliveryId = ''] = await listDeliveryIds(station.layout, 'pending');
  const stored = await findDelivery(station.layout, 'pending', DeliveryId);
  assert.ok(stored !== undefined);
  const [destination] = station.configuration.destinations;
  const prepared = await prepareInstances(
    station, stored, destination!, stored.delivery.instances, AbortSignal.abort());
  assert.deepEqual(prepared, { stopped: true });
  assert.deepEqual((await readdir(stored.folder.path)).sort(), ['delivery.json', 'instances']);
  assert.equal(scp.messages.length, 0);
});
