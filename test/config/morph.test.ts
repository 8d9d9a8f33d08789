// What dts check says of the steps of `morph`: each mistake at its place, with what would be right.

import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { load, problemsOf, streamWith } from './configuration-directory.ts';

const pacs = { AETitle: 'PACS', IP: '10.0.0.1', PORT: 104 };
const set = { type: 'set', element: 'StudyID', value: 'A' };

/** What is wrong with the steps of one destination, without what stands in front of `morph`. */
async function problems(t: TestContext, ...morph: readonly unknown[]): Promise<string[]> {
  const lines = await problemsOf(
    t, { 'config.json': { Streams: [streamWith({ destination: [{ ...pacs, morph }] })] } });
  return lines.map((line) => line.replace(/^.*destination\[0\]\./, ''));
}

const CASES: Readonly<Record<string, readonly [step: object, problem: RegExp]>> = {
  'a step of no kind': [
    { ...set, type: 'put' },
    /^morph\[0\]\.type: wrong value .*"set", "default", "remove", "copy", "replace" or "unicode"/],
  'a key of another kind': [{ ...set, pattern: 'a' }, /^morph\[0\]\.pattern: unknown key/],
  'a keyword that does not exist': [
    { ...set, element: 'StudyId' }, /^morph\[0\]\.element: there is no such DICOM keyword .*did you mean StudyID\?/],
  'no element at all': [{ ...set, element: '(0008;0080)' }, /a keyword, a tag such as \(0008,0080\)/],
  'a private element without its creator': [
    { ...set, element: '(0029,1008)' }, /named by its creator.*\(0029,xx08,CREATOR\)/],
  'a private element of an even group': [{ ...set, element: '(0028,xx08,X)', vr: 'LO' }, /odd group/],
  'a sequence without an item': [
    { ...set, element: 'RequestAttributesSequence.StudyID' }, /which item is meant is missing/],
  'items of what is no sequence': [{ ...set, element: 'StudyID[0].StudyID' }, /StudyID is no sequence/],
  'an item without an element': [
    { ...set, element: 'RequestAttributesSequence[0]' }, /a dot and the element within the item/],
  'text behind an element': [{ ...set, element: 'StudyID or so' }, /this means nothing here/],
  'a sequence that is set': [{ ...set, element: 'RequestAttributesSequence' }, /of VR SQ: only text and numbers/],
  'an unknown VR': [{ ...set, element: '(0029,xx08,X)' }, /does not know the VR of \(0029,xx08,X\).*expected `vr`/],
  'another VR than the dictionary has': [{ ...set, vr: 'LO' }, /^morph\[0\]\.vr: StudyID is of VR SH/],
  'the file meta information': [
    { ...set, element: '(0002,0010)', value: '1.2' }, /no element of an instance's data set/],
  'pixels': [
    { type: 'remove', element: ['StudyID', 'PixelData'] }, /^morph\[0\]\.element\[1\]: PixelData is never changed/],
  'the character set': [
    { ...set, element: 'SpecificCharacterSet', value: 'ISO_IR 192' }, /SpecificCharacterSet is never changed/],
  'a UID of the instance': [
    { ...set, element: 'SeriesInstanceUID', value: '1.2' }, /"uids": "allow" says that it is to be changed/],
  'a UID of the instance taken out': [
    { type: 'remove', element: 'StudyInstanceUID', uids: 'allow' }, /no instance can do without/],
  'one UID for all instances': [
    { ...set, element: 'SOPInstanceUID', value: '1.2', uids: 'allow' }, /would make them one/],
  'how pixels are read': [
    { type: 'copy', from: 'Columns', to: 'Rows' }, /"pixels": "allow" says that it is to be changed/],
  'how pixels are read, in functional groups': [
    { ...set, element: 'SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SliceThickness', value: 1 },
    /"pixels": "allow"/],
  'a value too long': [
    { ...set, value: 'x'.repeat(17) },
    /^morph\[0\]\.value: what is to be written has 17 characters, and VR SH takes 16/],
  'a value of the wrong shape': [
    { ...set, element: 'StudyDate', value: '2026-11-20' }, /no value of VR DA, which is a date/],
  'a day that there is not': [{ ...set, element: 'StudyDate', value: '20260230' }, /no day of the calendar/],
  'more values than the element takes': [{ ...set, value: ['A', 'B'] }, /has 2 values, and the element takes 1/],
  'a number too large': [{ ...set, element: 'AcquisitionMatrix', value: [1, 2, 3, 65536] }, /whole number, 0 to 65535/],
  'a placeholder of no keyword': [
    { ...set, value: 'a{StudyDte}' }, /^morph\[0\]\.value: .*StudyDte.*did you mean StudyDate\?/],
  'a brace that is not closed': [{ ...set, value: ['a', '{StudyDate'] }, /^morph\[0\]\.value\[1\]: /],
  'a pattern that is none': [
    { type: 'replace', element: 'StudyID', pattern: '(', with: '' }, /^morph\[0\]\.pattern: .*a regular expression/],
  'a pattern that looks ahead': [{ type: 'replace', element: 'StudyID', pattern: '(?=a)', with: '' }, /no look-ahead/],
  'a group that there is not': [
    { type: 'replace', element: 'StudyID', pattern: '(a)', with: '$2' },
    /\$2 stands for nothing: the pattern has 1 groups/],
  'flags that are none': [
    { type: 'replace', element: 'StudyID', pattern: 'a', with: '', flags: 'g' }, /a text of the letters i, m and s/],
  'a condition on no keyword': [
    { ...set, when: { Modalty: 'CT' } },
    /^morph\[0\]\.when\.Modalty: there is no such DICOM keyword.*did you mean Modality\?/],
  'all items copied to one place': [
    { type: 'copy', from: 'RequestAttributesSequence[*].StudyID', to: 'StudyID' }, /which item's value is meant/],
};

for (const [name, [step, problem]] of Object.entries(CASES)) {
  test(`check refuses ${name}`, async (t) => {
    const found = await problems(t, step);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0] ?? '', problem);
  });
}

test('check tells every problem of every step, with line and column, of shared destinations too', async (t) => {
  const config = `{
  "destinations": {
    "pacs": {"AETitle": "PACS", "IP": "10.0.0.1", "PORT": 104, "morph": [
      {"type": "set", "element": "StudyID", "value": "{StudyID}{Nothing}"},
      {"type": "remove", "element": ["StudyID", "Rows"]}
    ]}
  },
  "Streams": [{"name": "R", "trigger": {}, "destination": ["pacs"]}]
}`;
  const lines = await problemsOf(t, { 'config.json': config });
  const places = lines.map((line) => line.replace(/^.*config\.json:/, '').replace(/: .*/, ''));
  const column = (text: string) => (config.split('\n').find((line) => line.includes(text)) ?? '').indexOf(text) + 1;
  assert.deepEqual(places, [`4:${column('Nothing')}`, `5:${column('"Rows"')}`]);
});

test('steps that are right are kept as they are written', async (t) => {
  const morph = [
    { type: 'set', element: 'SOPInstanceUID', value: '{SOPInstanceUID}.1', uids: 'allow' },
    { type: 'set', element: 'Rows', value: 3, pixels: 'allow' },
    { type: 'set', element: '(0029,xx08 "SIEMENS CSA HEADER")', value: 'X', vr: 'LO' },
    {
      type: 'default', element: 'RequestAttributesSequence[0].StudyID', value: 'x'.repeat(20), onTooLong: 'cut',
      createItems: true,
    },
    { type: 'replace', element: 'StudyID', pattern: '(.)(.)', with: '$2$1 {Modality} $$9', flags: 'is' },
    { type: 'copy', from: 'RequestAttributesSequence[*].StudyID', to: 'RequestAttributesSequence[*].AccessionNumber' },
    { type: 'remove', element: '(0029,xx10,SIEMENS CSA HEADER)', when: [{ Modality: 'MR' }] },
    { type: 'unicode', when: { SpecificCharacterSet: '' } },
    { type: 'set', element: 'SharedFunctionalGroupsSequence[0].FrameContentSequence[0].FrameComments', value: 'A' },
  ];
  const { configuration } = await load(
    t, { 'config.json': { Streams: [streamWith({ destination: [{ ...pacs, morph }] })] } });
  assert.deepEqual(configuration.destinations[0]?.morph.map(({ type }) => type), morph.map(({ type }) => type));
});
