import assert from 'node:assert/strict';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { encodeFileMeta } from '../../src/dicom/file-meta.ts';
import { Archive } from '../../src/spool/archive.ts';
import { Layout } from '../../src/spool/layout.ts';
import { ReceivingDisk } from '../../src/spool/receiving-disk.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';

const STUDY = '1.2.3';
const INSTANCE = '1.2.3.4';

async function makeSite(t: TestContext) {
  const layout = new Layout(await temporaryFolder(t));
  for (const folder of [layout.temp, layout.archive]) await mkdir(folder, { recursive: true });
  let files = 0;
  /** A settled file in temp. */
  async function incoming(dataset: string | Buffer, SourceApplicationEntityTitle = 'CT'): Promise<string> {
    const path = join(layout.temp, String(files += 1));
    const meta = encodeFileMeta({
      MediaStorageSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
      MediaStorageSOPInstanceUID: INSTANCE,
      TransferSyntaxUID: '1.2.840.10008.1.2.1',
      SourceApplicationEntityTitle,
    });
    await writeFile(path, Buffer.concat([meta, Buffer.from(dataset as string)]));
    return path;
  }
  return { layout, archive: new Archive(layout, new ReceivingDisk(() => false)), incoming };
}

test('keeps the first of two equal datasets, though another sender stands in front of the second', async (t) => {
  const { layout, archive, incoming } = await makeSite(t);
  const path = layout.archivedInstance(STUDY, INSTANCE);
  assert.deepEqual(await archive.keep(await incoming('dataset', 'CT'), STUDY, INSTANCE), { found: 'nothing', path });
  const before = await readFile(path);
  const again = await archive.keep(await incoming('dataset', 'A_LONGER_TITLE'), STUDY, INSTANCE);
  assert.deepEqual(again, { found: 'same', path });
  assert.deepEqual(await readFile(path), before);
  assert.deepEqual(await filesBelow(layout.temp), []);
});

test('keeps every dataset that differs, and recognises each when it comes again', async (t) => {
  const { layout, archive, incoming } = await makeSite(t);
  const long = Buffer.alloc(600_000, 'x');
  const longDiffersAtEnd = Buffer.concat([long.subarray(1), Buffer.from('y')]);
  const datasets = ['one', 'two', 'three', long, longDiffersAtEnd];
  for (const [version, dataset] of datasets.entries()) {
    const kept = await archive.keep(await incoming(dataset), STUDY, INSTANCE);
    assert.deepEqual(kept, {
      found: version === 0 ? 'nothing' : 'different',
      path: layout.archivedInstance(STUDY, INSTANCE, version),
    });
  }
  for (const [version, dataset] of datasets.entries()) {
    const kept = await archive.keep(await incoming(dataset), STUDY, INSTANCE);
    assert.deepEqual(kept, { found: 'same', path: layout.archivedInstance(STUDY, INSTANCE, version) });
  }
  assert.equal((await filesBelow(layout.archive)).length, datasets.length);
});

test('keeps each of many equal and different datasets once, when all are put in at the same time', async (t) => {
  const { layout, archive, incoming } = await makeSite(t);
  const paths = await Promise.all(Array.from({ length: 30 }, (_, index) => incoming(`dataset ${index % 3}`)));
  const kept = await Promise.all(paths.map((path) => archive.keep(path, STUDY, INSTANCE)));
  assert.equal(kept.filter(({ found }) => found !== 'same').length, 3);
  assert.equal((await filesBelow(layout.archive)).length, 3);
  for (const [index, { path }] of kept.entries()) assert.ok((await readFile(path)).includes(`dataset ${index % 3}`));
  assert.deepEqual(await filesBelow(layout.temp), []);
});

test('makes the directory of a study again that was cleaned away', async (t) => {
  const { layout, archive, incoming } = await makeSite(t);
  await archive.keep(await incoming('dataset'), STUDY, INSTANCE);
  await rm(layout.archivedStudy(STUDY), { recursive: true });
  assert.equal((await archive.keep(await incoming('dataset'), STUDY, INSTANCE)).found, 'nothing');
});

test('keeps what came beside a file of that name that is no DICOM file', async (t) => {
  const { layout, archive, incoming } = await makeSite(t);
  await mkdir(layout.archivedStudy(STUDY));
  await writeFile(layout.archivedInstance(STUDY, INSTANCE), 'damaged');
  assert.equal((await archive.keep(await incoming('damaged'), STUDY, INSTANCE)).found, 'different');
});

test('leaves the file in temp where it cannot be kept', async (t) => {
  const { layout, archive, incoming } = await makeSite(t);
  await writeFile(layout.archivedStudy(STUDY), 'a file where the directory should be');
  const path = await incoming('dataset');
  await assert.rejects(archive.keep(path, STUDY, INSTANCE), { code: 'EEXIST' });
  assert.equal((await filesBelow(layout.temp)).length, 1);
});
