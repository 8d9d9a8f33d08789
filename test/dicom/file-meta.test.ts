import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import { encodeFileMeta, parseFileMeta, readFileMeta } from '../../src/dicom/file-meta.ts';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../../src/dicom/implementation.ts';
import { isUID } from '../../src/dicom/uid.ts';
import { element } from './encode.ts';
import { realObjects, withoutDCMTK } from './real-objects.ts';

const VALUES = {
  MediaStorageSOPClassUID: '1.2.840.10008.5.1.4.1.1.2',
  MediaStorageSOPInstanceUID: '1.2.3.45',
  TransferSyntaxUID: '1.2.840.10008.1.2.1',
  SourceApplicationEntityTitle: 'SCANNER',
};

test('reads back what it wrote, and where the dataset begins', () => {
  const meta = encodeFileMeta(VALUES);
  assert.deepEqual(parseFileMeta(Buffer.concat([meta, element(0x00080005, 'CS', 'ISO_IR 100')])), {
    ...VALUES,
    ImplementationClassUID: IMPLEMENTATION_CLASS_UID,
    ImplementationVersionName: IMPLEMENTATION_VERSION_NAME,
    datasetOffset: meta.length,
  });
});

test('names the implementation within the limits of the standard', () => {
  assert.ok(isUID(IMPLEMENTATION_CLASS_UID));
  assert.ok(IMPLEMENTATION_VERSION_NAME.length <= 16);
});

test('leaves out what it was not told, and writes a group length that reaches to the dataset', () => {
  const meta = encodeFileMeta(VALUES);
  assert.equal(meta.includes(Buffer.from([0x02, 0x00, 0x17, 0x00])), false);
  assert.equal(132 + 12 + meta.readUInt32LE(140), meta.length);
  assert.equal(meta.length % 2, 0);
});

test('writes what DCMTK reads without a warning', { skip: withoutDCMTK }, async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'dts-file-meta-'));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, 'object.dcm');
  const SOPClass = element(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.2\0');
  await writeFile(path, Buffer.concat([encodeFileMeta(VALUES), SOPClass, element(0x00080018, 'UI', '1.2.3.45')]));
  const dumped = execFileSync('dcmdump', ['-Un', path], { encoding: 'latin1', stdio: ['ignore', 'pipe', 'inherit'] });
  for (const value of Object.values(VALUES)) assert.ok(dumped.includes(`[${value}]`), value);
  assert.ok(dumped.includes(`[${IMPLEMENTATION_CLASS_UID}]`));
});

test('reads the file meta information of real objects as DCMTK does', { skip: withoutDCMTK }, async () => {
  for (const path of realObjects()) {
    const meta = await readFileMeta(path);
    assert.ok(!('notDicom' in meta), path);
    const dumped = execFileSync('dcmdump', ['-q', '-Un', '+L', path], { encoding: 'latin1' });
    assert.ok(dumped.includes(`(0002,0010) UI [${meta.TransferSyntaxUID}]`), path);
    assert.ok(dumped.includes(`(0002,0003) UI [${meta.MediaStorageSOPInstanceUID}]`), path);
    const groupLength = (await readFile(path)).readUInt32LE(140);
    assert.equal(meta.datasetOffset, 144 + groupLength, path);
  }
});

test('walks past a wrong group length', () => {
  for (const wrong of [0, 1, 8, 5000, 0xffffffff]) {
    const meta = encodeFileMeta(VALUES);
    meta.writeUInt32LE(wrong, 140);
    const parsed = parseFileMeta(Buffer.concat([meta, element(0x00080005, 'CS', 'ISO_IR 100')]));
    assert.equal('datasetOffset' in parsed && parsed.datasetOffset, meta.length, `${wrong}`);
  }
});

test('does not take a deflated dataset for more file meta information', () => {
  const meta = encodeFileMeta({ ...VALUES, TransferSyntaxUID: '1.2.840.10008.1.2.1.99' });
  const parsed = parseFileMeta(Buffer.concat([meta, Buffer.from([0x02, 0x00, 0x55, 0x55, 0x41, 0x45, 0, 0, 1])]));
  assert.equal('datasetOffset' in parsed && parsed.datasetOffset, meta.length);
});

test('does not take a big endian dataset that begins with group 0200 for more file meta information', () => {
  const meta = encodeFileMeta({ ...VALUES, TransferSyntaxUID: '1.2.840.10008.1.2.2' });
  // In little endian it would be a TransferSyntaxUID of another name.
  const dataset = element(0x02001000, 'UI', Buffer.alloc(0x1400, '1.2'), 'big endian');
  const parsed = parseFileMeta(Buffer.concat([meta, dataset, Buffer.alloc(0x1400)]));
  assert.deepEqual('datasetOffset' in parsed && [parsed.datasetOffset, parsed.TransferSyntaxUID],
    [meta.length, '1.2.840.10008.1.2.2']);
});

test('refuses with a reason what is no DICOM file, is cut short or has no transfer syntax', () => {
  const meta = encodeFileMeta(VALUES);
  assert.deepEqual(parseFileMeta(Buffer.alloc(0)), { notDicom: 'has no DICM after a preamble of 128 bytes' });
  assert.deepEqual(parseFileMeta(Buffer.alloc(4000)), { notDicom: 'has no DICM after a preamble of 128 bytes' });
  assert.deepEqual(parseFileMeta(meta.subarray(128)), { notDicom: 'has no DICM after a preamble of 128 bytes' });
  assert.deepEqual(parseFileMeta(meta.subarray(0, 132)), { notDicom: 'has no TransferSyntaxUID (0002,0010)' });
  const cutWithin = parseFileMeta(meta.subarray(0, 160));
  assert.match('notDicom' in cutWithin ? cutWithin.notDicom : '', /^ends within its file meta information/);
});

test('gives a reason or the values at whatever byte a file is cut', () => {
  const meta = encodeFileMeta(VALUES);
  for (let length = 0; length < meta.length; length += 1) {
    const parsed = parseFileMeta(meta.subarray(0, length));
    if ('notDicom' in parsed) continue;
    assert.equal(parsed.TransferSyntaxUID, VALUES.TransferSyntaxUID);
    assert.ok(parsed.datasetOffset <= length);
  }
});

test('rejects as the file system does when there is no file', async () => {
  await assert.rejects(readFileMeta('/nonexistent/object.dcm'), { code: 'ENOENT' });
});
