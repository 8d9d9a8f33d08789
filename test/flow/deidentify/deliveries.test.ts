// De-identification on the way out and the way back, through deliveries: what a destination receives, what is held, and
// what comes back into the archive.

import assert from 'node:assert/strict';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Header } from '../../../src/dicom/header.ts';
import { HeaderReader } from '../../../src/dicom/header-reader.ts';
import type { Dataset } from '../../../src/dicom/write.ts';
import { changeDelivery } from '../../../src/flow/delivery/change-delivery.ts';
import { deliverDue } from '../../../src/flow/delivery/deliver.ts';
import { sendByHand } from '../../../src/flow/delivery/send-by-hand.ts';
import { listDeliveryIds } from '../../../src/spool/delivery-store.ts';
import { listDirectory } from '../../../src/spool/read.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { startScriptedScp, type Script, type ScriptedScp } from '../../rig/scripted-scp.ts';
import { makeFlowStation, SERIES, STUDY, type FlowStation } from '../flow-station.ts';

interface Made {
  readonly station: FlowStation;
  readonly scp: ScriptedScp;
}

const PROVIDER = { name: 'provider', AETitle: 'PROVIDER', IP: '127.0.0.1', deidentify: 'research', retry: { firstSeconds: 1 } };

/** A relay of a study to a provider that must not know whose it is, up to its delivery. */
async function makeDue(
  t: TestContext, profile: object, datasets: readonly Dataset[] = [{}],
  { script = {}, alsoTo = [], key = '', destination = {} }:
  { script?: Script; alsoTo?: readonly object[]; key?: string; destination?: object } = {},
): Promise<Made> {
  const scp = await startScriptedScp(t, script);
  const keyFile = key === '' ? join(await temporaryFolder(t), 'key') : key;
  if (key === '') await writeFile(keyFile, 'a key that is long enough', { mode: 0o600 });
  const station = await makeFlowStation(t, { config: {
    deidentification: { key: { file: keyFile }, profiles: { research: profile } },
    Streams: [{ name: 'Relay', trigger: {}, destination: [{ ...PROVIDER, ...destination, PORT: scp.port }, ...alsoTo] }],
  } });
  for (const [index, dataset] of datasets.entries()) {
    await station.archive({ SOPInstanceUID: `${SERIES}.${index + 1}`, InstanceNumber: index + 1, ...dataset });
  }
  const [JobId = ''] = await arrive(station, datasets[0]);
  await station.advance(JobId, ['pending', 'validated']);
  return { station, scp };
}

/** Marks the study that lies in the archive and scans it. */
async function arrive(station: FlowStation, dataset: Dataset = {}): Promise<string[]> {
  const { StudyInstanceUID = STUDY } = dataset;
  await station.mark({ StudyInstanceUID: String(StudyInstanceUID) });
  await station.scan();
  return listDirectory(station.layout.jobsIn('pending'));
}

function received({ messages }: ScriptedScp): Header[] {
  return messages.map(({ dataset }) => {
    const reader = new HeaderReader('1.2.840.10008.1.2.1');
    reader.push(dataset);
    reader.finish();
    return reader.header;
  });
}

const US = '1.2.840.10008.5.1.4.1.1.6.1';

async function theDelivery({ layout }: FlowStation, state: 'pending' | 'held' | 'done' | 'failed'): Promise<string> {
  const [DeliveryId] = await listDeliveryIds(layout, state);
  assert.ok(DeliveryId !== undefined, `none is ${state}`);
  return DeliveryId;
}

test('a destination with a profile receives instances of nobody, one without them as they are', async (t) => {
  const plain = await startScriptedScp(t);
  const pacs = { name: 'pacs', AETitle: 'PACS', IP: '127.0.0.1', PORT: plain.port };
  const { station, scp } = await makeDue(t, {}, [{}, {}], { alsoTo: [pacs] });
  await deliverDue(station);
  assert.deepEqual(received(plain).map((header) => header.text('PatientID')), ['P1', 'P1']);
  const headers = received(scp);
  assert.equal(headers.length, 2);
  for (const header of headers) {
    assert.match(header.text('PatientID') ?? '', /^P[2-9B-Z]{12}$/);
    assert.equal(header.text('AccessionNumber'), undefined);
    assert.match(header.text('SOPInstanceUID') ?? '', /^2\.25\./);
    assert.equal(header.text('PatientIdentityRemoved'), 'YES');
  }
  const uids = scp.messages.map(({ command }) => command.AffectedSOPInstanceUID);
  assert.deepEqual(uids, headers.map((header) => header.text('SOPInstanceUID')));
  assert.doesNotMatch(JSON.stringify(scp.messages.map(({ dataset }) => dataset.toString('latin1'))), /Doe|Jane/);
});

test('what may show its patient is held with its instances named; a person who has looked lets it go', async (t) => {
  const { station, scp } = await makeDue(t, {}, [{ SOPClassUID: US }, {}, { SOPClassUID: US }]);
  assert.equal((await deliverDue(station)).held, 1);
  assert.equal(scp.messages.length, 0);
  const [event] = station.eventsOf('delivery-held');
  assert.deepEqual(event?.failure, {
    reason: 'burnt-in-held', profile: 'research', kinds: ['ultrasound'], instances: [`${SERIES}.1`, `${SERIES}.3`],
  });
  const DeliveryId = await theDelivery(station, 'held');
  assert.deepEqual(await changeDelivery(station, DeliveryId, 'release', { by: 'anna' }), { moved: 'pending' });
  assert.equal((await deliverDue(station)).done, 1);
  assert.equal(scp.messages.length, 3);
  const held = JSON.parse(await readFile(station.layout.deliveryFolder('done', DeliveryId).held, 'utf8'));
  assert.deepEqual([held.releasedBy, held.failure.reason], ['anna', 'burnt-in-held']);
});

test('what a profile leaves out does not go, and its delivery is done; what it refuses fails it', async (t) => {
  const left = await makeDue(t, { burntIn: { ultrasound: 'leave-out' } }, [{ SOPClassUID: US }, {}]);
  assert.equal((await deliverDue(left.station)).done, 1);
  assert.equal(left.scp.messages.length, 1);
  const refused = await makeDue(t, { burntIn: 'refuse' }, [{ SOPClassUID: US }, {}]);
  assert.equal((await deliverDue(refused.station)).failed, 1);
  assert.equal(refused.scp.messages.length, 1);
  const [event] = refused.station.eventsOf('delivery-failed');
  assert.deepEqual(event?.failures, [{ reason: 'burnt-in-refused', SOPInstanceUID: `${SERIES}.1`, kind: 'ultrasound' }]);
});

test('without its key nothing leaves: the delivery is held, and goes on when the key is back', async (t) => {
  const keyFile = join(await temporaryFolder(t), 'key');
  const { station, scp } = await makeDue(t, {}, [{}], { key: keyFile });
  assert.equal((await deliverDue(station)).held, 1);
  assert.equal(scp.messages.length, 0);
  assert.equal(station.eventsOf('delivery-held')[0]?.failure.reason, 'profile-unusable');
  await writeFile(keyFile, 'a key that is long enough', { mode: 0o600 });
  await changeDelivery(station, await theDelivery(station, 'held'), 'release');
  assert.equal((await deliverDue(station)).done, 1);
  assert.equal(scp.messages.length, 1);
});

test('a patient whom the site\'s table does not list is held until it does', async (t) => {
  const table = join(await temporaryFolder(t), 'subjects.csv');
  await writeFile(table, 'PatientID,pseudonym,name\nP2,S-002\n');
  const { station, scp } = await makeDue(t, { patientID: { table } });
  assert.equal((await deliverDue(station)).held, 1);
  assert.equal(station.eventsOf('delivery-held')[0]?.failure.reason, 'patient-unlisted');
  await writeFile(table, 'PatientID,pseudonym,name\nP2,S-002\nP1,S-001,"Subject, One"\n');
  await changeDelivery(station, await theDelivery(station, 'held'), 'release');
  await deliverDue(station);
  assert.deepEqual(received(scp).map((header) => [header.text('PatientID'), header.text('PatientName')]), [['S-001', 'Subject, One']]);
});

test('a result of a de-identified study comes back to its patient, its study and its instances', async (t) => {
  const { station, scp } = await makeDue(t, { wayBack: true }, [{ PatientName: 'Ærø^Åse', StudyDescription: 'MR head' }, {}]);
  let keptBefore = -1;
  station.events.write = ((write) => (event) => {
    if (event.event === 'delivery-prepared') keptBefore = scp.messages.length;
    write(event);
  })(station.events.write);
  await deliverDue(station);
  assert.equal(keptBefore, 0);
  const [sent] = received(scp);
  assert.ok(sent !== undefined);
  const folder = station.layout.pseudonymsOfStudy('research', sent.text('StudyInstanceUID') ?? '');
  const [kept = ''] = await readdir(folder);
  assert.equal((await stat(join(folder, kept))).mode & 0o777, 0o600);
  assert.doesNotMatch((await readFile(join(folder, kept))).toString('latin1'), /P1|Doe|1\.2\.3/);

  const pacs = await startScriptedScp(t);
  const home = await backAt(t, station, pacs);
  const result = {
    StudyInstanceUID: sent.text('StudyInstanceUID'), PatientID: sent.text('PatientID'), PatientName: sent.text('PatientName'),
    SeriesInstanceUID: '1.2.9.1', SOPInstanceUID: '1.2.9.1.1', Modality: 'SR', StudyDate: '', AccessionNumber: '',
    PatientIdentityRemoved: 'YES', SeriesDescription: 'Findings',
    ReferencedSOPSequence: [{ ReferencedSOPClassUID: sent.text('SOPClassUID'), ReferencedSOPInstanceUID: sent.text('SOPInstanceUID') }],
  };
  await home.archive(result);
  const [JobId = ''] = await arrive(home, result);
  await home.advance(JobId, ['pending', 'validated']);
  assert.equal((await deliverDue(home)).done, 1, JSON.stringify(home.happened));
  const [back] = received(pacs);
  const texts = (['PatientName', 'PatientID', 'StudyInstanceUID', 'StudyDate', 'AccessionNumber', 'SeriesInstanceUID',
    'SOPInstanceUID', 'SeriesDescription', 'PatientIdentityRemoved'] as const).map((keyword) => back?.text(keyword));
  assert.deepEqual(texts, ['Ærø^Åse', 'P1', STUDY, '20261120', 'A1', '1.2.9.1', '1.2.9.1.1', 'Findings', undefined]);
  assert.ok(pacs.messages[0]?.dataset.includes(`${SERIES}.1`));
  assert.ok(!pacs.messages[0]?.dataset.includes('2.25.'));
});

test('patients whose studies have one UID by mistake are not taken for each other on the way back', async (t) => {
  const patients = [
    { PatientID: 'P1', PatientName: 'Doe^Jane', AccessionNumber: 'A1', PatientBirthDate: '19500101' },
    { PatientID: 'P9', PatientName: 'Roe^Mary', AccessionNumber: undefined },
  ];
  const { station, scp } = await makeDue(t, { wayBack: true }, patients);
  await deliverDue(station);
  const pacs = await startScriptedScp(t);
  const home = await backAt(t, station, pacs);
  for (const [index, sent] of received(scp).entries()) {
    const result = {
      StudyInstanceUID: sent.text('StudyInstanceUID'), PatientID: sent.text('PatientID'), SeriesInstanceUID: '1.2.9.1',
      SOPInstanceUID: `1.2.9.1.${sent.text('InstanceNumber')}`, InstanceNumber: index + 1, Modality: 'SR',
    };
    await home.archive(result);
    await home.mark({ StudyInstanceUID: String(result.StudyInstanceUID) });
  }
  await home.scan();
  for (const JobId of await listDirectory(home.layout.jobsIn('pending'))) await home.advance(JobId, ['pending', 'validated']);
  assert.equal((await deliverDue(home)).done, 1, JSON.stringify(home.happened));
  const back = received(pacs).map((header) => (['SOPInstanceUID', 'PatientID', 'PatientName', 'AccessionNumber', 'PatientBirthDate'] as const)
    .map((keyword) => header.text(keyword)));
  assert.deepEqual(back.sort(), [
    ['1.2.9.1.1', 'P1', 'Doe^Jane', 'A1', '19500101'], ['1.2.9.1.2', 'P9', 'Roe^Mary', undefined, undefined],
  ]);
});

test('what is kept of a study and cannot be read fails its results, and nothing of them is delivered', async (t) => {
  const { station, scp } = await makeDue(t, { wayBack: true });
  await deliverDue(station);
  const [sent] = received(scp);
  const pacs = await startScriptedScp(t);
  const home = await backAt(t, station, pacs);
  const folder = home.layout.pseudonymsOfStudy('research', sent?.text('StudyInstanceUID') ?? '');
  for (const name of await readdir(folder)) await writeFile(join(folder, name), 'damaged');
  await arriveBack(home, sent, '1.2.9.1.1');
  assert.equal((await deliverDue(home)).failed, 1);
  assert.equal(pacs.messages.length, 0);
  assert.equal(home.eventsOf('delivery-failed')[0]?.failures[0]?.reason, 'file-damaged');
});

test('an instance that left and comes back under its own UID does not take the place of the original', async (t) => {
  const { station, scp } = await makeDue(t, { wayBack: true });
  await deliverDue(station);
  const [sent] = received(scp);
  const pacs = await startScriptedScp(t);
  const home = await backAt(t, station, pacs);
  await arriveBack(home, sent, sent?.text('SOPInstanceUID') ?? '');
  assert.equal((await deliverDue(home)).failed, 1);
  assert.equal(pacs.messages.length, 0);
  assert.equal(home.eventsOf('delivery-failed')[0]?.failures[0]?.reason, 'not-reidentified');
});

/** A result for a study that was sent. */
async function arriveBack(home: FlowStation, sent: Header | undefined, SOPInstanceUID: string): Promise<void> {
  const [StudyInstanceUID, PatientID] = [sent?.text('StudyInstanceUID'), sent?.text('PatientID')];
  const result = { StudyInstanceUID, PatientID, SeriesInstanceUID: '1.2.9.1', SOPInstanceUID };
  await home.archive(result);
  const [JobId = ''] = await arrive(home, result);
  await home.advance(JobId, ['pending', 'validated']);
}

test('a result of a study that never left is held, and nothing of it is delivered', async (t) => {
  const { station } = await makeDue(t, { wayBack: true });
  await deliverDue(station);
  const pacs = await startScriptedScp(t);
  const home = await backAt(t, station, pacs);
  const result = { StudyInstanceUID: '2.25.4711', PatientID: 'PXXXXXXXXXXXX', SeriesInstanceUID: '2.25.1', SOPInstanceUID: '2.25.2' };
  await home.archive(result);
  const [JobId = ''] = await arrive(home, result);
  await home.advance(JobId, ['pending', 'validated']);
  assert.equal((await deliverDue(home)).held, 1);
  assert.equal(pacs.messages.length, 0);
  assert.deepEqual(home.eventsOf('delivery-held')[0]?.failure, {
    reason: 'pseudonym-unknown', profile: 'research', StudyInstanceUID: '2.25.4711',
  });
});

test('what is kept for the way back is written once, however often a step is done again', async (t) => {
  const { station, scp } = await makeDue(t, { wayBack: true }, [{}, {}]);
  await deliverDue(station);
  const folder = station.layout.pseudonymsOfStudy('research', received(scp)[0]?.text('StudyInstanceUID') ?? '');
  const [name = '', ...others] = await readdir(folder);
  const before = await stat(join(folder, name));
  assert.deepEqual(others, []);
  await station.archive({ SOPInstanceUID: `${SERIES}.2`, InstanceNumber: 2 });
  const [JobId = ''] = await arrive(station);
  await station.advance(JobId, ['pending', 'validated']);
  await deliverDue(station);
  assert.deepEqual(await readdir(folder), [name]);
  assert.equal((await stat(join(folder, name))).mtimeMs, before.mtimeMs);
});

test('copies that were made before a destination asked for it do not leave as they are', async (t) => {
  let status = 0xa700;
  const { station, scp } = await makeDue(t, {}, [{}], {
    script: { respond: () => ({ Status: status }) }, destination: { deidentify: undefined, morph: [{ type: 'remove', element: 'StudyID' }] },
  });
  await deliverDue(station);
  assert.match(scp.messages[0]?.dataset.toString('latin1') ?? '', /Doe\^Jane/);
  const [destination] = station.configuration.destinations;
  assert.ok(destination !== undefined);
  Object.assign(destination, { deidentify: 'research' });
  for (const { destinations } of station.configuration.streams) Object.assign(destinations[0] ?? {}, { deidentify: 'research' });
  station.aheadSeconds = 3600;
  status = 0;
  assert.equal((await deliverDue(station)).done, 1);
  assert.doesNotMatch(scp.messages[1]?.dataset.toString('latin1') ?? 'Doe', /Doe|Jane/);
});

test('what a person sends by hand to such a destination is de-identified too', async (t) => {
  const { station, scp } = await makeDue(t, {});
  const paths = [station.layout.archivedStudy(STUDY)];
  const sent = await sendByHand(station, paths, 'provider', AbortSignal.timeout(20_000), () => undefined);
  assert.ok('stored' in sent && sent.stored === 1);
  assert.match(received(scp)[0]?.text('PatientID') ?? '', /^P[2-9B-Z]{12}$/);
});

/** A station with the same key and the same kept, whose stream brings results back and delivers them to a PACS. */
async function backAt(t: TestContext, { layout, configuration }: FlowStation, pacs: ScriptedScp): Promise<FlowStation> {
  const { key } = configuration.deidentification ?? {};
  const station = await makeFlowStation(t, { config: {
    deidentification: { key, profiles: { research: { wayBack: true } } },
    Streams: [{
      name: 'Back', trigger: {}, reidentify: 'research',
      destination: [{ name: 'pacs', AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port, retry: { firstSeconds: 1 } }],
    }],
  } });
  await cp(layout.pseudonyms, station.layout.pseudonyms, { recursive: true });
  return station;
}
