// Instances in many transfer syntaxes, relayed: byte for byte to a peer that takes them, and one by one refused by one
// that does not.

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { readHeader } from '../../src/dicom/header.ts';
import { createUID } from '../../src/dicom/new-uid.ts';
import type { InstanceToSend } from '../../src/network/store-scu.ts';
import { describeInstance, hasDataFolder, peerAt, readDataFolder, send, statusesOf } from '../network/instances.ts';
import { requirePeer, runPeer, startStorescp, temporaryFolder } from '../rig/peers.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { show as showDelivery } from './relay-station.ts';
import { writeImage } from './small-study.ts';
import { advanceAll, listJobs, readJson } from './ticks.ts';

/** By what DCMTK makes them, and in which transfer syntax they are then. */
const MADE: readonly (readonly [program: string, args: readonly string[], TransferSyntaxUID: string])[] = [
  ['dcmconv', ['--write-xfer-implicit'], '1.2.840.10008.1.2'],
  ['dcmconv', ['--write-xfer-little'], '1.2.840.10008.1.2.1'],
  ['dcmconv', ['--write-xfer-deflated'], '1.2.840.10008.1.2.1.99'],
  ['dcmconv', ['--write-xfer-big'], '1.2.840.10008.1.2.2'],
  ['dcmcjpeg', ['--encode-lossless-sv1'], '1.2.840.10008.1.2.4.70'],
  ['dcmcjpls', ['--encode-lossless'], '1.2.840.10008.1.2.4.80'],
  ['dcmcjpls', ['--encode-nearlossless'], '1.2.840.10008.1.2.4.81'],
  ['dcmcrle', [], '1.2.840.10008.1.2.5'],
];
const DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
const MAKERS = ['dcmconv', 'dcmcjpeg', 'dcmcjpls', 'dcmcrle'];

/** One study with an instance in each of these syntaxes. */
async function makeInstances(t: TestContext): Promise<InstanceToSend[]> {
  const folder = await temporaryFolder(t);
  const study = { StudyInstanceUID: createUID(), SeriesInstanceUID: createUID(), PatientID: 'P-1' };
  const made: InstanceToSend[] = [];
  for (const [index, [program, args, TransferSyntaxUID]] of MADE.entries()) {
    const [plain, encoded] = [join(folder, `${index}-plain.dcm`), join(folder, `${index}.dcm`)];
    await writeImage(plain, { ...study, SOPInstanceUID: createUID(), InstanceNumber: index + 1 });
    const keepUID = program === 'dcmconv' || program === 'dcmcrle' ? [] : ['--uid-never'];
    const { exitCode, output } = await runPeer(program, [...args, ...keepUID, plain, encoded]);
    assert.equal(exitCode, 0, output);
    const instance = await describeInstance(encoded);
    assert.equal(instance.TransferSyntaxUID, TransferSyntaxUID);
    made.push(instance);
  }
  return made;
}

/** The real objects that belong to a study, under the names that their datasets have for them. */
async function readRealInstances(): Promise<InstanceToSend[]> {
  const found: InstanceToSend[] = [];
  for (const instance of await readDataFolder()) {
    const header = await readHeader(instance.file);
    assert.ok(!('notDicom' in header), instance.file);
    const [SOPClassUID, SOPInstanceUID] = [header.text('SOPClassUID'), header.text('SOPInstanceUID')];
    if (SOPClassUID === undefined || SOPInstanceUID === undefined) continue;
    const isOfStudy = header.text('StudyInstanceUID') && header.text('SeriesInstanceUID');
    if (isOfStudy) found.push({ ...instance, SOPClassUID, SOPInstanceUID });
  }
  return found;
}

/** Relays what is sent to a storescp. @returns where that has put it */
async function relay(
  t: TestContext, instances: readonly InstanceToSend[], args: readonly string[],
): Promise<{ readonly station: TestStation; readonly folder: string }> {
  const pacs = await startStorescp(t, { args: ['--bit-preserving', ...args] });
  const station = await makeStation(t, {
    config: { Streams: [{
      name: 'Relay', trigger: { AETitleCalled: '.*' },
      destination: [{ AETitle: 'PACS', IP: '127.0.0.1', PORT: pacs.port }],
    }] },
  });
  await station.startReceiver(t);
  const { outcome, answers } = await send(peerAt(station.port), instances);
  assert.deepEqual([outcome, statusesOf(answers)], [{}, instances.map(() => 0)]);
  await advanceAll(station);
  return { station, folder: pacs.directory };
}

/** The bytes of a dataset; of a deflated one those that it stands for, since storescp keeps no padding behind it. */
async function datasetOf(file: string): Promise<Buffer> {
  const meta = await readFileMeta(file);
  assert.ok(!('notDicom' in meta), file);
  const bytes = (await readFile(file)).subarray(meta.datasetOffset);
  return meta.TransferSyntaxUID === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN ? inflateRawSync(bytes) : bytes;
}

/** That a folder holds these instances and no others, each in its transfer syntax with its dataset unchanged. */
async function holdsExactly(folder: string, instances: readonly InstanceToSend[]): Promise<void> {
  const received = await Promise.all((await readdir(folder)).map((name) => describeInstance(join(folder, name))));
  const identity = (one: InstanceToSend) => `${one.SOPInstanceUID} in ${one.TransferSyntaxUID}`;
  assert.deepEqual(received.map(identity).sort(), instances.map(identity).sort());
  for (const { file, SOPInstanceUID } of instances) {
    const arrived = received.find((one) => one.SOPInstanceUID === SOPInstanceUID)!;
    assert.ok((await datasetOf(arrived.file)).equals(await datasetOf(file)), `${file} arrived changed`);
  }
}

/** That a storescp which takes all of these gets all of these. */
async function goesUnchanged(t: TestContext, instances: readonly InstanceToSend[]): Promise<void> {
  for (const { args, some } of divide(instances)) {
    const { station, folder } = await relay(t, some, args);
    await holdsExactly(folder, some);
    for (const { state } of await listJobs(station)) assert.equal(state, 'done');
  }
}

/** Instances for one storescp with these options. */
interface Part {
  readonly args: readonly string[];
  readonly some: InstanceToSend[];
}

/** The deflated ones, which storescp does not count among "all", by themselves; no SOPInstanceUID twice in one part. */
function divide(instances: readonly InstanceToSend[]): Part[] {
  const parts: Part[] = [];
  for (const instance of instances) {
    const option = instance.TransferSyntaxUID === DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN ? '+xd' : '+xa';
    const part = parts.find(({ args, some }) => {
      return args.includes(option) && some.every(({ SOPInstanceUID }) => SOPInstanceUID !== instance.SOPInstanceUID);
    });
    if (part === undefined) parts.push({ args: [option], some: [instance] });
    else part.some.push(instance);
  }
  return parts;
}

test('what DCMTK encodes reaches a peer that takes it byte for byte', async (t) => {
  if (requirePeer(t, 'storescp', ...MAKERS)) await goesUnchanged(t, await makeInstances(t));
});

test('real objects of many kinds reach a peer that takes them byte for byte', {
  skip: hasDataFolder ? false : 'no folder with real objects',
}, async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  await goesUnchanged(t, await readRealInstances());
});

test('a peer that lacks a transfer syntax gets what can be converted without loss, and the rest is told', async (t) => {
  if (!requirePeer(t, 'storescp', ...MAKERS)) return;
  const instances = await makeInstances(t);
  const NEAR_LOSSLESS = '1.2.840.10008.1.2.4.81';
  const { station, folder } = await relay(t, instances, []);
  const received = await Promise.all((await readdir(folder)).map((name) => describeInstance(join(folder, name))));
  const isPlain = (one: InstanceToSend) => /^1\.2\.840\.10008\.1\.2(\.[12])?$/.test(one.TransferSyntaxUID);
  const expected = instances.filter((one) => one.TransferSyntaxUID !== NEAR_LOSSLESS)
    .map((one) => (isPlain(one) ? one : { ...one, TransferSyntaxUID: '1.2.840.10008.1.2.1' }));
  const identity = (one: InstanceToSend) => `${one.SOPInstanceUID} in ${one.TransferSyntaxUID}`;
  assert.deepEqual(received.map(identity).sort(), expected.map(identity).sort());

  const [job] = await listJobs(station);
  assert.equal(job?.state, 'failed');
  const [delivery] = await readJson<{ DeliveryId: string }[]>(station, ['deliveries', 'list']);
  const { failures } = await showDelivery(station);
  const refused = failures.map((one) => (one.reason === 'context-refused' ? one.TransferSyntaxUID : one.reason));
  assert.deepEqual(refused, [NEAR_LOSSLESS]);
  const shown = await station.dts(['deliveries', 'show', delivery!.DeliveryId]);
  assert.match(shown.stdout, /0x0000.*, converted to Explicit VR Little Endian \(1\.2\.840\.10008\.1\.2\.1\)/);
  assert.match(shown.stdout, /takes no \S+ in JPEG-LS Lossy.*1\.2\.840\.10008\.1\.2\.4\.81\).*transferSyntaxes/);
});
