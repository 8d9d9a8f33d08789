import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDifferences } from '../../../src/dicom/morph/find-differences.ts';
import type { DataElement, DataSet } from '../../../src/dicom/tree/data-set.ts';
import { dataSet, dictionary, type Content } from './data-sets.ts';

const differences = (before: Content, after: Content) => {
  return findDifferences(dataSet(before), dataSet(after), dictionary)
    .map(({ element, before: old, after: made }) => `${element}: ${old ?? 'absent'} > ${made ?? 'absent'}`);
};

test('elements that were added, changed or removed are told by ascending tag, and no others', () => {
  assert.deepEqual(differences({ Modality: 'CT', StudyID: 'A', PatientID: 'P' }, { PatientID: 'P', StudyID: 'B', StudyDate: '20260101' }),
    ['StudyDate: absent > 20260101', 'Modality: CT > absent', 'StudyID: A > B']);
});

test('what differs in items is told with the way to it', () => {
  assert.deepEqual(
    differences(
      { RequestAttributesSequence: [{ StudyID: 'A' }, { StudyID: 'B' }] },
      { RequestAttributesSequence: [{ StudyID: 'A' }] }),
    ['RequestAttributesSequence[1].StudyID: B > absent']);
  assert.deepEqual(
    differences({ RequestAttributesSequence: [{ StudyID: 'A' }] }, {}),
    ['RequestAttributesSequence: (sequence of 1) > absent']);
});

test('each text is read in the character set of its own data set', () => {
  const Unicode = { SpecificCharacterSet: 'ISO_IR 192' };
  assert.deepEqual(
    differences({ ...Unicode, PatientName: 'Ærø' }, { ...Unicode, PatientName: 'Årø' }), ['PatientName: Ærø > Årø']);
});

test('a long text is told by its beginning', () => {
  const [told = ''] = differences({}, { PatientComments: 'x'.repeat(1000) });
  assert.equal(told, `PatientComments: absent > ${'x'.repeat(199)}…`);
});

test('values that lie in the file are the same where they lie in the same place', () => {
  const tag = dictionary.tagOf('PixelData') ?? 0;
  const withPixels = (value: DataElement['value']): DataSet => new Map([[tag, { tag, vr: 'OW', value }]]);
  const range = (offset: number) => withPixels({ kind: 'range', offset, length: 8, wordBytes: 1 });
  const fragments = (offset: number) => withPixels(
    { kind: 'fragments', fragments: [{ offset: 0, length: 0 }, { offset, length: 8 }] });
  for (const make of [range, fragments]) {
    assert.deepEqual(findDifferences(make(4), make(4), dictionary), []);
    assert.deepEqual(
      findDifferences(make(4), make(8), dictionary), [{ element: 'PixelData', before: '(OW)', after: '(OW)' }]);
  }
  assert.equal(findDifferences(range(4), fragments(4), dictionary).length, 1);
});
