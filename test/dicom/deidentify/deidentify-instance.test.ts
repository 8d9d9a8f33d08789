import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { loadDictionary } from '../../../src/dicom/dictionary.ts';
import { deidentifyInstance } from '../../../src/dicom/deidentify/deidentify-instance.ts';
import { Pseudonyms } from '../../../src/dicom/deidentify/pseudonyms.ts';
import type { DataSet } from '../../../src/dicom/tree/data-set.ts';
import {
  bytesElement, dataSetOf, deidentified, doneAt, itemAt, KEY, profileOf, sequence, textAt, textElement, treeOf, valueAt,
} from './profiles.ts';

const STUDY = 0x0020000d;
const CONTENT = 0x0040a730;

test('X removes, Z empties, D gives a dummy value, U a new UID, K keeps and C cleans', () => {
  const tree = treeOf(
    textElement(0x00101040, 'LO', 'Main Street 1'), textElement(0x00080050, 'SH', 'ACC-17'),
    textElement(0x0040a123, 'PN', 'Roe^Richard'), textElement(0x00101030, 'DS', '71'),
    textElement(0x00081030, 'LO', 'MR head of Jane Doe'),
  );
  const profile = profileOf(['retain-patient-characteristics', 'clean-descriptors']);
  const { tree: { dataSet }, changes } = deidentified(tree, profile);
  assert.ok(!dataSet.has(0x00101040));
  assert.equal(textAt(dataSet, 0x00080050), '');
  assert.equal(textAt(dataSet, 0x0040a123), 'REMOVED');
  assert.match(textAt(dataSet, STUDY) ?? '', /^2\.25\.\d{1,39}$/);
  assert.equal(textAt(dataSet, 0x00101030), '71');
  assert.equal(textAt(dataSet, 0x00081030), 'MR head of');
  assert.deepEqual(['00101040', '00080050', '0040A123', '0020000D', '00101030', '00081030'].map((path) => doneAt(changes, path)), [
    'remove basic', 'empty basic', 'replace basic', 'new-uid basic', 'keep retain-patient-characteristics',
    'clean clean-descriptors',
  ]);
});

test('a choice of actions follows the Type where it is known, and keeps the object whole where it is not', () => {
  const institution = textElement(0x00080080, 'LO', 'General Hospital');
  const ofImage = deidentified(treeOf(institution)).tree.dataSet;
  assert.ok(!ofImage.has(0x00080080)); // type 3 in General Equipment
  const ofPlan = deidentified(treeOf(institution, textElement(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.481.5')));
  assert.equal(textAt(ofPlan.tree.dataSet, 0x00080080), 'REMOVED');
});

test('the same UID is the same everywhere, standard ones stay, and what is none is replaced too', () => {
  const reference = dataSetOf(textElement(0x00081150, 'UI', '1.2.840.10008.5.1.4.1.1.4'), textElement(0x00081155, 'UI', '1.2.3.4'));
  const tree = treeOf(
    sequence(0x00081199, reference), textElement(0x00200052, 'UI', '1.2.840.10008.1.4.1.1'),
    textElement(0x00083010, 'UI', 'not a uid\\1.2.3'),
  );
  const { dataSet } = deidentified(tree).tree;
  const inside = itemAt(dataSet, 0x00081199);
  assert.equal(textAt(inside, 0x00081155), textAt(dataSet, 0x00080018));
  assert.equal(textAt(inside, 0x00081150), '1.2.840.10008.5.1.4.1.1.4');
  assert.equal(textAt(dataSet, 0x00200052), '1.2.840.10008.1.4.1.1');
  assert.match(textAt(dataSet, 0x00083010) ?? '', /^2\.25\.\d+\\2\.25\.\d+$/);
  assert.equal(textAt(dataSet, 0x00083010)?.split('\\')[1], textAt(dataSet, STUDY));
});

test('a UID that nobody lists is replaced, by the kind of its value', () => {
  const { dataSet } = deidentified(treeOf(textElement(0x00280304, 'UI', '1.2.3.9'))).tree; // ReferencedColorPaletteInstanceUID
  assert.match(textAt(dataSet, 0x00280304) ?? '', /^2\.25\./);
});

test('the same patient is the same in every study, another key makes another one of him', () => {
  const idOf = (study: string, key = KEY) => {
    const profile = profileOf([], { pseudonyms: new Pseudonyms(key) });
    const { dataSet } = deidentified(treeOf(textElement(STUDY, 'UI', study)), profile).tree;
    return [textAt(dataSet, 0x00100020), textAt(dataSet, 0x00100010)];
  };
  assert.deepEqual(idOf('1.2.3'), idOf('1.2.99'));
  assert.notDeepEqual(idOf('1.2.3'), idOf('1.2.3', Buffer.from('another key of tests')));
  assert.match(idOf('1.2.3')[0] ?? '', /^P[2-9BCDFGHJ-NP-TV-Z]{12}$/);
});

test('a table says who is who; whom it does not list is held or has a pseudonym by the key', () => {
  const table = new Map([['MRN-4711', { pseudonym: 'S-001', name: 'Subject^One' }]]);
  const patients = { prefix: 'P', characters: 12, name: 'pseudonym', table } as const;
  const listed = deidentified(treeOf(), profileOf([], { patients: { ...patients, unknown: 'hold' } })).tree.dataSet;
  assert.deepEqual([textAt(listed, 0x00100020), textAt(listed, 0x00100010)], ['S-001', 'Subject^One']);
  const other = treeOf(textElement(0x00100020, 'LO', 'MRN-1'));
  assert.deepEqual(deidentifyInstance(other, profileOf([], { patients: { ...patients, unknown: 'hold' } })), { unknownPatient: true });
  const byKey = deidentified(other, profileOf([], { patients: { ...patients, unknown: 'key' } })).tree.dataSet;
  assert.match(textAt(byKey, 0x00100020) ?? '', /^P/);
});

test('dates of a patient move by the same number of days, times stay, what is no date goes', () => {
  const tree = treeOf(
    textElement(0x00080020, 'DA', '20240229'), textElement(0x00080030, 'TM', '101112.5'),
    textElement(0x0008002a, 'DT', '20240301120000.25+0100'), textElement(0x00080021, 'DA', '29 Feb 24'),
    textElement(0x00080022, 'DA', '2024.02.29'), textElement(0x00180012, 'DA', ''),
  );
  const { dataSet } = deidentified(tree, profileOf(['retain-modified-dates'])).tree;
  const moved = textAt(dataSet, 0x00080020) ?? '';
  const days = (Date.UTC(2024, 1, 29) - Date.parse(`${moved.slice(0, 4)}-${moved.slice(4, 6)}-${moved.slice(6)}`)) / 86_400_000;
  assert.ok(days >= 1 && days <= 365, moved);
  const expected = new Date(Date.UTC(2024, 2, 1) - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');
  assert.equal(textAt(dataSet, 0x0008002a), `${expected}120000.25+0100`);
  assert.equal(textAt(dataSet, 0x00080030), '101112.5');
  assert.equal(textAt(dataSet, 0x00080022), moved);
  assert.ok(!dataSet.has(0x00080021)); // type 3: removed where it cannot be moved
  assert.equal(textAt(dataSet, 0x00280303), 'MODIFIED');
});

test('an age above the oldest is told as one more than that', () => {
  const ageOf = (age: string) => {
    const { dataSet } = deidentified(treeOf(textElement(0x00101010, 'AS', age)), profileOf(['retain-patient-characteristics'])).tree;
    return textAt(dataSet, 0x00101010);
  };
  assert.deepEqual(['089Y', '090Y', '104Y', '030M'].map(ageOf), ['089Y', '090Y', '090Y', '030M']);
});

test('what the object says of its patient is taken out of every text that is kept, in whatever character set', () => {
  const tree = treeOf(
    textElement(0x00080005, 'CS', 'ISO_IR 192'), textElement(0x00100010, 'PN', 'Müller^Änne=山田^花子', 'utf8'),
    textElement(0x00101001, 'PN', 'Æsop^Ole', 'utf8'), textElement(0x00181020, 'LO', 'v2 (änne MÜLLER)', 'utf8'),
    textElement(0x00181400, 'LO', 'ole æsop', 'utf8'), textElement(0x00080104, 'LO', '山田さん', 'utf8'),
    textElement(0x00181061, 'LO', 'mrn 4711'), textElement(0x00080008, 'CS', 'ORIGINAL\\PRIMARY\\MRN-4711'),
    bytesElement(0x00282000, 'OB', Buffer.from('profile of Müller', 'utf16le')),
  );
  const { dataSet } = deidentified(tree).tree;
  const all = JSON.stringify([...dataSet.values()].map(({ value }) => (value.kind === 'bytes' ? [value.bytes.toString('utf8'), value.bytes.toString('utf16le')] : '')));
  assert.doesNotMatch(all, /m.ller|änne|æsop|4711|山田/i);
  assert.equal(textAt(dataSet, 0x00181020), 'v2');
  assert.equal(textAt(dataSet, 0x00080008), 'ORIGINAL\\PRIMARY\\');
});

test('private elements go, but for safe ones of a profile that retains them; blocks that own nothing go with theirs', () => {
  const elements = [
    textElement(0x00190010, 'LO', 'SIEMENS MR HEADER'), textElement(0x0019100c, 'IS', '1000'),
    textElement(0x00191008, 'CS', 'IMAGE NUM 4'), textElement(0x00290011, 'LO', 'ACME'), textElement(0x00291101, 'LO', 'Jane'),
    textElement(0x00290001, 'LO', 'stray'), textElement(0x00291201, 'LO', 'without a creator'),
  ];
  const none = deidentified(treeOf(...elements)).tree.dataSet;
  assert.ok(![...none.keys()].some((tag) => (tag >>> 16) % 2 === 1));
  const safe = deidentified(treeOf(...elements), profileOf(['retain-safe-private'])).tree.dataSet;
  assert.deepEqual([...safe.keys()].filter((tag) => (tag >>> 16) % 2 === 1), [0x00190010, 0x0019100c]);
  const profile = profileOf(['retain-safe-private'], { safePrivate: [{ creator: 'ACME' }] });
  const more = deidentified(treeOf(...elements), profile).tree.dataSet;
  assert.equal(textAt(more, 0x00291101), 'REMOVED'); // safe or not, Jane is nobody's to keep
});

test('of a report without options one item that says nothing is left; cleaned, its numbers and codes', () => {
  const item = (text: string, concept: string) => dataSetOf(
    textElement(0x0040a010, 'CS', 'CONTAINS'), textElement(0x0040a040, 'CS', 'TEXT'), textElement(0x0040a160, 'UT', text),
    sequence(0x0040a043, dataSetOf(textElement(0x00080100, 'SH', concept), textElement(0x00080102, 'SH', 'DCM'))),
  );
  const tree = treeOf(sequence(CONTENT, item('Lesion of 4 mm, Jane Doe, seen 2024-02-01', '121071'), item('Dr. Strange', '121008')));
  const basic = deidentified(tree).tree.dataSet;
  assert.deepEqual([textAt(itemAt(basic, CONTENT), 0x0040a160), itemAt(basic, CONTENT, 1)], ['REMOVED', undefined]);
  const structured = deidentified(tree, profileOf(['clean-structured-content'])).tree.dataSet;
  assert.equal(textAt(itemAt(structured, CONTENT), 0x0040a160), 'REMOVED');
  assert.equal(textAt(itemAt(itemAt(structured, CONTENT) as DataSet, 0x0040a043), 0x00080100), '121071');
  const both = deidentified(tree, profileOf(['clean-structured-content', 'clean-descriptors'])).tree.dataSet;
  assert.equal(textAt(itemAt(both, CONTENT), 0x0040a160), 'Lesion of 4 mm, , seen');
  assert.equal(textAt(itemAt(both, CONTENT, 1), 0x0040a160), 'REMOVED');
});

test('overlays and curves go; cleaned, regions of interest stay and drawings do not', () => {
  const overlay = (group: number, type: string) => [
    bytesElement((group << 16 | 0x0010) >>> 0, 'US', Buffer.from([1, 0])), textElement((group << 16 | 0x0040) >>> 0, 'CS', type),
    bytesElement((group << 16 | 0x3000) >>> 0, 'OW', Buffer.from([1, 2])),
  ];
  const tree = treeOf(...overlay(0x6000, 'R'), ...overlay(0x6002, 'G'));
  const groups = (dataSet: DataSet) => [...new Set([...dataSet.keys()].map((tag) => tag >>> 16))].filter((group) => group >= 0x6000);
  assert.deepEqual(groups(deidentified(tree).tree.dataSet), []);
  assert.deepEqual(groups(deidentified(tree, profileOf(['clean-graphics'])).tree.dataSet), [0x6000]);
});

test('what is signed, encrypted or kept of an earlier name never stays, whatever the site keeps', () => {
  const kept = [0x04000500, 0x04000561, 0xfffafffa];
  const tree = treeOf(...kept.map((tag) => sequence(tag, dataSetOf(textElement(0x00100010, 'PN', 'Doe^Jane')))));
  const { dataSet } = deidentified(tree, profileOf([], { keep: new Set(kept) })).tree;
  assert.ok(!kept.some((tag) => dataSet.has(tag)));
});

test('the site\'s exceptions go before the table, and an object that keeps names does not say that it has none', () => {
  const profile = profileOf([], {
    keep: new Set([0x00081030]), remove: new Set([0x00080060]), replace: new Map([[0x00080050, 'TRIAL-7']]),
  });
  const { dataSet } = deidentified(treeOf(textElement(0x00081030, 'LO', 'Head'), textElement(0x00080050, 'SH', 'A1')), profile).tree;
  assert.deepEqual([0x00081030, 0x00080060, 0x00080050, 0x00120062].map((tag) => textAt(dataSet, tag)), ['Head', undefined, 'TRIAL-7', 'NO']);
});

test('an object says how it was de-identified, and by whom before', () => {
  const before = dataSetOf(textElement(0x00080100, 'SH', '113100'), textElement(0x00080102, 'SH', 'DCM'));
  const { dataSet } = deidentified(treeOf(sequence(0x00120064, before)), profileOf(['retain-uids', 'retain-full-dates'])).tree;
  const sequenceValue = valueAt(dataSet, 0x00120064);
  assert.ok(sequenceValue?.kind === 'items');
  assert.deepEqual(sequenceValue.items.map((item) => textAt(item, 0x00080100)), ['113100', '113100', '113110', '113106']);
  assert.deepEqual([textAt(dataSet, 0x00120062), textAt(dataSet, 0x00280303)], ['YES', 'UNMODIFIED']);
  for (const value of (textAt(dataSet, 0x00120063) ?? '').split('\\')) assert.ok(value.length <= 64, value);
});

test('what was taken apart stays as it was: the tree that goes in is not changed', async () => {
  const tree = treeOf(sequence(0x00081140, dataSetOf(textElement(0x00081155, 'UI', '1.2'))));
  const copy = structuredClone([...tree.dataSet].map(([tag, { vr }]) => [tag, vr]));
  const value = valueAt(tree.dataSet, 0x00081140);
  deidentified(tree);
  assert.deepEqual([...tree.dataSet].map(([tag, { vr }]) => [tag, vr]), copy);
  assert.ok(isDeepStrictEqual(valueAt(tree.dataSet, 0x00081140), value));
  assert.ok((await loadDictionary()).keywordOf(0x00081140) === 'ReferencedImageSequence');
});
