import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { requirePeer, runPeer, startOrthanc, startStorescp, temporaryFolder } from '../rig/peers.ts';
import type { InstanceToSend } from '../../src/network/store-scu.ts';
import {
  DATA_FOLDER, describeInstance, hasDataFolder, makeInstance, makeInstances, peerAt, readDataFolder, send, statusesOf, type KnownInstance,
} from './instances.ts';

const NO_DATA = hasDataFolder ? false : `no folder ${DATA_FOLDER}`;
const MEGABYTE = 1024 * 1024;

/**
 * The hash of a file's dataset, without the file meta information that the receiver makes anew, and with the NUL that a
 * deflated dataset of odd length gets on the network.
 */
async function hashOf({ file, datasetOffset }: KnownInstance): Promise<string> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file, { start: datasetOffset })) {
    hash.update(chunk as Buffer);
    bytes += (chunk as Buffer).length;
  }
  return hash.update(Buffer.alloc(bytes % 2)).digest('hex');
}

/** The hashes of what a storescp wrote, by SOP Instance UID. */
async function receivedHashes(directory: string): Promise<Map<string, string>> {
  const received = await Promise.all((await readdir(directory)).map((name) => describeInstance(join(directory, name))));
  return new Map(await Promise.all(received.map(async (instance) =>
    [instance.SOPInstanceUID, await hashOf(instance)] as const)));
}

async function sentHashes(instances: readonly KnownInstance[]): Promise<Map<string, string>> {
  return new Map(await Promise.all(instances.map(async (instance) =>
    [instance.SOPInstanceUID, await hashOf(instance)] as const)));
}

test('storescp gets every real object byte for byte', { skip: NO_DATA }, async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const instances = await readDataFolder();
  for (const pdu of ['4096', '131072']) {
    const scp = await startStorescp(t, { args: ['+xa', '-pm', '--bit-preserving', '-pdu', pdu] });
    const { outcome, answers } = await send(peerAt(scp.port), instances);
    assert.deepEqual([outcome, statusesOf(answers)], [{}, instances.map(() => 0)]);
    // Of three objects of one SOP Instance UID storescp keeps the last, as the map does.
    assert.deepEqual(await receivedHashes(scp.directory), await sentHashes(instances));
  }
});

test('storescp --refuse is a rejection', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const scp = await startStorescp(t, { args: ['--refuse'] });
  const { outcome, answers } = await send(peerAt(scp.port), await makeInstances(await temporaryFolder(t), 1));
  assert.equal(outcome.failure?.reason, 'peer-rejected');
  assert.deepEqual(answers, []);
});

test('storescp that aborts after or during an instance leaves it unanswered', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const instances = await makeInstances(await temporaryFolder(t), 2, 300_000);
  for (const option of ['--abort-after', '--abort-during']) {
    const scp = await startStorescp(t, { args: [option] });
    const { outcome, answers } = await send(peerAt(scp.port), instances);
    assert.equal(outcome.failure?.reason, 'peer-aborted', option);
    assert.deepEqual(answers, [], option);
  }
});

test('storescp that sleeps longer than we wait is silent', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const instances = await makeInstances(await temporaryFolder(t), 1, 300_000);
  const scp = await startStorescp(t, { args: ['--sleep-during', '3'] });
  const { outcome, answers } = await send(peerAt(scp.port, { responseSeconds: 0.3 }), instances);
  assert.deepEqual([outcome, answers], [{ failure: { reason: 'peer-silent', seconds: 0.3 } }, []]);
});

test('storescp that sleeps shorter than we wait gets all', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const instances = await makeInstances(await temporaryFolder(t), 1);
  const scp = await startStorescp(t, { args: ['--sleep-during', '1', '--bit-preserving'] });
  const { answers } = await send(peerAt(scp.port), instances);
  assert.deepEqual(statusesOf(answers), [0]);
  assert.deepEqual(await receivedHashes(scp.directory), await sentHashes(instances));
});

test('Orthanc stores what is sent, and its copies are the same', { skip: NO_DATA }, async (t) => {
  if (!requirePeer(t, 'Orthanc', 'dcmdump')) return;
  const orthanc = await startOrthanc(t);
  const names = ['CT_small.dcm', 'JPEG2000.dcm', 'MR_small.dcm', 'SC_rgb_rle.dcm', 'image_dfl.dcm', 'reportsi.dcm'];
  const real = await Promise.all(names.map((name) => describeInstance(join(DATA_FOLDER, name))));
  const made = await makeInstances(await temporaryFolder(t), 3, 300_000);
  const { outcome, answers } = await send(peerAt(orthanc.port), [...real, ...made]);
  assert.deepEqual([outcome, statusesOf(answers)], [{}, [...real, ...made].map(() => 0)]);

  const folder = await temporaryFolder(t);
  for (const id of await orthanc.readJson('/instances') as string[]) {
    await writeFile(join(folder, id), await orthanc.readBytes(`/instances/${id}/file`));
  }
  const copies = await Promise.all((await readdir(folder)).map((name) => describeInstance(join(folder, name))));
  const copyOf = ({ SOPInstanceUID }: InstanceToSend) => copies.find((copy) => copy.SOPInstanceUID === SOPInstanceUID);
  assert.equal(copies.length, real.length + made.length);
  for (const instance of made) {
    const copy = copyOf(instance);
    assert.ok(copy !== undefined && await hashOf(copy) === await hashOf(instance));
  }
  // Orthanc encodes anew what has sequences or undefined lengths: every value is compared instead of the bytes.
  for (const instance of real) {
    const copy = copyOf(instance);
    assert.ok(copy !== undefined);
    assert.equal(await dumpOf(copy), await dumpOf(instance));
  }
});

/** Every value of the dataset, without the lengths in the comments of dcmdump. */
async function dumpOf({ file }: InstanceToSend): Promise<string> {
  const { exitCode, output } = await runPeer('dcmdump', ['--quiet', '--load-all', '--print-all', file]);
  assert.equal(exitCode, 0, output);
  const lines = output.split('\n').filter((line) => /^ *\((?!0002)/.test(line) && !/\(fffe,e0[0d]d\)/.test(line));
  return lines.map((line) => line.replace(/ *#.*/, '').replace(/with (explicit|undefined) length/, '')).join('\n');
}

test('a 300 MB object is sent within 64 MB of memory more', async (t) => {
  if (!requirePeer(t, 'storescp')) return;
  const folder = await temporaryFolder(t);
  const large = await makeLargeInstance(folder, 300 * MEGABYTE);
  const directory = join(folder, 'received');
  await mkdir(directory);
  const scp = await startStorescp(t, { args: ['--bit-preserving', '-pdu', '131072'], directory });
  // The first sending loads what every later one needs, too.
  await send(peerAt(scp.port), [await makeInstance(folder, 1)]);

  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  const { outcome, answers } = await send(peerAt(scp.port, { responseSeconds: 60 }), [large]);
  clearInterval(timer);
  assert.deepEqual([outcome, statusesOf(answers)], [{}, [0]]);
  assert.ok(most - before < 64 * MEGABYTE, `${Math.round((most - before) / MEGABYTE)} MB more`);
  assert.equal((await receivedHashes(directory)).get(large.SOPInstanceUID), await hashOf(large));
});

/** An instance whose pixel data are a hole of this size in the file: large, and quickly made. */
async function makeLargeInstance(folder: string, pixelBytes: number): Promise<KnownInstance> {
  const instance = await makeInstance(folder, 1_000_000, 2);
  const file = await open(instance.file, 'r+');
  const { size } = await file.stat();
  // PixelData is the last element: tag, OW, two reserved bytes, length, two bytes of pixels.
  const length = Buffer.alloc(4);
  length.writeUInt32LE(pixelBytes);
  await file.write(length, 0, 4, size - 2 - 4);
  await file.truncate(size - 2 + pixelBytes);
  await file.close();
  assert.ok(!('notDicom' in await readFileMeta(instance.file)));
  return instance;
}
