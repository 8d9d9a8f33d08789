// writePart10: what is in the dataset is in the file, read back by our own reader and by DCMTK.

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readFileMeta } from '../../src/dicom/file-meta.ts';
import { readHeader, type Header } from '../../src/dicom/header.ts';
import { EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN } from '../../src/dicom/transfer-syntaxes.ts';
import { writePart10, type Dataset } from '../../src/dicom/write.ts';
import { runDcmtk, skipWithout } from './dcmtk.ts';

const SYNTAXES = [EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN];
const BASE: Dataset = { SOPClassUID: '1.2.840.10008.5.1.4.1.1.7', SOPInstanceUID: '1.2.3' };

let directory: string;
let path: string;
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dts-write-'));
  path = join(directory, 'written.dcm');
});
after(() => rm(directory, { recursive: true, force: true }));

for (const syntax of SYNTAXES) {
  test(`keeps text of any script, several values and empty ones (${syntax})`, async () => {
    const texts = { PatientName: '山田^太郎=やまだ', ImageType: ['DERIVED', 'SECONDARY'], StudyDescription: 'odd' };
    const header = await roundTrip({ ...texts, StudyID: null, AccessionNumber: '' }, syntax);
    assert.equal(header.TransferSyntaxUID, syntax);
    assert.equal(header.text('PatientName'), '山田^太郎=やまだ');
    assert.deepEqual(header.texts('ImageType'), ['DERIVED', 'SECONDARY']);
    assert.equal(header.has('StudyID') && header.has('AccessionNumber'), true);
    assert.equal(header.text('StudyID'), undefined);
    assert.equal(header.text('SpecificCharacterSet'), 'ISO_IR 192');
    assert.equal(header.bytes('StudyDescription')?.length, 4);
  });

  test(`writes the bytes of a view and not those before it in its buffer (${syntax})`, async () => {
    const whole = Uint8Array.from({ length: 64 }, (_, index) => index);
    await write({ BitsAllocated: 8, PixelData: whole.subarray(16, 21) }, syntax);
    assert.deepEqual([...(await readFile(path)).subarray(-6)], [16, 17, 18, 19, 20, 0]);
  });
}

test('says in the file meta information what the dataset is', async () => {
  await write({});
  const meta = await readFileMeta(path);
  assert.ok(!('notDicom' in meta));
  assert.equal(meta.MediaStorageSOPClassUID, BASE['SOPClassUID']);
  assert.equal(meta.MediaStorageSOPInstanceUID, BASE['SOPInstanceUID']);
});

const LONG_NUMBERS = [1e-7 / 3, -1 / 3, 123456789.123456789, -1.2345678901234567e-100, 0.1 + 0.2, 1e21];

for (const value of LONG_NUMBERS) {
  test(`writes ${value} as a decimal of at most 16 characters next to it`, async () => {
    const text = (await roundTrip({ SliceThickness: value })).text('SliceThickness')!;
    assert.ok(text.length <= 16, text);
    assert.ok(Math.abs(Number(text) / value - 1) < 1e-8, text);
  });
}

test('gives values the VR that the pixels decide', async () => {
  const vrOf = (header: Header, tag: number) => [...header.entries()].find((element) => element.tag === tag)?.vr;
  const words: Dataset = { BitsAllocated: 16, PixelRepresentation: 1, PixelData: Int16Array.of(1) };
  const signed = await roundTrip({ ...words, PixelPaddingValue: -2000 });
  assert.equal(vrOf(signed, 0x00280120), 'SS');
  assert.equal(signed.number(0x00280120), -2000);
  assert.equal(vrOf(signed, 0x7fe00010), 'OW');
  const octets: Dataset = { BitsAllocated: 8, PixelRepresentation: 0, PixelData: Uint8Array.of(1) };
  const unsigned = await roundTrip({ ...octets, PixelPaddingValue: 3 });
  assert.equal(vrOf(unsigned, 0x00280120), 'US');
  assert.equal(vrOf(unsigned, 0x7fe00010), 'OB');
});

test('refuses what it cannot write as it stands', async () => {
  await assert.rejects(write({ PatientNam: 'x' }), /no data element has the keyword PatientNam/);
  await assert.rejects(write({ SliceThickness: NaN }), /SliceThickness cannot hold NaN/);
  await assert.rejects(write({ Rows: 65536 }), /Rows cannot hold 65536/);
  await assert.rejects(write({ Rows: 1.5 }), /Rows cannot hold 1.5/);
  await assert.rejects(write({ InstanceNumber: 2 ** 31 }), /InstanceNumber cannot hold/);
  await assert.rejects(write({ ContentSequence: [{ TextValu: 'x' }] }), /TextValu/);
  await assert.rejects(write({ ExtendedOffsetTable: new Uint8Array(8) }), /ExtendedOffsetTable has the VR OV/);
  await assert.rejects(write({}, '1.2.840.10008.1.2.4.50'), /uncompressed little endian only/);
});

test('keeps text that is longer than its VR allows', async () => {
  const long = 'X'.repeat(80);
  assert.equal((await roundTrip({ PatientID: long, StudyDate: '2004.01.19' })).text('PatientID'), long);
});

test('writes nested and empty sequences that DCMTK reads', { skip: skipWithout('dcmdump') }, async () => {
  for (const syntax of SYNTAXES) {
    const series = { SeriesInstanceUID: '1.2.4', ReferencedSOPSequence: [{ ReferencedSOPInstanceUID: '1.2.5' }, {}] };
    await write({ ReferencedStudySequence: [], ReferencedSeriesSequence: [series] }, syntax);
    const { status, stdout, stderr } = runDcmtk('dcmdump', [path]);
    assert.equal(status, 0, stderr);
    assert.equal(stderr, '');
    assert.match(stdout, /^ {4}\(0020,000e\) UI \[1\.2\.4\]/m);
    assert.match(stdout, /^ {8}\(0008,1155\) UI \[1\.2\.5\]/m);
  }
});

function write(elements: Dataset, syntax?: string): Promise<void> {
  return writePart10(path, { ...BASE, ...elements }, syntax);
}

async function roundTrip(elements: Dataset, syntax?: string): Promise<Header> {
  await write(elements, syntax);
  const header = await readHeader(path);
  if ('notDicom' in header) assert.fail(header.notDicom);
  return header;
}
