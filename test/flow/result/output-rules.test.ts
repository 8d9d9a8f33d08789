import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  validateCounts, validateOutputInstance, validateUnique, type InputFacts, type OutputInstance,
} from '../../../src/flow/result/output-rules.ts';
import type { ExpectedInstances } from '../../../src/job/failure.ts';

const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
const MODALITY_WORKLIST = '1.2.840.10008.5.1.4.31';

const INPUT: InputFacts = {
  PatientIDs: new Map([['1.2.3', 'P1'], ['1.2.4', '']]),
  SeriesInstanceUIDs: new Set(['1.2.3.1']),
  SOPInstanceUIDs: new Set(['1.2.3.1.1']),
};

const GOOD: OutputInstance = {
  file: 'seg.dcm', SOPClassUID: SEGMENTATION, SOPInstanceUID: '1.2.3.9.1', StudyInstanceUID: '1.2.3',
  SeriesInstanceUID: '1.2.3.9', PatientID: 'P1', Modality: 'SEG',
};

const judge = (change: Partial<OutputInstance>, allowed: readonly string[] = []): unknown[] =>
  validateOutputInstance({ ...GOOD, ...change }, INPUT, allowed);

const { file } = GOOD;

test('a new instance of a new series of the input\'s study and patient may leave', () => {
  assert.deepEqual(judge({}), []);
  assert.deepEqual(judge({ StudyInstanceUID: '1.2.4', PatientID: '' }), []);
});

test('each rule is told by itself', () => {
  assert.deepEqual(judge({ StudyInstanceUID: '1.2.5' }), [
    { reason: 'output-other-study', file, StudyInstanceUID: '1.2.5' }]);
  assert.deepEqual(judge({ PatientID: 'P2' }), [{ reason: 'output-other-patient', file }]);
  assert.deepEqual(judge({ SeriesInstanceUID: '1.2.3.1' }), [
    { reason: 'output-input-series', file, SeriesInstanceUID: '1.2.3.1' }]);
  assert.deepEqual(judge({ SOPInstanceUID: '1.2.3.1.1' }), [
    { reason: 'output-input-instance', file, SOPInstanceUID: '1.2.3.1.1' }]);
  assert.deepEqual(judge({ SOPClassUID: MODALITY_WORKLIST }), [
    { reason: 'output-sop-class', file, SOPClassUID: MODALITY_WORKLIST }]);
});

test('all that is wrong is told at once', () => {
  const reasons = validateOutputInstance({
    ...GOOD, SOPClassUID: MODALITY_WORKLIST, SOPInstanceUID: '1.2.3.1.1', SeriesInstanceUID: '1.2.3.1', PatientID: 'P2',
  }, INPUT, []).map(({ reason }) => reason);
  assert.deepEqual(reasons, [
    'output-other-patient', 'output-input-series', 'output-input-instance', 'output-sop-class']);
});

test('the patient of one study of the input does not do for another', () => {
  assert.deepEqual(judge({ StudyInstanceUID: '1.2.4', PatientID: 'P1' }), [{ reason: 'output-other-patient', file }]);
  assert.deepEqual(judge({ PatientID: '' }), [{ reason: 'output-other-patient', file }]);
  assert.deepEqual(judge({ PatientID: 'p1' }), [{ reason: 'output-other-patient', file }]);
});

test('what is missing or no UID is told for each attribute, and nothing is concluded from it', () => {
  assert.deepEqual(judge({ SOPInstanceUID: '', SeriesInstanceUID: '../../x', PatientID: 'P2' }), [
    { reason: 'output-missing-attribute', file, keyword: 'SOPInstanceUID' },
    { reason: 'output-missing-attribute', file, keyword: 'SeriesInstanceUID' },
  ]);
  for (const text of ['', '.', '..', '1..2', '1.2.3 ', '1/2', 'x', '1.'.repeat(33)]) {
    for (const keyword of ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'] as const) {
      assert.deepEqual(judge({ [keyword]: text }), [{ reason: 'output-missing-attribute', file, keyword }]);
    }
  }
});

test('a core that names its SOP Classes may put out those and no others', () => {
  assert.deepEqual(judge({}, [SEGMENTATION]), []);
  assert.equal(judge({}, ['1.2.840.10008.5.1.4.1.1.2']).length, 1);
  assert.deepEqual(judge({ SOPClassUID: '1.3.6.1.4.1.99.1' }, ['1.3.6.1.4.1.99.1']), []);
});

test('a SOPInstanceUID that several files use is told once, with all of them', () => {
  const named = (name: string, SOPInstanceUID: string): OutputInstance => ({ ...GOOD, file: name, SOPInstanceUID });
  const instances = [named('a', '1.2'), named('b', '1.3'), named('c', '1.2'), named('d', '1.2'), named('e', '1.4')];
  assert.deepEqual(validateUnique(instances), [
    { reason: 'output-same-instance', files: ['a', 'c', 'd'], SOPInstanceUID: '1.2' }]);
  const many = validateUnique(Array.from({ length: 103 }, (_, index) => named(`${index}`, '1.2')));
  assert.deepEqual(many.map((failure) => ('files' in failure ? [failure.files.length, failure.others] : [])), [[100, 3]]);
  assert.deepEqual(validateUnique([named('a', ''), named('b', '')]), []); // told as missing already
  assert.deepEqual(validateUnique([]), []);
});

test('each kind that is expected must be there as often as it must, by SOP Class, Modality or both', () => {
  const instances = [GOOD, { ...GOOD, Modality: 'SR', SOPClassUID: '1.2.840.10008.5.1.4.1.1.88.22' }];
  const counts = (expect: readonly object[], minInstances = 0): unknown[] => validateCounts(instances, {
    maxBytes: 1, minInstances, maxInstances: 1, SOPClassUIDs: [], references: 'any',
    expect: expect as ExpectedInstances[],
  });
  assert.deepEqual(counts([{ Modality: 'SEG', min: 1 }, { SOPClassUID: SEGMENTATION, min: 1, max: 1 }]), []);
  const neither = { Modality: 'SR', SOPClassUID: SEGMENTATION, min: 0, max: 0 };
  assert.deepEqual(counts([{ Modality: 'PR', min: 0 }, neither]), []);
  assert.deepEqual(counts([{ Modality: 'SEG', min: 2 }, { Modality: 'SR', min: 0, max: 0 }], 3), [
    { reason: 'output-too-few', instances: 2, minInstances: 3 },
    { reason: 'output-expected', instances: 1, Modality: 'SEG', min: 2 },
    { reason: 'output-expected', instances: 1, Modality: 'SR', min: 0, max: 0 },
  ]);
});
