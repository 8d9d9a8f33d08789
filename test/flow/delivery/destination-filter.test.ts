import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsFilter } from '../../../src/flow/delivery/destination-filter.ts';
import { Header } from '../../../src/dicom/header.ts';
import { HeaderReader } from '../../../src/dicom/header-reader.ts';
import { loadDictionary } from '../../../src/dicom/dictionary.ts';
import { element } from '../../dicom/encode.ts';

const { tagOf } = await loadDictionary();

function readDataset(...elements: Buffer[]): Header {
  const reader = new HeaderReader('1.2.840.10008.1.2.1');
  reader.push(Buffer.concat(elements));
  reader.finish();
  return reader.header;
}

const HEADER = readDataset(
  element(0x00080008, 'CS', 'DERIVED\\PRIMARY\\AXIAL'),
  element(0x00080060, 'CS', 'SEG'),
  element(0x0008103e, 'LO', 'Lesion 3 (auto)'),
  element(0x00200011, 'IS', '42'),
);

test('any entry may fit, and every keyword within one must', () => {
  const fits = (...filter: Record<string, string>[]): boolean => fitsFilter(filter, HEADER, tagOf);
  assert.equal(fits(), true);
  assert.equal(fits({}), true);
  assert.equal(fits({ Modality: 'SEG' }), true);
  assert.equal(fits({ Modality: 'SEG', SeriesDescription: '*(auto)' }), true);
  assert.equal(fits({ Modality: 'SEG', SeriesDescription: 'Liver*' }), false);
  assert.equal(fits({ Modality: 'SR' }, { SeriesDescription: 'Lesion ? *' }), true);
  assert.equal(fits({ Modality: 'SR' }, { Modality: 'CT' }), false);
  assert.equal(fits({ SeriesNumber: '42' }), true);
});

test('of several values one that fits is enough', () => {
  assert.equal(fitsFilter([{ ImageType: 'AXIAL' }], HEADER, tagOf), true);
  assert.equal(fitsFilter([{ ImageType: 'DERIVED*AXIAL' }], HEADER, tagOf), false);
});

test('what an instance does not have, or nobody knows, is empty', () => {
  assert.equal(fitsFilter([{ BodyPartExamined: '' }], HEADER, tagOf), true);
  assert.equal(fitsFilter([{ BodyPartExamined: '*' }], HEADER, tagOf), true);
  assert.equal(fitsFilter([{ BodyPartExamined: '?*' }], HEADER, tagOf), false);
  assert.equal(fitsFilter([{ NoSuchKeyword: '?*' }], HEADER, tagOf), false);
});
