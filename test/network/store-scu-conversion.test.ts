// Instances sent to peers that lack their transfer syntax, or are to get another: what arrives, and what cannot.

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { convertDataset } from '../../src/dicom/codec/convert.ts';
import { readInstanceTree } from '../../src/dicom/tree/read-instance-tree.ts';
import {
  DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN, EXPLICIT_VR_BIG_ENDIAN, EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN,
} from '../../src/dicom/transfer-syntaxes.ts';
import { sendInstances } from '../../src/network/store-scu.ts';
import { KIND_NAMES, writeImage, type KindName } from '../dicom/codec/images.ts';
import { requirePeer, runPeer, startOrthanc, startStorescp, temporaryFolder } from '../rig/peers.ts';
import {
  describeInstance, hasDataFolder, peerAt, readDataFolder, send, statusesOf, type KnownInstance,
} from './instances.ts';

const NO_DATA = hasDataFolder ? false : 'no folder with real objects';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_BASELINE = '1.2.840.10008.1.2.4.50';
const MEGABYTE = 1024 * 1024;
const LOSSY = ['1.2.840.10008.1.2.4.91'];

/** What a storescp has, by SOPInstanceUID. Of several under one it keeps the last. */
async function receivedIn(directory: string): Promise<Map<string, KnownInstance>> {
  const files = await readdir(directory);
  const received = await Promise.all(files.map((file) => describeInstance(join(directory, file))));
  return new Map(received.map((one) => [one.SOPInstanceUID, one]));
}

async function datasetOf({ file, datasetOffset }: KnownInstance): Promise<Buffer> {
  return (await readFile(file)).subarray(datasetOffset);
}

async function converted({ file }: KnownInstance, TransferSyntaxUID: string): Promise<Buffer> {
  const dataset = await convertDataset(file, TransferSyntaxUID);
  if ('inconvertible' in dataset) throw new Error(dataset.inconvertible);
  const pieces: Buffer[] = [];
  for await (const piece of dataset) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

async function compressedImage(folder: string, kind: KindName, ...program: string[]): Promise<KnownInstance> {
  const [name = '', ...args] = program;
  const [from, to] = [await writeImage(folder, kind), join(folder, `${KIND_NAMES.indexOf(kind)}.${args.join('')}`)];
  const { exitCode, output } = await runPeer(name, [...args, from, to]);
  assert.equal(exitCode, 0, output);
  return describeInstance(to);
}

for (const [option, only] of [['+xi', IMPLICIT_VR_LITTLE_ENDIAN], ['+x=', EXPLICIT_VR_LITTLE_ENDIAN]] as const) {
  test(`a peer that takes ${only} alone gets every real object in it but lossy ones`, { skip: NO_DATA }, async (t) => {
    if (!requirePeer(t, 'storescp')) return;
    // storescp +x= would take both others, which the standard asks of nobody any more.
    const scp = await startStorescp(t, { args: [option, '--bit-preserving'] });
    const instances = (await readDataFolder()).filter(({ SOPClassUID }) => SOPClassUID !== '');
    const { outcome, answers } = await send(peerAt(scp.port), instances);
    assert.deepEqual(outcome, {});
    assert.equal(answers.length, instances.length);
    const lossy = instances.filter(({ TransferSyntaxUID }) => LOSSY.includes(TransferSyntaxUID));
    const refused = answers.filter((answer) => 'failure' in answer).map(({ SOPInstanceUID }) => SOPInstanceUID);
    assert.deepEqual(refused, lossy.map(({ SOPInstanceUID }) => SOPInstanceUID));
    const received = await receivedIn(scp.directory);
    for (const sent of new Map(instances.map((one) => [one.SOPInstanceUID, one])).values()) {
      if (lossy.includes(sent)) continue;
      const arrived = received.get(sent.SOPInstanceUID);
      assert.ok(arrived !== undefined, sent.file);
      const { TransferSyntaxUID } = arrived;
      const expected = TransferSyntaxUID === sent.TransferSyntaxUID
        ? await datasetOf(sent) : await converted(sent, TransferSyntaxUID);
      assert.ok((await datasetOf(arrived)).equals(expected), sent.file);
      if (only === IMPLICIT_VR_LITTLE_ENDIAN) assert.equal(TransferSyntaxUID, only);
    }
  });
}

test('what is accepted as it lies goes as it lies, whatever else the peer takes', async (t) => {
  if (!requirePeer(t, 'storescp', 'dcmcjpeg')) return;
  const image = await compressedImage(await temporaryFolder(t), 'grey 12', 'dcmcjpeg', '+e1');
  const scp = await startStorescp(t, { args: ['+xa', '--bit-preserving'] });
  const { answers } = await send(peerAt(scp.port), [image]);
  assert.deepEqual(answers, [{ SOPInstanceUID: image.SOPInstanceUID, status: 0 }]);
  const arrived = (await receivedIn(scp.directory)).get(image.SOPInstanceUID);
  assert.equal(arrived?.TransferSyntaxUID, JPEG_LOSSLESS);
  assert.ok((await datasetOf(arrived)).equals(await datasetOf(image)));
});

test('a destination gets what it is to get: the first that is possible, and lossy images too', async (t) => {
  if (!requirePeer(t, 'storescp', 'dcmcjpeg')) return;
  const folder = await temporaryFolder(t);
  const lossless = await compressedImage(folder, 'grey 12', 'dcmcjpeg', '+e1');
  const lossy = await compressedImage(folder, 'colour', 'dcmcjpeg', '+eb');
  const plain = await describeInstance(await writeImage(folder, 'grey 16'));
  const syntaxesWith = async (...wanted: string[]): Promise<(string | undefined)[]> => {
    const scp = await startStorescp(t, { args: ['+xa'] });
    const sent = [lossless, lossy, plain];
    const { outcome } = await send(peerAt(scp.port), sent, undefined, wanted);
    assert.deepEqual(outcome, {});
    const received = await receivedIn(scp.directory);
    return sent.map(({ SOPInstanceUID }) => received.get(SOPInstanceUID)?.TransferSyntaxUID);
  };
  assert.deepEqual(await syntaxesWith(EXPLICIT_VR_LITTLE_ENDIAN), Array(3).fill(EXPLICIT_VR_LITTLE_ENDIAN));
  assert.deepEqual(
    await syntaxesWith(JPEG_BASELINE, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN),
    [EXPLICIT_VR_BIG_ENDIAN, JPEG_BASELINE, EXPLICIT_VR_BIG_ENDIAN],
  );
  assert.deepEqual(await syntaxesWith(JPEG_LOSSLESS), [JPEG_LOSSLESS, undefined, undefined]);
  const { answers } = await send(peerAt(1), [plain], undefined, [JPEG_LOSSLESS]);
  assert.deepEqual(answers, [{ SOPInstanceUID: plain.SOPInstanceUID, failure: {
    reason: 'transfer-syntax-unwanted', TransferSyntaxUID: EXPLICIT_VR_LITTLE_ENDIAN, wanted: [JPEG_LOSSLESS],
  } }], 'and nobody is called');
});

test('the deflated transfer syntax arrives whole', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const image = await describeInstance(await writeImage(await temporaryFolder(t), 'frames 8, odd'));
  const scp = await startStorescp(t, { args: ['+xd'] });
  const { answers } = await send(peerAt(scp.port), [image], undefined, [DEFLATED_EXPLICIT_VR_LITTLE_ENDIAN]);
  assert.deepEqual(statusesOf(answers), [0]);
  const arrived = (await receivedIn(scp.directory)).get(image.SOPInstanceUID);
  assert.ok(arrived !== undefined);
  assert.ok((await converted(arrived, EXPLICIT_VR_LITTLE_ENDIAN)).equals(await datasetOf(image)));
});

test('Orthanc that takes few transfer syntaxes has the pixels of every compressed image', async (t) => {
  if (!requirePeer(t, 'Orthanc', 'dcmcjpeg', 'dcmcrle', 'dcmcjpls', 'gdcmconv')) return;
  const folder = await temporaryFolder(t);
  const images = [
    await compressedImage(folder, 'grey 12 signed', 'dcmcjpeg', '+e1'),
    await compressedImage(folder, 'colour frames, odd', 'dcmcrle'),
    await compressedImage(folder, 'colour', 'dcmcjpls', '+in'),
    await compressedImage(folder, 'grey 16', 'gdcmconv', '--j2k'),
  ];
  const orthanc = await startOrthanc(t, { configuration: { AcceptedTransferSyntaxes: [IMPLICIT_VR_LITTLE_ENDIAN] } });
  const { outcome, answers } = await send(peerAt(orthanc.port), images);
  assert.deepEqual([outcome, statusesOf(answers)], [{}, [0, 0, 0, 0]]);
  assert.ok(answers.every((answer) => 'sentAs' in answer && answer.sentAs === IMPLICIT_VR_LITTLE_ENDIAN));
  for (const id of await orthanc.readJson('/instances') as string[]) {
    const file = join(folder, id);
    await writeFile(file, await orthanc.readBytes(`/instances/${id}/file`));
    const stored = await describeInstance(file);
    const sent = images.find(({ SOPInstanceUID }) => SOPInstanceUID === stored.SOPInstanceUID);
    assert.ok(sent !== undefined && stored.TransferSyntaxUID === IMPLICIT_VR_LITTLE_ENDIAN);
    assert.ok((await datasetOf(stored)).equals(await converted(sent, IMPLICIT_VR_LITTLE_ENDIAN)), sent.file);
  }
});

test('a frame that is damaged ends its instance alone, also in the middle of its message', async (t) => {
  if (!requirePeer(t, 'storescp', 'dcmcjpeg')) return;
  const folder = await temporaryFolder(t);
  const [first, damaged, last] = [
    await compressedImage(folder, 'grey 12', 'dcmcjpeg', '+e1'),
    await compressedImage(folder, 'frames 12', 'dcmcjpeg', '+e1'),
    await compressedImage(folder, 'grey 16', 'dcmcjpeg', '+e1'),
  ];
  const tree = await readInstanceTree(damaged.file);
  assert.ok('dataSet' in tree);
  const value = tree.dataSet.get(0x7fe00010)?.value;
  assert.ok(value?.kind === 'fragments');
  const bytes = await readFile(damaged.file);
  const fragment = value.fragments.at(-1);
  assert.ok(fragment !== undefined);
  bytes.fill(0, tree.fileMeta.datasetOffset + fragment.offset, tree.fileMeta.datasetOffset + fragment.offset + 40);
  await writeFile(damaged.file, bytes);
  const scp = await startStorescp(t, { args: ['+xi'] });
  const { outcome, answers } = await send(peerAt(scp.port), [first, damaged, last]);
  assert.deepEqual([outcome, statusesOf(answers)], [{}, [0, 'instance-inconvertible', 0]]);
  const received = [...(await receivedIn(scp.directory)).keys()];
  assert.deepEqual(received.sort(), [first, last].map((one) => one.SOPInstanceUID).sort());
});

test('an object of 300 MB is converted while it leaves, in little memory', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const folder = await temporaryFolder(t);
  const [small, large] = [await describeInstance(await writeImage(folder, 'grey 12')), await makeLarge(folder)];
  const scp = await startStorescp(t, { args: ['+xb', '--ignore', '-pdu', '131072'] });
  const wanted = [EXPLICIT_VR_BIG_ENDIAN];
  await send(peerAt(scp.port), [small], undefined, wanted); // loads what every later one needs, too
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const { answers } = await send(peerAt(scp.port, { responseSeconds: 60 }), [large], undefined, wanted);
  clearInterval(timer);
  assert.deepEqual(statusesOf(answers), [0]);
  assert.ok(most - before < 100 * MEGABYTE, `${Math.round((most - before) / MEGABYTE)} MB more`);
});

test('stopped in the middle of a conversion, it ends at once and leaves no file open', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const folder = await temporaryFolder(t);
  const [small, large] = [await describeInstance(await writeImage(folder, 'grey 12')), await makeLarge(folder)];
  const scp = await startStorescp(t, { args: ['+xb', '--ignore'] });
  const stopping = new AbortController();
  const outcome = await sendInstances(peerAt(scp.port), [small, large], {
    transferSyntaxes: [EXPLICIT_VR_BIG_ENDIAN], signal: stopping.signal, answered: () => stopping.abort(),
  });
  assert.deepEqual(outcome, { stopped: true });
  const open = readdirSync('/proc/self/fd').map((name) => readlinkOrNothing(`/proc/self/fd/${name}`));
  assert.ok(!open.includes(large.file), 'the next instance was being converted already');
});

/** Of a descriptor that was closed meanwhile there is nothing to read. */
function readlinkOrNothing(path: string): string | undefined {
  return existsSync(path) ? readlinkSync(path) : undefined;
}

/** An image whose PixelData is a hole in the file: large, and quickly made. */
async function makeLarge(folder: string): Promise<KnownInstance> {
  const file = await writeImage(folder, 'grey 16');
  const bytes = await readFile(file);
  const front = bytes.length - 48 * 40 * 2;
  bytes.writeUInt32LE(300 * MEGABYTE, front - 4);
  await writeFile(file, bytes.subarray(0, front));
  await truncate(file, front + 300 * MEGABYTE);
  return describeInstance(file);
}
