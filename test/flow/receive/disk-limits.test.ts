// Disks that are full, out of inodes, read-only or away while senders send: each is answered, nothing half is kept, and
// all goes on without a restart when the disk is well again.

import assert from 'node:assert/strict';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { OUT_OF_RESOURCES, SUCCESS } from '../../../src/dicom/status.ts';
import { createUID } from '../../../src/dicom/new-uid.ts';
import { readEvents } from '../../../src/log/read-events.ts';
import { readSpace } from '../../../src/spool/space.ts';
import { writeImage } from '../../peers/small-study.ts';
import { until } from '../../peers/ticks.ts';
import { requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { associateRequest, RawScu } from '../../rig/raw-scu.ts';
import { filesBelow, startReceiver, type RunningReceiver } from '../../rig/receiver.ts';
import { withSmallDisk } from '../../rig/small-disk.ts';
import { makeStation } from '../../rig/station.ts';
import { dataset } from '../dataset.ts';

const MEGABYTE = 1024 * 1024;
const IMAGE_BYTES = MEGABYTE / 2;

/** Folders of images of half a megabyte, all of one study. */
async function writeFolders(parent: string, folders: number, images: number): Promise<string[]> {
  const study = { StudyInstanceUID: createUID(), SeriesInstanceUID: createUID(), PatientID: 'P-1' };
  const paths = Array.from({ length: folders }, (_, index) => join(parent, String(index)));
  for (const path of paths) {
    await mkdir(path);
    for (let InstanceNumber = 1; InstanceNumber <= images; InstanceNumber += 1) {
      await writeImage(join(path, `${InstanceNumber}.dcm`), {
        ...study, SOPInstanceUID: createUID(), InstanceNumber, Rows: 512, Columns: 512,
        PixelData: Buffer.alloc(IMAGE_BYTES, 7),
      });
    }
  }
  return paths;
}

/** Sends each folder on an association of its own, all at once. @returns how often each answer came */
async function sendAll(port: number, folders: readonly string[]): Promise<Record<string, number>> {
  const sent = await Promise.all(folders.map((folder) =>
    runPeer('storescu', ['-v', '+sd', '--no-halt', '127.0.0.1', String(port), folder])));
  const counts: Record<string, number> = {};
  for (const [, answer = ''] of sent.flatMap(({ output }) => [...output.matchAll(/Store Response \((.*?)\)/g)])) {
    counts[answer] = (counts[answer] ?? 0) + 1;
  }
  return counts;
}

async function storeOne(scu: RawScu, SOPInstanceUID: string): Promise<[status: number | undefined, comment: string]> {
  const { Status, ErrorComment = '' } = await scu.store(SOPInstanceUID, dataset({ SOPInstanceUID }));
  return [Status, ErrorComment];
}

/** Asks for associations until one is rejected: the disk is looked at once a second. @returns the codes */
async function rejectionOf({ port }: RunningReceiver): Promise<number[]> {
  let codes: number[] = [];
  await until('a rejection', async () => {
    const scu = await RawScu.connect(port);
    scu.send(associateRequest());
    const answer = await scu.next();
    scu.socket.destroy();
    if (answer.kind === 'pdu' && answer.type === 0x03) codes = [...answer.bytes.subarray(-3)];
    return codes.length > 0;
  });
  return codes;
}

async function associateWhenAccepted({ port }: RunningReceiver): Promise<RawScu> {
  let scu: RawScu | undefined;
  await until('an association', async () => {
    scu = await RawScu.associate(port).catch(() => undefined);
    return scu !== undefined;
  });
  return scu!;
}

test('senders that fill a disk together are answered A700, and everything is taken when they send again', async (t) => {
  if (!requirePeer(t, 'storescu')) return;
  const folders = await writeFolders(await temporaryFolder(t), 4, 20);
  await withSmallDisk(t, await temporaryFolder(t), {}, async (inner, disk) => {
    const receiver = await startReceiver(inner, { datadir: disk.folder });
    const ballast = await disk.fill(16 * MEGABYTE);
    const counts = await sendAll(receiver.port, folders);
    const { 'Success': stored = 0, 'Refused: OutOfResources': refused = 0, ...others } = counts;
    assert.deepEqual([others, stored + refused], [{}, 80]);
    assert.ok(stored > 0 && refused > 0, JSON.stringify(counts));
    assert.deepEqual(await filesBelow(receiver.layout.temp), []);
    await assertWhole(receiver, stored);

    await rm(ballast);
    await rm(receiver.layout.archive, { recursive: true });
    await mkdir(receiver.layout.archive);
    const [half = ''] = folders;
    assert.deepEqual(await sendAll(receiver.port, [half]), { Success: 20 });
    await assertWhole(receiver, 20);
  });
});

/** So many instances are in the archive, and none is a part of one. */
async function assertWhole({ layout }: RunningReceiver, count: number): Promise<void> {
  const files = await filesBelow(layout.archive);
  assert.equal(files.length, count);
  for (const file of files) assert.ok((await stat(join(layout.archive, file))).size > IMAGE_BYTES, file);
}

test('senders leave the station the room that the limits reserve, in which it tells what happened', async (t) => {
  if (!requirePeer(t, 'storescu', 'echoscu')) return;
  const limits = { minFreeBytes: 12 * MEGABYTE, minFreePercent: 0 };
  const folders = await writeFolders(await temporaryFolder(t), 4, 20);
  const station = await makeStation(t, { receiver: { limits }, config: { limits } });
  await withSmallDisk(t, station.layout.datadir, {}, async (inner, disk) => {
    await station.startReceiver(inner);
    const counts = await sendAll(station.port, folders);
    assert.deepEqual(Object.keys(counts).sort(), ['Refused: OutOfResources', 'Success']);
    // One question in eight looks at the disk, so that a few instances more than allowed may be taken.
    assert.ok((await readSpace(disk.folder)).freeBytes > limits.minFreeBytes - 8 * MEGABYTE);
    const { exitCode, output } = await runPeer('echoscu', ['127.0.0.1', String(station.port)]);
    assert.notEqual(exitCode, 0);
    assert.match(output, /Rejected Transient.*\n.*Local Limit Exceeded/);

    const names: string[] = [];
    for await (const { event } of readEvents(station.layout)) names.push(event);
    assert.equal(names.filter((name) => name === 'disk-short').length, 1);
    assert.equal(names.filter((name) => name === 'instance-refused').length, counts['Refused: OutOfResources']);
    assert.ok(names.includes('association-rejected'));
    const status = await station.dts(['status']);
    assert.equal(status.status, 65);
    assert.match(status.stdout, /too little/);

    await rm(station.layout.archive, { recursive: true });
    await mkdir(station.layout.archive);
    await until('an association', async () =>
      (await runPeer('echoscu', ['127.0.0.1', String(station.port)])).exitCode === 0);
    assert.deepEqual(await sendAll(station.port, folders.slice(0, 1)), { Success: 20 });
  });
});

test('a disk without inodes answers A700, keeps no part of an instance, and takes it when it has some', async (t) => {
  await withSmallDisk(t, await temporaryFolder(t), { inodes: 64 }, async (inner, disk) => {
    const receiver = await startReceiver(inner, { datadir: disk.folder });
    const inodes: string[] = [];
    for (let number = 0; number < 25; number += 1) {
      inodes.push(join(disk.folder, String(number)));
      await writeFile(inodes[number]!, '');
    }
    const scu = await RawScu.associate(receiver.port);
    let stored = 0;
    let answer = await storeOne(scu, '1.2.3.1.0');
    for (; answer[0] === SUCCESS; answer = await storeOne(scu, `1.2.3.1.${stored}`)) stored += 1;
    assert.deepEqual(answer, [OUT_OF_RESOURCES, 'no space is left']);
    assert.ok(stored > 0 && stored < 64);
    assert.deepEqual(await filesBelow(receiver.layout.temp), []);
    assert.equal((await filesBelow(receiver.layout.archive)).length, stored);

    for (const path of inodes) await rm(path);
    assert.deepEqual(await storeOne(scu, `1.2.3.1.${stored}`), [SUCCESS, '']);
    await scu.release();
  });
});

test('a disk that becomes read-only answers A700, refuses new associations for now, and says why', async (t) => {
  await withSmallDisk(t, await temporaryFolder(t), {}, async (inner, disk) => {
    const receiver = await startReceiver(inner, { datadir: disk.folder });
    const scu = await RawScu.associate(receiver.port);
    assert.deepEqual(await storeOne(scu, '1.2.3.1.1'), [SUCCESS, '']);
    disk.remount('ro');
    assert.deepEqual(await storeOne(scu, '1.2.3.1.2'), [OUT_OF_RESOURCES, 'cannot be stored now: EROFS']);
    assert.deepEqual(await rejectionOf(receiver), [2, 3, 2]);
    const [rejected] = await receiver.happened('association-rejected');
    assert.equal(rejected?.text, 'the archive cannot be written: EROFS');
    const [unusable] = await receiver.happened('disk-unusable');
    assert.deepEqual([unusable?.path, unusable?.code], [receiver.layout.archive, 'EROFS']);

    disk.remount('rw');
    await (await associateWhenAccepted(receiver)).release();
    await receiver.happened('disk-usable');
    assert.deepEqual(await storeOne(scu, '1.2.3.1.2'), [SUCCESS, '']);
    await scu.release();
    assert.deepEqual(await filesBelow(receiver.layout.temp), []);
  });
});

test('a data directory that is away answers A700, is not made anew, and is used again when it is back', async (t) => {
  const receiver = await startReceiver(t);
  const { datadir } = receiver.layout;
  const scu = await RawScu.associate(receiver.port);
  assert.deepEqual(await storeOne(scu, '1.2.3.1.1'), [SUCCESS, '']);
  const away = `${datadir}-away`;
  await rename(datadir, away);
  await mkdir(datadir); // as a mount point is left when its disk is gone
  assert.deepEqual(await storeOne(scu, '1.2.3.1.2'), [OUT_OF_RESOURCES, 'cannot be stored now: ENOENT']);
  assert.deepEqual(await rejectionOf(receiver), [2, 3, 2]);
  const [rejected] = await receiver.happened('association-rejected');
  assert.equal(rejected?.text, 'the archive cannot be written: ENOENT');
  assert.deepEqual(await filesBelow(datadir), []);

  await rm(datadir, { recursive: true });
  await rename(away, datadir);
  await (await associateWhenAccepted(receiver)).release();
  assert.deepEqual(await storeOne(scu, '1.2.3.1.2'), [SUCCESS, '']);
  assert.equal((await filesBelow(receiver.layout.archive)).length, 2);
  await scu.release();
});
