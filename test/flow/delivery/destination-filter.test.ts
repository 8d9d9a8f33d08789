import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitsFilter, fitsGlob } from '../../../src/flow/delivery/destination-filter.ts';
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

test('stars stand for anything, question marks for one character, everything else for itself', () => {
  const fitting = [
    ['', ''], ['*', ''], ['*', 'anything at all'], ['SEG', 'SEG'], ['S?G', 'SEG'], ['S*', 'S'],
    ['*lesion*', 'a lesion b'], ['a*b*c', 'a1b2b3c'], ['**a**', 'a'], ['?', '😀'], ['?ø', 'øø'], ['a.c', 'a.c'],
    ['[ab]', '[ab]'], ['a\\*', 'a\\xyz'],
  ] as const;
  for (const [glob, text] of fitting) assert.equal(fitsGlob(glob, text), true, `${glob} ${text}`);
  const unfitting = [
    ['', 'a'], ['?', ''], ['??', 'a'], ['SEG', 'seg'], ['SEG', 'SEGX'], ['SEG', 'XSEG'], ['a.c', 'abc'], ['*a', 'ab'],
    ['[ab]', 'a'], ['a*b*c', 'a1c2b'], ['$', ''], ['^SEG', 'SEG'],
  ] as const;
  for (const [glob, text] of unfitting) assert.equal(fitsGlob(glob, text), false, `${glob} ${text}`);
});

test('agrees with a regular expression on many globs', () => {
  const letters = ['a', 'b', '*', '?'];
  let seed = 7;
  const pick = (): string => letters[(seed = (seed * 1103515245 + 12345) % 2147483648) % 4] ?? '';
  for (let round = 0; round < 3000; round += 1) {
    const glob = Array.from({ length: round % 7 }, pick).join('');
    const text = Array.from({ length: round % 9 }, pick).join('').replace(/[*?]/g, 'a');
    const expected = new RegExp(`^${glob.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(text);
    assert.equal(fitsGlob(glob, text), expected, `${glob} on ${text}`);
  }
});

test('a glob made to stall does not', () => {
  const begun = performance.now();
  assert.equal(fitsGlob(`${'*a'.repeat(500)}b`, 'a'.repeat(5000)), false);
  assert.equal(fitsGlob('*'.repeat(10_000), 'a'.repeat(10_000)), true);
  assert.ok(performance.now() - begun < 2000);
});

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
