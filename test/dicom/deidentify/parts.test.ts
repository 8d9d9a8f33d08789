// The parts of de-identification by themselves: dates, pseudonyms, cleaning, what may be burnt in, the way back.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBurntIn } from '../../../src/dicom/deidentify/burnt-in.ts';
import { textCleaner } from '../../../src/dicom/deidentify/clean-text.ts';
import { Pseudonyms } from '../../../src/dicom/deidentify/pseudonyms.ts';
import { reidentifyInstance } from '../../../src/dicom/deidentify/reidentify-instance.ts';
import { shiftDates } from '../../../src/dicom/deidentify/shift-dates.ts';
import type { DataElement, InstanceTree } from '../../../src/dicom/tree/data-set.ts';
import {
  bytesElement, dataSetOf, deidentified, itemAt, KEY, profileOf, sequence, textAt, textElement, treeOf, valueAt,
} from './profiles.ts';

test('dates move across months, years and leap days; ranges and short ones too', () => {
  assert.deepEqual(shiftDates('DA', ['20240301', '20230301', '20200101'], 1), ['20240229', '20230228', '20191231']);
  assert.deepEqual(shiftDates('DA', ['20240101-20240131', '-20240131', '20240131-'], 31), ['20231201-20231231', '-20231231', '20231231-']);
  assert.deepEqual(shiftDates('DA', ['2024.03.01', ''], 1), ['20240229', '']);
  assert.deepEqual(shiftDates('DT', ['20240301', '202403', '2024', '20240301101112.123456-0500'], 1),
    ['20240229', '202402', '2023', '20240229101112.123456-0500']);
});

test('what is no date is not moved', () => {
  for (const text of ['20241301', '20230229', 'yesterday', '2024-03-01', '20240301x', '99', '00010101']) {
    assert.equal(shiftDates('DA', [text], 366), undefined, text);
  }
  for (const text of ['2024030', '20240301 Jane', '20240301101112.1234567', '-']) assert.equal(shiftDates('DT', [text], 1), undefined, text);
  assert.equal(shiftDates('DA', ['20240301', 'Jane'], 1), undefined);
});

test('a pseudonym follows from the key and the value, says nothing of them, and is of its own kind', () => {
  const one = new Pseudonyms(KEY);
  const again = new Pseudonyms(Buffer.from(KEY));
  assert.equal(one.uid('1.2.3'), again.uid('1.2.3'));
  assert.notEqual(one.uid('1.2.3'), one.uid('1.2.4'));
  assert.match(one.uid('1.2.3'), /^2\.25\.[1-9]\d{30,38}$/);
  assert.equal(one.patient('4711', 'T-', 20).length, 22);
  assert.notEqual(one.patient('4711', '', 10), one.identifier('4711'));
  const days = Array.from({ length: 2000 }, (_, index) => one.daysBack(`P${index}`, 10, 12));
  assert.deepEqual([...new Set(days)].sort(), [10, 11, 12]);
  assert.equal(one.daysBack('P1', 5, 5), 5);
});

test('of 20 000 patients and UIDs no two have the same pseudonym', () => {
  const pseudonyms = new Pseudonyms(KEY);
  const values = Array.from({ length: 20_000 }, (_, index) => String(index));
  assert.equal(new Set(values.map((value) => pseudonyms.patient(value, '', 8))).size, values.length);
  assert.equal(new Set(values.map((value) => pseudonyms.uid(value))).size, values.length);
});

test('cleaning takes out dates, numbers, addresses and names behind titles, and leaves medicine', () => {
  const terms = { values: new Set(['doe jane']), nameParts: new Set(['doe', 'jane']), dates: new Set(['20240229']) };
  const cleaner = textCleaner(terms, ['Ward 7'], [{ takeOut: (text) => text.replace(/MRN\d+/g, ' ') }]);
  const cleaned = (text: string) => cleaner.cleaned(text);
  assert.equal(cleaned('MR of the head, 4 mm, T1 with contrast'), 'MR of the head, 4 mm, T1 with contrast');
  assert.equal(cleaned('Jane Doe, ward 7: T1'), 'T1');
  assert.equal(cleaned('seen by Dr. Strange on 3 Feb 2024, call +47 55 97 50 00'), 'seen by on , call');
  assert.equal(cleaned('T2 MRN12 https://pacs.example.org/x jane@example.org'), 'T2');
  assert.equal(cleaned('Janet has doe eyes'), 'Janet has eyes');
  assert.equal(cleaner.withoutTerms('29.2.24 and 1.3.24'), 'and 1.3.24');
});

test('a long text of nothing but what looks like something costs no more than its length', () => {
  const cleaner = textCleaner({ values: new Set(['a b']), nameParts: new Set(), dates: new Set(['20240229']) }, [], []);
  const begun = performance.now();
  for (const piece of ['1 ', 'a.', 'Dr ', '1-', 'a@', '+4 ', 'jan ']) cleaner.cleaned(piece.repeat(20_000));
  assert.ok(performance.now() - begun < 5000);
});

function overlay(bits: number, position: number, plane = 0x60000000, vr = 'US'): DataElement[] {
  return [bytesElement(plane | 0x0100, vr, Buffer.of(bits, 0)), bytesElement(plane | 0x0102, vr, Buffer.of(position, 0))];
}

const kinds: readonly (readonly [what: string, tree: InstanceTree, kind: string | undefined])[] = [
  ['a CT image', treeOf(), undefined],
  ['one that says so', treeOf(textElement(0x00280301, 'CS', 'YES')), 'declared'],
  ['ultrasound that denies it', treeOf(textElement(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.6.1'), textElement(0x00280301, 'CS', 'NO')), 'ultrasound'],
  ['a secondary capture', treeOf(textElement(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7.4')), 'secondary-capture'],
  ['a captured screen', treeOf(textElement(0x00080064, 'CS', 'SD')), 'screen'],
  ['a dose report of a CT', treeOf(textElement(0x00080008, 'CS', 'DERIVED\\SECONDARY\\SCREEN SAVE')), 'screen'],
  ['an average of a CT', treeOf(textElement(0x00080008, 'CS', 'DERIVED\\SECONDARY\\AXIAL\\AVERAGE')), undefined],
  ['a document', treeOf(bytesElement(0x00420011, 'OB', Buffer.from('%PDF'))), 'document'],
  ['a video', { ...treeOf(), TransferSyntaxUID: '1.2.840.10008.1.2.4.102' }, 'video'],
  ['an overlay among the bits of the pixels', treeOf(...overlay(16, 12)), 'screen'],
  ['an overlay of a later plane among the bits of the pixels, its elements of VR UN', treeOf(...overlay(12, 0, 0x60020000, 'UN')), 'screen'],
  ['an overlay of its own', treeOf(...overlay(1, 0), bytesElement(0x60003000, 'OW', Buffer.alloc(2))), undefined],
  ['a photograph', treeOf(textElement(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.77.1.4')), 'photograph'],
];

test('the length of a document is that of the empty one in its place', () => {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(1018);
  const { dataSet } = deidentified(treeOf(
    bytesElement(0x00420011, 'OB', Buffer.alloc(1018, '%PDF')), textElement(0x00420012, 'LO', 'application/pdf'),
    bytesElement(0x00420015, 'UL', length),
  )).tree;
  const [document, announced] = [valueAt(dataSet, 0x00420011), valueAt(dataSet, 0x00420015)];
  assert.ok(document?.kind === 'bytes' && announced?.kind === 'bytes');
  assert.equal(announced.bytes.readUInt32LE(), document.bytes.length);
});

for (const [what, tree, kind] of kinds) {
  test(`${what} ${kind === undefined ? 'shows nobody' : `may show its patient: ${kind}`}`, () => {
    assert.equal(findBurntIn(tree), kind);
  });
}

test('what was de-identified is itself again when it is brought back, in a character set that has its patient\'s name', async () => {
  const original = treeOf(
    textElement(0x00080005, 'CS', 'ISO_IR 192'), textElement(0x00100010, 'PN', 'Ærø^Åse', 'utf8'), textElement(0x00080050, 'SH', 'A1'),
    textElement(0x00080020, 'DA', '20240229'), sequence(0x00081199, dataSetOf(textElement(0x00081155, 'UI', '1.2.3.4'))),
  );
  const { tree, identity } = deidentified(original, profileOf(['retain-modified-dates']));
  const result = new Map(tree.dataSet).set(0x00080005, textElement(0x00080005, 'CS', 'ISO_IR 100'));
  result.set(0x0008103e, textElement(0x0008103e, 'LO', 'r\xe9sultat', 'latin1'));
  result.set(0x00080018, textElement(0x00080018, 'UI', '9.9.9'));
  const back = await reidentifyInstance({ ...tree, dataSet: result }, identity);
  assert.ok('tree' in back);
  const { dataSet } = back.tree;
  assert.equal(textAt(dataSet, 0x0020000d), '1.2.3');
  assert.equal(textAt(itemAt(dataSet, 0x00081199), 0x00081155), '1.2.3.4');
  assert.deepEqual([0x00100020, 0x00080050, 0x00080020, 0x00080018, 0x00120062].map((tag) => textAt(dataSet, tag)),
    ['MRN-4711', 'A1', '20240229', '9.9.9', undefined]);
  const name = valueAt(dataSet, 0x00100010);
  const said = valueAt(dataSet, 0x0008103e);
  assert.ok(name?.kind === 'bytes' && said?.kind === 'bytes');
  const encoding = textAt(dataSet, 0x00080005) === 'ISO_IR 192' ? 'utf8' : 'latin1';
  assert.deepEqual([name.bytes, said.bytes].map((bytes) => bytes.toString(encoding).trim()), ['Ærø^Åse', 'résultat']);
});

test('a name that the result\'s character set has not puts all of its texts into one that has', async () => {
  const original = treeOf(textElement(0x00080005, 'CS', 'ISO_IR 192'), textElement(0x00100010, 'PN', '山田^太郎', 'utf8'));
  const { tree, identity } = deidentified(original);
  const result = new Map(tree.dataSet).set(0x00080005, textElement(0x00080005, 'CS', 'ISO_IR 100'));
  result.set(0x0008103e, textElement(0x0008103e, 'LO', 'r\xe9sultat', 'latin1'));
  result.set(0x00080018, textElement(0x00080018, 'UI', '9.9.9'));
  const back = await reidentifyInstance({ ...tree, dataSet: result }, identity);
  assert.ok('tree' in back);
  assert.equal(textAt(back.tree.dataSet, 0x00080005), 'ISO_IR 192');
  const said = valueAt(back.tree.dataSet, 0x0008103e);
  assert.ok(said?.kind === 'bytes');
  assert.equal(said.bytes.toString('utf8').trim(), 'résultat');
});
