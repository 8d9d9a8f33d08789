// What a header holds and how it is asked, on datasets written by hand.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';

import { HeaderReader, type Header } from '../../src/dicom/header.ts';
import { element, head, item, itemEnd, sequenceEnd, UNDEFINED_LENGTH, type Encoding } from './encode.ts';

const IMPLICIT = '1.2.840.10008.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const UNDEFINED = UNDEFINED_LENGTH;

/** The header of a dataset that has a whole one. */
function read(dataset: Buffer, TransferSyntaxUID = EXPLICIT): Header {
  const reader = new HeaderReader(TransferSyntaxUID);
  const state = reader.push(dataset) === 'more' ? reader.finish() : reader.push(Buffer.alloc(0));
  assert.equal(state, 'complete', reader.failure);
  return reader.header;
}

function failureOf(dataset: Buffer, TransferSyntaxUID = EXPLICIT): string | undefined {
  const reader = new HeaderReader(TransferSyntaxUID);
  if (reader.push(dataset) === 'more') reader.finish();
  return reader.failure;
}

function uint16(...values: number[]): Buffer {
  return Buffer.from(Uint16Array.from(values).buffer);
}

const modality = element(0x00080060, 'CS', 'CT');
const PatientID = element(0x00100020, 'LO', ' 4711 ');

test('gives texts without padding, the first or all, by keyword or tag', () => {
  const header = read(Buffer.concat([
    element(0x00080008, 'CS', 'ORIGINAL \\PRIMARY\\\\AXIAL'),
    element(0x00080018, 'UI', '1.2.3\0'),
    PatientID,
    element(0x00104000, 'LT', ' indented \\ line '),
  ]));
  assert.deepEqual(header.texts('ImageType'), ['ORIGINAL', 'PRIMARY', '', 'AXIAL']);
  assert.equal(header.text('ImageType'), 'ORIGINAL');
  assert.equal(header.text('SOPInstanceUID'), '1.2.3');
  assert.equal(header.text('PatientID'), '4711');
  assert.equal(header.text(0x00100020), '4711');
  assert.equal(header.text('PatientComments'), ' indented \\ line');
  assert.deepEqual(header.bytes('PatientID'), Buffer.from(' 4711 '));
});

test('tells an absent element from an empty one', () => {
  const header = read(Buffer.concat([element(0x00080050, 'SH', ''), modality]));
  assert.equal(header.has('AccessionNumber'), true);
  assert.equal(header.text('AccessionNumber'), undefined);
  assert.deepEqual(header.texts('AccessionNumber'), []);
  assert.equal(header.number('AccessionNumber'), undefined);
  assert.deepEqual(header.bytes('AccessionNumber'), Buffer.alloc(0));
  assert.equal(header.has('PatientName'), false);
  assert.equal(header.bytes('PatientName'), undefined);
});

test('gives numbers of every VR that has them', () => {
  const double = Buffer.alloc(16);
  double.writeDoubleLE(1000, 0);
  double.writeDoubleLE(-0.5, 8);
  const header = read(Buffer.concat([
    element(0x00200037, 'DS', '1\\0\\-0.5\\1e-3\\ 2.5 \\x'),
    element(0x00280008, 'IS', ' 12 '),
    element(0x00280010, 'US', uint16(512)),
    element(0x00280106, 'SS', uint16(0xffff)),
    element(0x00189087, 'FD', double),
    element(0x00280009, 'AT', uint16(0x0018, 0x1063)),
    element(0x00091001, 'UL', uint16(1, 1)),
    element(0x00091002, 'UV', uint16(2, 0, 0, 0)),
    element(0x00091003, 'FL', Buffer.from(Float32Array.of(0.25, NaN).buffer)),
  ]));
  assert.deepEqual(header.numbers('ImageOrientationPatient'), [1, 0, -0.5, 0.001, 2.5]);
  assert.equal(header.number('NumberOfFrames'), 12);
  assert.equal(header.number('Rows'), 512);
  assert.equal(header.text('Rows'), '512');
  assert.equal(header.number(0x00280106), -1);
  assert.deepEqual(header.numbers('DiffusionBValue'), [1000, -0.5]);
  assert.deepEqual(header.numbers(0x00280009), [0x00181063]);
  assert.deepEqual(header.texts(0x00280009), ['00181063']);
  assert.equal(header.number(0x00091001), 65537);
  assert.equal(header.number(0x00091002), 2);
  assert.deepEqual(header.numbers(0x00091003), [0.25]);
});

test('decodes text with the SpecificCharacterSet of the dataset, in whatever order they come', () => {
  const name = element(0x00100010, 'PN', Buffer.from('M\xfcller^J\xf6rg', 'latin1'));
  const latin = element(0x00080005, 'CS', 'ISO_IR 100');
  const cyrillic = element(0x00080005, 'CS', 'ISO_IR 144');
  assert.equal(read(Buffer.concat([latin, name])).text('PatientName'), 'Müller^Jörg');
  assert.equal(read(Buffer.concat([name, cyrillic])).text('PatientName'), 'Mќller^Jіrg');
});

test('knows the VR of its keywords in implicit VR, and is told that of others', () => {
  const header = read(Buffer.concat([
    element(0x00280010, 'US', uint16(512), 'implicit'),
    element(0x00091001, 'US', uint16(7), 'implicit'),
    element(0x00091002, 'LO', '42', 'implicit'),
  ]), IMPLICIT);
  assert.equal(header.number('Rows'), 512);
  assert.equal(header.number(0x00091001, 'US'), 7);
  assert.equal(header.number(0x00091002), 42);
  assert.equal(header.text(0x00091002), '42');
  assert.deepEqual([...header.entries()].map(({ vr }) => vr), ['US', 'UN', 'UN']);
});

test('knows the VR of its keywords where they were written as UN', () => {
  const header = read(element(0x00280010, 'UN', uint16(512)));
  assert.equal(header.number('Rows'), 512);
});

test('reads big endian', () => {
  const header = read(Buffer.concat([
    element(0x00080060, 'CS', 'MR', 'big endian'),
    element(0x00280009, 'AT', Buffer.from([0x00, 0x18, 0x10, 0x63]), 'big endian'),
    element(0x00280010, 'US', Buffer.from([0x02, 0x00]), 'big endian'),
  ]), BIG_ENDIAN);
  assert.equal(header.text('Modality'), 'MR');
  assert.equal(header.number('Rows'), 512);
  assert.equal(header.number(0x00280009), 0x00181063);
});

test('reads a deflated dataset', () => {
  const dataset = Buffer.concat([modality, PatientID, head(0x7fe00010, 'OW', 1_000_000), Buffer.alloc(1_000_000)]);
  assert.equal(read(deflateRawSync(dataset), DEFLATED).text('PatientID'), '4711');
});

test('stops at PixelData, which it has without bytes, and wants nothing after it', () => {
  const reader = new HeaderReader(EXPLICIT);
  assert.equal(reader.push(Buffer.concat([modality, head(0x7fe00010, 'OW', 100)])), 'complete');
  assert.equal(reader.push(Buffer.from('anything')), 'complete');
  assert.equal(reader.finish(), 'complete');
  assert.equal(reader.header.has('PixelData'), true);
  assert.equal(reader.header.bytes('PixelData'), undefined);
  for (const tag of [0x7fe00008, 0x7fe00009, 0x7fe10010]) {
    assert.equal(new HeaderReader(EXPLICIT).push(head(tag, 'OW', 100)), 'complete');
  }
});

test('stops at the first element from untilTag on', () => {
  const reader = new HeaderReader(EXPLICIT, { untilTag: 0x00100000 });
  assert.equal(reader.push(Buffer.concat([modality, PatientID])), 'complete');
  assert.deepEqual([...reader.header.entries()].map(({ tag }) => tag), [0x00080060, 0x00100020]);
  assert.equal(reader.header.bytes('PatientID'), undefined);
});

test('takes elements in any order, of odd length and with group lengths, and of two the first', () => {
  const header = read(Buffer.concat([
    PatientID,
    element(0x00080000, 'UL', uint16(10, 0)),
    element(0x00080070, 'LO', Buffer.from('odd')),
    modality,
    element(0x00080060, 'CS', 'MR'),
  ]));
  assert.equal(header.text('Modality'), 'CT');
  assert.equal(header.text('Manufacturer'), 'odd');
  assert.equal(header.text('PatientID'), '4711');
});

for (const encoding of ['explicit', 'implicit', 'big endian'] satisfies Encoding[]) {
  test(`passes over sequences of any shape in ${encoding} encoding`, () => {
    const inside = element(0x00080060, 'CS', 'XX', encoding);
    const nested = Buffer.concat([
      head(0x00081140, 'SQ', UNDEFINED, encoding), item(UNDEFINED, inside, encoding), itemEnd(encoding),
      item(inside.length, inside, encoding), sequenceEnd(encoding),
    ]);
    const dataset = Buffer.concat([
      element(0x00080005, 'CS', 'ISO_IR 100', encoding),
      element(0x00081032, 'SQ', item(inside.length, inside, encoding), encoding),
      head(0x00081140, 'SQ', UNDEFINED, encoding), item(UNDEFINED, nested, encoding), itemEnd(encoding),
      sequenceEnd(encoding),
      element(0x00091001, 'SQ', Buffer.alloc(0), encoding),
      element(0x00100020, 'LO', '4711', encoding),
    ]);
    const header = read(dataset, { explicit: EXPLICIT, implicit: IMPLICIT, 'big endian': BIG_ENDIAN }[encoding]);
    assert.equal(header.has('Modality'), false);
    assert.equal(header.has('ProcedureCodeSequence'), true);
    assert.equal(header.text('PatientID'), '4711');
  });
}

test('reads a value of VR UN and undefined length as implicit VR little endian (PS3.5 6.2.2)', () => {
  const inside = element(0x00091002, 'LO', 'inside', 'implicit');
  const value = Buffer.concat([item(UNDEFINED, inside), itemEnd(), sequenceEnd()]);
  for (const [encoding, UID] of [['explicit', EXPLICIT], ['big endian', BIG_ENDIAN]] as const) {
    const dataset = Buffer.concat([
      head(0x00091001, 'UN', UNDEFINED, encoding), value, element(0x00100020, 'LO', '4711', encoding),
    ]);
    assert.equal(read(dataset, UID).text('PatientID'), '4711', encoding);
  }
});

test('passes over encapsulated fragments within a sequence', () => {
  const fragments = [head(0x7fe00010, 'OB', UNDEFINED), item(0), item(4, Buffer.alloc(4)), sequenceEnd()];
  const icon = [head(0x00880200, 'SQ', UNDEFINED), item(UNDEFINED), ...fragments, itemEnd(), sequenceEnd()];
  assert.equal(read(Buffer.concat([...icon, PatientID])).text('PatientID'), '4711');
});

test('tolerates a delimitation after a sequence of defined length', () => {
  const sequence = element(0x00081032, 'SQ', item(modality.length, modality));
  assert.equal(read(Buffer.concat([sequence, sequenceEnd(), PatientID])).text('PatientID'), '4711');
});

test('reads VRs of later editions, placeholders for a VR, and elements that wrongly have none', () => {
  const later = Buffer.from('\x09\0\x01\x10ZZ\0\0\x04\0\0\0more', 'latin1');
  const placeholder = Buffer.from('\x09\0\x02\x10??\x04\0more', 'latin1');
  const implicit = element(0x00091003, 'LO', 'more', 'implicit');
  const header = read(Buffer.concat([later, placeholder, implicit, PatientID]));
  for (const tag of [0x00091001, 0x00091002, 0x00091003]) assert.equal(header.text(tag), 'more', tag.toString(16));
  assert.equal(header.text('PatientID'), '4711');
});

test('does not keep values above 64 KiB, and keeps those of 64 KiB', () => {
  const header = read(Buffer.concat([
    element(0x00091001, 'OB', Buffer.alloc(65536, 1)), element(0x00091002, 'OB', Buffer.alloc(65538)), PatientID,
  ]));
  assert.deepEqual(header.bytes(0x00091001), Buffer.alloc(65536, 1));
  assert.equal(header.has(0x00091002), true);
  assert.equal(header.bytes(0x00091002), undefined);
  assert.equal(header.text('PatientID'), '4711');
});

test('says where a dataset went wrong', () => {
  assert.equal(failureOf(modality.subarray(0, 9)), 'ends within or after (0008,0060)');
  assert.equal(failureOf(item(0)), 'has (FFFE,E000) where an element should be');
  const noItem = Buffer.concat([head(0x00081140, 'SQ', UNDEFINED), modality]);
  assert.equal(failureOf(noItem), 'has (0008,0060) where an item should be');
  const endless = Buffer.concat([head(0x00081140, 'SQ', UNDEFINED), item(UNDEFINED), modality]);
  assert.equal(failureOf(endless), 'ends within or after (0008,0060)');
  assert.equal(failureOf(Buffer.from('no deflate stream at all'), DEFLATED), 'is no valid deflate stream');
});

test('lets the caller leap over what it would pass over', () => {
  const reader = new HeaderReader(EXPLICIT);
  reader.push(Buffer.concat([modality, head(0x00091001, 'OB', 1_000_000_000), Buffer.alloc(10)]));
  assert.equal(reader.skippableBytes, 999_999_990);
  reader.skip(999_999_990);
  assert.equal(reader.push(PatientID), 'more');
  assert.equal(reader.finish(), 'complete');
  assert.equal(reader.header.text('PatientID'), '4711');
});

test('keeps no bytes of a chunk, so that its buffer can be used again', () => {
  const reader = new HeaderReader(EXPLICIT);
  const chunk = Buffer.concat([modality, PatientID.subarray(0, 9)]);
  reader.push(chunk);
  chunk.fill(0);
  reader.push(PatientID.subarray(9));
  assert.equal(reader.header.text('Modality'), 'CT');
  assert.equal(reader.header.text('PatientID'), '4711');
});
