// Real objects, as they are and converted by DCMTK, read as DCMTK reads them.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { test } from 'node:test';

import { encodeFileMeta, parseFileMeta } from '../../src/dicom/file-meta.ts';
import { readHeader, type Header } from '../../src/dicom/header.ts';
import { transferSyntax } from '../../src/dicom/transfer-syntaxes.ts';
import { element, head } from './encode.ts';
import { dump, realObject, realObjects, withoutDCMTK, withoutRealObjects } from './real-objects.ts';

async function headerOf(path: string): Promise<Header> {
  const header = await readHeader(path);
  assert.ok(!('notDicom' in header), `${path} ${'notDicom' in header ? header.notDicom : ''}`);
  return header;
}

async function compareWithDump(path: string): Promise<void> {
  const header = await headerOf(path);
  const dumped = dump(path);
  const elements = [...header.entries()].filter(({ tag }) => tag < 0x7fe00008);
  assert.deepEqual(elements.map(({ tag }) => tag), dumped.map(({ tag }) => tag), path);
  assert.ok(dumped.length > 0, path);
  const { explicitVR } = transferSyntax(header.TransferSyntaxUID);
  for (const { tag, vr, length, text } of dumped) {
    const found = elements.find((element) => element.tag === tag);
    const where = `${basename(path)} ${tag.toString(16)}`;
    if (vr !== 'SQ' && length !== undefined) assert.equal(found?.length, length, where);
    if (explicitVR && vr !== 'UN') assert.equal(found?.vr, vr, where);
    const isPlain = text !== undefined && /^[\x20-\x7e]*$/.test(text);
    if (isPlain) assert.equal(header.texts(tag, 'LO').join('\\').trim(), text.trim(), where);
  }
}

test('finds the elements that DCMTK finds, with their lengths, VRs and texts', { skip: withoutDCMTK }, async () => {
  for (const path of realObjects()) await compareWithDump(path);
});

test('finds them in every uncompressed encoding DCMTK can write', { skip: withoutDCMTK }, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'dts-header-'));
  context.after(() => rm(folder, { recursive: true }));
  const names = ['CT_small.dcm', 'MR_small_bigendian.dcm', 'rtplan.dcm', 'test-SR.dcm', 'image_dfl.dcm', 'priv_SQ.dcm'];
  for (const name of names) {
    for (const syntax of ['+te', '+tb', '+ti', '+td']) {
      for (const lengths of ['+e', '-e']) {
        const path = join(folder, `${name}${syntax}${lengths}`);
        execFileSync('dcmconv', ['-q', syntax, lengths, realObject(name), path], { stdio: 'ignore' });
        await compareWithDump(path);
        const original = await headerOf(realObject(name));
        const converted = await headerOf(path);
        for (const keyword of ['PatientName', 'SOPInstanceUID', 'Rows', 'Modality', 'PixelSpacing'] as const) {
          assert.deepEqual(converted.texts(keyword), original.texts(keyword), `${path} ${keyword}`);
        }
      }
    }
  }
});

test('decodes the names in three character sets', { skip: withoutRealObjects }, async () => {
  assert.equal((await headerOf(realObject('chrFren.dcm'))).text('PatientName'), 'Buc^Jérôme');
  assert.equal((await headerOf(realObject('chrJapMulti.dcm'))).text('PatientName'), 'やまだ^たろう');
  assert.equal((await headerOf(realObject('chrX2.dcm'))).text('PatientName'), 'Wang^XiaoDong=王^小东=');
});

test('gives a header or a reason for real objects cut at any byte', { skip: withoutRealObjects }, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'dts-header-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'cut.dcm');
  const whole = await readFile(realObject('SC_rgb_rle.dcm'));
  const meta = parseFileMeta(whole);
  assert.ok('datasetOffset' in meta);
  for (let length = 0; length <= 1200; length += 3) {
    await writeFile(path, whole.subarray(0, length));
    const header = await readHeader(path);
    assert.ok('notDicom' in header || length > meta.datasetOffset, `${length}`);
  }
});

test('leaps over a large value in a file and fails if the file ends within it', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'dts-header-'));
  context.after(() => rm(folder, { recursive: true }));
  const meta = encodeFileMeta({
    MediaStorageSOPClassUID: '1.2.840.10008.5.1.4.1.1.66',
    MediaStorageSOPInstanceUID: '1.2.3',
    TransferSyntaxUID: '1.2.840.10008.1.2.1',
  });
  const large = element(0x00091001, 'OB', Buffer.alloc(300_000));
  const whole = join(folder, 'whole.dcm');
  await writeFile(whole, Buffer.concat([meta, large, element(0x00100020, 'LO', '4711')]));
  assert.equal((await headerOf(whole)).text('PatientID'), '4711');
  const cut = join(folder, 'cut.dcm');
  await writeFile(cut, Buffer.concat([meta, head(0x00091001, 'OB', 0xfffffff0), Buffer.alloc(100_000)]));
  assert.deepEqual(await readHeader(cut), { notDicom: 'ends within or after (0009,1001)' });
});

test('rejects as the file system does when a file cannot be read', async () => {
  await assert.rejects(readHeader('/nonexistent/object.dcm'), { code: 'ENOENT' });
  await assert.rejects(readHeader('/'), { code: 'EISDIR' });
});
