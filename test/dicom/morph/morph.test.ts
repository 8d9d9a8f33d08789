// What each step makes of a data set.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as v from 'valibot';
import { compileMorph } from '../../../src/config/morph/compile-morph.ts';
import { morph as schema } from '../../../src/config/schema/morph.ts';
import { morph } from '../../../src/dicom/morph/morph.ts';
import type { DataSet } from '../../../src/dicom/tree/data-set.ts';
import { after, dataSet, dictionary, IDENTITY, take } from './data-sets.ts';

const set = (element: string, value: unknown, more: object = {}) => ({ type: 'set', element, value, ...more });
const fault = (steps: readonly object[], content: Parameters<typeof take>[1] = {}) => {
  const morphed = take(steps, content);
  return 'fault' in morphed ? `${morphed.fault.step} ${morphed.fault.element} ${morphed.fault.text}` : 'no fault';
};

test('set gives an element a value, whether it was there or not, by keyword or tag', () => {
  const steps = [set('InstitutionName', 'A'), set('(0008,0090)', 'B'), set('00081040', 'C')];
  assert.deepEqual(after(steps, { InstitutionName: 'X' }),
    { InstitutionName: 'A', ReferringPhysicianName: 'B', InstitutionalDepartmentName: 'C' });
});

test('a value may be several, a number, or none at all', () => {
  assert.deepEqual(
    after(
      [
        set('ImageType', ['A', 'B']), set('OtherPatientIDs', 'C\\D'), set('SeriesNumber', 7),
        set('PatientComments', '')],
      {}),
    { ImageType: 'A\\B', OtherPatientIDs: 'C\\D', SeriesNumber: '7', PatientComments: '' });
});

test('in text of one value a backslash is a character like others', () => {
  assert.deepEqual(after([set('PatientComments', 'a\\b')], {}), { PatientComments: 'a\\b' });
});

test('a value is made of others of the instance, with formats and what stands for what is missing', () => {
  assert.deepEqual(
    after(
      [set('StudyID', '{Modality}-{StudyDate:YYYY}-{SeriesNumber:03}'),
        set('StudyDescription', '{ProtocolName|Modality}')],
      { Modality: 'CT', StudyDate: '20261120', SeriesNumber: '7' }),
    { Modality: 'CT', StudyDate: '20261120', SeriesNumber: '7', StudyID: 'CT-2026-007', StudyDescription: 'CT' });
});

test('each step sees what those before it have left', () => {
  const steps = [set('StudyID', 'A'), set('AccessionNumber', '{StudyID}B'), set('StudyID', '{AccessionNumber}C')];
  assert.deepEqual(after(steps, {}),
    { StudyID: 'ABC', AccessionNumber: 'AB' });
});

test('numbers are written as their VR has them', () => {
  assert.deepEqual(
    after(
      [set('AcquisitionMatrix', [1, 2, 3, 65535]), set('DiffusionBValue', 0.5), set('SelectorATValue', '(0010,0020)')],
      {}),
    { AcquisitionMatrix: '1\\2\\3\\65535', DiffusionBValue: '0.5', SelectorATValue: '00100020' });
});

test('default gives a value only where there is none', () => {
  const step = (element: string) => ({ type: 'default', element, value: 'X' });
  const steps = [step('StationName'), step('StudyID'), step('AccessionNumber')];
  assert.deepEqual(after(steps, { StudyID: 'A', AccessionNumber: ' ' }),
    { StationName: 'X', StudyID: 'A', AccessionNumber: 'X' });
});

test('a number that is zero is a value', () => {
  const step = { type: 'default', element: '(0019,xx08,X)', value: 7, vr: 'US' };
  assert.deepEqual(after([step], { '00190010 LO': 'X', '00191008 US': '\0\0' }),
    { '(0019,0010)': 'X', '(0019,1008)': '0' });
});

test('remove takes elements and whole sequences out, and is content where there are none', () => {
  assert.deepEqual(
    after([{ type: 'remove', element: ['PatientComments', 'RequestAttributesSequence', 'StudyID'] }],
      { PatientComments: 'A', RequestAttributesSequence: [{ StudyID: 'B' }], Modality: 'CT' }),
    { Modality: 'CT' });
});

test('a path goes into one item or all of them, and changes nothing where there is none', () => {
  const items = { RequestAttributesSequence: [{ StudyID: 'A' }, { StudyID: 'B' }] };
  const path = (item: string) => `RequestAttributesSequence[${item}].StudyID`;
  assert.deepEqual(
    after([set(path('1'), 'X')], items), { RequestAttributesSequence: [{ StudyID: 'A' }, { StudyID: 'X' }] });
  assert.deepEqual(
    after([set(path('*'), 'X')], items), { RequestAttributesSequence: [{ StudyID: 'X' }, { StudyID: 'X' }] });
  assert.deepEqual(after([set(path('2'), 'X')], items), items);
  assert.deepEqual(after([set(path('0'), 'X')], {}), {});
  assert.deepEqual(after([{ type: 'remove', element: path('*') }], items), { RequestAttributesSequence: [{}, {}] });
});

test('items on the way are made where that is asked for, the next one and no further', () => {
  const step = (item: number) => set(`RequestAttributesSequence[${item}].StudyID`, 'X', { createItems: true });
  assert.deepEqual(after([step(0)], {}), { RequestAttributesSequence: [{ StudyID: 'X' }] });
  assert.deepEqual(after([step(0), step(1)], {}), { RequestAttributesSequence: [{ StudyID: 'X' }, { StudyID: 'X' }] });
  assert.equal(
    fault([step(1)]),
    '1 RequestAttributesSequence[1].StudyID lies in item 1 of RequestAttributesSequence, which has 0 items');
});

test('what is no sequence has no items', () => {
  assert.equal(fault([set('RequestAttributesSequence[0].StudyID', 'X')], { '00400275 UN': 'abcd' }),
    '1 RequestAttributesSequence[0].StudyID lies in RequestAttributesSequence, which is no sequence but of VR UN');
});

test('private elements are found by their creator, in whichever block', () => {
  const content = {
    '00290010 LO': 'OTHER', '00290012 LO': 'SIEMENS CSA HEADER', '00291208 CS': 'A', '00291008 CS': 'B',
  };
  const element = '(0029,xx08,SIEMENS CSA HEADER)';
  const { '(0029,1208)': changed, '(0029,1008)': other } = after([set(element, 'X', { vr: 'CS' })], content);
  assert.deepEqual([changed, other], ['X', 'B']);
  assert.deepEqual(Object.keys(after([{ type: 'remove', element: '(0029,xx08 "SIEMENS CSA HEADER")' }], content)),
    ['(0029,0010)', '(0029,0012)', '(0029,1008)']);
  assert.deepEqual(after([{ type: 'remove', element: '(0029,xx08,NOBODY)' }], { Modality: 'CT' }), { Modality: 'CT' });
});

test('a private element that is new gets a block of its own, besides those that are taken', () => {
  assert.deepEqual(
    after([set('(0029,xx08,OURS)', 'X', { vr: 'LO' }), set('(0029,xx09,OURS)', 'Y', { vr: 'LO' })],
      { '00290010 LO': 'OTHER', '00291108 LO': 'nobody\'s' }),
    {
      '(0029,0010)': 'OTHER', '(0029,1108)': 'nobody\'s',
      '(0029,0012)': 'OURS', '(0029,1208)': 'X', '(0029,1209)': 'Y',
    });
});

test('copy gives an element the value of another, and changes nothing where that has none', () => {
  const copy = (from: string, to: string) => ({ type: 'copy', from, to });
  assert.deepEqual(after([copy('AccessionNumber', 'StudyID')], { AccessionNumber: 'A', StudyID: 'B' }),
    { AccessionNumber: 'A', StudyID: 'A' });
  assert.deepEqual(after([copy('AccessionNumber', 'StudyID')], { AccessionNumber: '', StudyID: 'B' }),
    { AccessionNumber: '', StudyID: 'B' });
  const toOtherVRs = [copy('SeriesNumber', 'StudyID'), copy('StudyDate', 'AccessionNumber')];
  assert.deepEqual(after(toOtherVRs, { SeriesNumber: '7', StudyDate: '20260101' }),
    { SeriesNumber: '7', StudyID: '7', StudyDate: '20260101', AccessionNumber: '20260101' });
});

test('copy takes from the same item where both go the same way, and from the one that is named', () => {
  const items = { RequestAttributesSequence: [{ StudyID: 'A' }, { StudyID: 'B' }] };
  const path = (item: string, keyword: string) => `RequestAttributesSequence[${item}].${keyword}`;
  assert.deepEqual(after([{ type: 'copy', from: path('*', 'StudyID'), to: path('*', 'AccessionNumber') }], items),
    { RequestAttributesSequence: [{ StudyID: 'A', AccessionNumber: 'A' }, { StudyID: 'B', AccessionNumber: 'B' }] });
  assert.deepEqual(
    after([{ type: 'copy', from: path('1', 'StudyID'), to: 'StudyID' }], items), { ...items, StudyID: 'B' });
  assert.deepEqual(after([{ type: 'copy', from: 'StudyID', to: path('*', 'StudyID') }], { ...items, StudyID: 'C' }),
    { RequestAttributesSequence: [{ StudyID: 'C' }, { StudyID: 'C' }], StudyID: 'C' });
});

test('copy takes whole sequences', () => {
  assert.deepEqual(
    after(
      [{ type: 'copy', from: 'RequestAttributesSequence', to: 'ReferencedStudySequence' }],
      { RequestAttributesSequence: [{ StudyID: 'A' }] }),
    { RequestAttributesSequence: [{ StudyID: 'A' }], ReferencedStudySequence: [{ StudyID: 'A' }] });
});

test('copy does not make text of what has none', () => {
  const step = { type: 'copy', from: 'RequestAttributesSequence', to: 'StudyID' };
  assert.equal(fault([step], { RequestAttributesSequence: [{}] }),
    '1 StudyID is of VR SH, and what is copied is of VR SQ');
});

test('replace replaces every match in each value, with groups, other values and dollars', () => {
  const replace = (element: string, pattern: string, replacement: string, more: object = {}) => {
    return { type: 'replace', element, pattern, with: replacement, ...more };
  };
  assert.deepEqual(
    after([replace('ImageType', 'A(.)', '_$1_')], { ImageType: 'AXAY\\B\\AZ' }),
    { ImageType: '_X__Y_\\B\\_Z_' });
  const inFront = replace('StudyDescription', '^', '{Modality} ');
  assert.deepEqual(after([inFront], { StudyDescription: 'head', Modality: 'CT' }),
    { StudyDescription: 'CT head', Modality: 'CT' });
  assert.deepEqual(
    after([replace('StudyDescription', 'HEAD', 'x', { flags: 'i' })], { StudyDescription: 'head' }),
    { StudyDescription: 'x' });
  assert.deepEqual(after([replace('StudyDescription', 'a', '$$1 {StudyID}')], { StudyDescription: 'a', StudyID: '$1' }),
    { StudyDescription: '$1 $1', StudyID: '$1' });
  assert.deepEqual(after([replace('StudyID', 'a', 'b')], { Modality: 'CT' }), { Modality: 'CT' });
});

test('a pattern made to stall does not', () => {
  const begun = performance.now();
  after(
    [{ type: 'replace', element: 'PatientComments', pattern: '(a+)+$', with: 'x' }],
    { PatientComments: `${'a'.repeat(9000)}b` });
  assert.ok(performance.now() - begun < 2000);
});

test('a step is taken only where its condition fits, as the values are by then', () => {
  const steps = [
    set('Modality', 'MR', { when: { Modality: 'C?' } }),
    set('StudyID', 'X', { when: [{ Modality: 'CT' }, { StudyDate: '' }] })];
  assert.deepEqual(after(steps, { Modality: 'CT' }), { Modality: 'MR', StudyID: 'X' });
  assert.deepEqual(after(steps, { Modality: 'US', StudyDate: '20260101' }), { Modality: 'US', StudyDate: '20260101' });
});

test('a value too long for its VR is a fault, or cut where that is wanted', () => {
  const long = 'x'.repeat(20);
  assert.equal(
    fault([set('StudyID', '{StudyDescription}')], { StudyDescription: long }),
    '1 StudyID has 20 characters, and VR SH takes 16');
  assert.deepEqual(after([set('StudyID', '{StudyDescription}', { onTooLong: 'cut' })], { StudyDescription: long }),
    { StudyDescription: long, StudyID: 'x'.repeat(16) });
  assert.match(
    fault([set('StudyDate', '{StudyDescription}', { onTooLong: 'cut' })], { StudyDescription: long }),
    /is no value of VR DA/);
});

test('faults tell the step and the element, and never the value', () => {
  assert.equal(fault([set('Modality', 'CT'), set('RequestAttributesSequence[*].StudyInstanceUID', '{PatientID}')],
    { PatientID: 'secret', RequestAttributesSequence: [{}, {}] }),
  '2 RequestAttributesSequence[0].StudyInstanceUID is no value of VR UI, which is a UID');
});

test('a character that the character set does not have is a fault', () => {
  assert.match(
    fault([set('InstitutionName', 'Sygehus Ærø')]),
    /^1 InstitutionName has the character U\+00C6, which ASCII does not have/);
  assert.deepEqual(after([set('InstitutionName', 'Sygehus Ærø')], { SpecificCharacterSet: 'ISO_IR 192' }),
    { SpecificCharacterSet: 'ISO_IR 192', InstitutionName: 'Sygehus Ærø' });
});

test('an instance does not lose what it is known by', () => {
  assert.equal(fault([set('SOPInstanceUID', '{StudyID}', { uids: 'allow' })]), '1 SOPInstanceUID is no UID any more');
  assert.deepEqual(
    after([set('SOPInstanceUID', '{SOPInstanceUID}.1', { uids: 'allow' })], {}), { SOPInstanceUID: '1.2.3.1.1.1' });
});

test('changes are told; what stays as it is is none', () => {
  const remove = { type: 'remove', element: ['StudyDate', 'StudyTime'] };
  const morphed = take([set('StudyID', 'B'), set('Modality', 'CT'), remove, set('StationName', 'X')],
    { StudyID: 'A', Modality: 'CT', StudyDate: '20260101' });
  assert.deepEqual('changes' in morphed && morphed.changes, [
    { step: 1, element: 'StudyID', action: 'changed' },
    { step: 3, element: 'StudyDate', action: 'removed' },
    { step: 4, element: 'StationName', action: 'added' },
  ]);
});

test('the data set that comes in stays as it is, and comes out itself where nothing changes', () => {
  const content = { Modality: 'CT', RequestAttributesSequence: [{ StudyID: 'A' }] };
  const morphed = take([set('Modality', 'CT'), set('RequestAttributesSequence[*].StudyID', 'A')], content);
  assert.deepEqual('changes' in morphed && morphed.changes, []);
  const before = dataSet({ ...IDENTITY, ...content });
  const changed = take([set('RequestAttributesSequence[0].StudyID', 'B')], content);
  assert.deepEqual(before, dataSet({ ...IDENTITY, ...content }));
  assert.ok('dataSet' in changed && changed.dataSet.has(dictionary.tagOf('Modality') ?? 0));
});

test('values too long to be held are removed and copied, but not read', () => {
  const tag = dictionary.tagOf('PatientComments') ?? 0;
  const long: DataSet = dataSet(IDENTITY).set(
    tag, { tag, vr: 'LT', value: { kind: 'range', offset: 0, length: 10000, wordBytes: 1 } });
  const of = (step: object) => morph(long, compileMorph(v.parse(schema, [step]), dictionary).steps, dictionary);
  const removed = of({ type: 'remove', element: 'PatientComments' });
  assert.ok('dataSet' in removed && !removed.dataSet.has(tag));
  const copied = of({ type: 'copy', from: 'PatientComments', to: 'ImageComments' });
  assert.deepEqual(
    'dataSet' in copied && copied.dataSet.get(dictionary.tagOf('ImageComments') ?? 0)?.value, long.get(tag)?.value);
  const replaced = of({ type: 'replace', element: 'PatientComments', pattern: 'a', with: 'b' });
  assert.ok('fault' in replaced && replaced.fault.text.includes('too much'));
});
