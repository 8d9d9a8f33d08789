// PS3.15 table E.1-1: that it is all there, and that every row is done, in the data set and in an item, with no option
// and with every option that it speaks of.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect, isDeepStrictEqual } from 'node:util';
import { chooseAction } from '../../../src/dicom/deidentify/attribute-types.ts';
import {
  CONFIDENTIALITY_ROWS, CONFIDENTIALITY_TABLE_SOURCE, findConfidentialityRow, type ConfidentialityRow,
} from '../../../src/dicom/deidentify/confidentiality-table.ts';
import { DEIDENTIFICATION_OPTIONS, type DeidentificationOption } from '../../../src/dicom/deidentify/options.ts';
import { SAFE_PRIVATE_BLOCKS, SAFE_PRIVATE_SOURCE } from '../../../src/dicom/deidentify/safe-private.ts';
import type { DataElement, DataSet } from '../../../src/dicom/tree/data-set.ts';
import { encodeInstance } from '../../../src/dicom/tree/encode-instance.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { dump, withoutDCMTK } from '../real-objects.ts';
import {
  bytesElement, CT, dataSetOf, deidentified, dictionary, itemAt, profileOf, sequence, textAt, textElement, treeOf, valueAt,
} from './profiles.ts';

/** A sequence that the table does not mention, to put things into. */
const PLAIN_SEQUENCE = 0x00081199;
const TELLING = 'Smith^Agnes';

/** The elements that a row is tried on; a pattern stands for one of its elements. */
function tagOfRow({ tag }: ConfidentialityRow): number {
  if (tag === 'private') return 0x00091010;
  return tag === '50xxxxxx' ? 0x50003000 : parseInt(tag.replaceAll('x', '0'), 16);
}

/** VRs of elements that the dictionary is older than. */
const NEWER_VR: Readonly<Record<string, string>> = {
  CodeSequence: 'SQ', Sequence: 'SQ', DateTime: 'DT', Comment: 'UT', Reference: 'UR', Groups: 'LO', Name: 'LO', Use: 'LT',
  Label: 'LO', URI: 'UR',
};

function vrOfRow(row: ConfidentialityRow): string {
  const ending = Object.keys(NEWER_VR).find((end) => row.keyword.endsWith(end)) ?? '';
  return dictionary.vrOf(tagOfRow(row)) ?? NEWER_VR[ending] ?? 'LO';
}

function elementOfRow(row: ConfidentialityRow, text: string): DataElement {
  const tag = tagOfRow(row);
  const vr = vrOfRow(row);
  switch (vr) {
    case 'SQ': return sequence(tag, dataSetOf(textElement(0x00080104, 'LO', text), textElement(0x00081155, 'UI', '1.9.8')));
    case 'UI': return textElement(tag, vr, '1.2.826.0.1.99');
    case 'DA': return textElement(tag, vr, '19991231');
    case 'TM': return textElement(tag, vr, '112233');
    case 'DT': return textElement(tag, vr, '19991231112233');
    case 'AS': return textElement(tag, vr, '042Y');
    case 'DS': case 'IS': return textElement(tag, vr, '42');
    case 'AT': case 'FL': case 'FD': case 'SL': case 'SS': case 'UL': case 'US': case 'OB': case 'OW': case 'UN':
      return bytesElement(tag, vr, Buffer.from('telling!'));
    default: return textElement(tag, vr, text);
  }
}

/** Whatever else a row says, this is not what the value must be afterwards. */
function isUnchanged(made: DataElement | undefined, original: DataElement): boolean {
  return isDeepStrictEqual(made?.value, original.value);
}

/** As deidentify has it where the row's Type is not known: in an item. */
function assertBasic(made: DataSet | undefined, row: ConfidentialityRow, original: DataElement, isTopLevel: boolean): void {
  const tag = tagOfRow(row);
  const where = `${row.tag} ${row.keyword}, ${isTopLevel ? 'top' : 'item'}`;
  const element = made?.get(tag);
  const action = row.tag === 'private' ? 'X' : chooseAction(row.basic, tag, CT, isTopLevel);
  const isSequence = original.vr === 'SQ';
  if (row.keyword === 'PatientID' || row.keyword === 'PatientName') {
    assert.match(textAt(made, tag) ?? '', /^P[2-9B-Z]{12}$/, where);
    return;
  }
  switch (action) {
    case 'X': assert.equal(element, undefined, where); break;
    case 'Z':
      assert.deepEqual(element?.value, isSequence ? { kind: 'items', items: [] } : { kind: 'bytes', bytes: Buffer.alloc(0) }, where);
      break;
    case 'D':
      if (tag === 0x00700001) break; // an annotation of nothing but text that was removed has no item left
      assert.ok(element !== undefined && !isUnchanged(element, original), where);
      assert.ok(isSequence || (element.value.kind === 'bytes' && element.value.bytes.length > 0), where);
      break;
    case 'U':
      if (isSequence) assert.match(textAt(itemAt(made as DataSet, tag), 0x00081155) ?? '', /^2\.25\.\d+$/, where);
      else assert.match(textAt(made, tag) ?? '', /^2\.25\.\d+$/, where);
      break;
  }
  assert.ok(!isUnchanged(element, original), where);
}

/** A row in the data set and in an item of it. Elements of the groups of commands and files stand in neither. */
function tryRow(row: ConfidentialityRow, options: readonly DeidentificationOption[], text = TELLING) {
  const original = elementOfRow(row, text);
  const creator = row.tag === 'private' ? [textElement(0x00090010, 'LO', 'ACME 1.1')] : [];
  const names = original.tag === 0x00101001 ? [] : [textElement(0x00101001, 'PN', TELLING)]; // so that it tells
  const tree = treeOf(original, ...names, ...creator, sequence(PLAIN_SEQUENCE, dataSetOf(original, ...creator)));
  const { tree: { dataSet } } = deidentified(tree, profileOf(options));
  return { original, top: dataSet, inside: itemAt(dataSet, PLAIN_SEQUENCE) };
}

test('the table is that of the edition that it names, complete', () => {
  assert.equal(CONFIDENTIALITY_TABLE_SOURCE, 'DICOM PS3.15 2026c, Table E.1-1');
  assert.equal(CONFIDENTIALITY_ROWS.length, 656);
  assert.equal(new Set(CONFIDENTIALITY_ROWS.map(({ tag }) => tag)).size, 656);
  const actions = new Map<string, number>();
  for (const { basic } of CONFIDENTIALITY_ROWS) actions.set(basic, (actions.get(basic) ?? 0) + 1);
  assert.deepEqual(Object.fromEntries([...actions].sort()), {
    'D': 93, 'U': 55, 'X': 416, 'X/D': 23, 'X/Z': 11, 'X/Z/D': 8, 'X/Z/U*': 2, 'Z': 42, 'Z/D': 6,
  });
});

test('every row has the shape of a row, in the order of its tag, and the keyword of the dictionary', () => {
  const tags = CONFIDENTIALITY_ROWS.slice(0, -4).map(({ tag }) => tag).filter((tag) => /^[0-9A-F]{8}$/.test(tag));
  assert.deepEqual(tags, [...tags].sort());
  for (const row of CONFIDENTIALITY_ROWS) {
    assert.match(row.tag, /^[0-9A-Fx]{8}$|^private$/);
    assert.match(row.keyword, /^[A-Z][A-Za-z0-9]+$/);
    assert.match(row.basic, /^(?:[XZDU]|X\/Z|X\/D|Z\/D|X\/Z\/D|X\/Z\/U\*)$/);
    for (const [option, action] of row.options) {
      assert.ok(DEIDENTIFICATION_OPTIONS.includes(option));
      assert.match(action, /^[KC]$/);
    }
    const known = row.tag === 'private' || row.tag.includes('x') ? undefined : dictionary.keywordOf(tagOfRow(row));
    if (known !== undefined) assert.equal(row.keyword, known);
  }
});

test('rows that everybody knows are as everybody knows them', () => {
  const row = (tag: number) => {
    const { keyword, basic, options } = findConfidentialityRow(tag) ?? { keyword: '', basic: '', options: new Map() };
    return [keyword, basic, ...[...options].map(([option, action]) => `${option}=${action}`)].join(' ');
  };
  assert.equal(row(0x00100010), 'PatientName Z');
  assert.equal(row(0x00100020), 'PatientID Z/D');
  assert.equal(row(0x00101010), 'PatientAge X retain-patient-characteristics=K');
  assert.equal(row(0x00080020), 'StudyDate Z retain-full-dates=K retain-modified-dates=C');
  assert.equal(row(0x00081030), 'StudyDescription X clean-descriptors=C');
  assert.equal(row(0x0020000d), 'StudyInstanceUID U retain-uids=K');
  assert.equal(row(0x00080080), 'InstitutionName X/Z/D retain-institution-identity=K');
  assert.equal(row(0x00181000), 'DeviceSerialNumber X/Z/D retain-device-identity=K');
  assert.equal(row(0x0040a730), 'ContentSequence D clean-structured-content=C');
  assert.equal(row(0x60023000), 'OverlayData X clean-graphics=C');
  assert.equal(row(0x50120110), 'CurveData X clean-graphics=C');
  assert.equal(row(0x00191008), 'PrivateAttributes X retain-safe-private=C');
  assert.equal(row(0x00280010), ' ');
});

test('the safe private attributes are all of table E.3.10-1', () => {
  assert.equal(SAFE_PRIVATE_SOURCE, 'DICOM PS3.15 2026a, Table E.3.10-1');
  assert.equal(SAFE_PRIVATE_BLOCKS.reduce((sum, { elements }) => sum + (elements?.size ?? 0), 0), 479);
});

const TRIED = CONFIDENTIALITY_ROWS.filter(({ tag }) => tag === 'private' || !/^000[024]/.test(tag));

test('every row is done as the basic profile has it, in the data set and in an item', () => {
  for (const row of TRIED) {
    const { original, top, inside } = tryRow(row, []);
    assertBasic(top, row, original, true);
    assertBasic(inside, row, original, false);
  }
});

for (const option of DEIDENTIFICATION_OPTIONS) {
  test(`every row that ${option} speaks of is kept or cleaned, every other one is not`, () => {
    for (const row of TRIED) {
      const where = `${row.tag} ${row.keyword}`;
      const action = row.options.get(option);
      const { original, top, inside } = tryRow(row, [option], action === 'K' ? 'Nobody here' : TELLING);
      if (row.tag === 'private' || action === undefined) {
        assertBasic(top, row, original, true);
        assertBasic(inside, row, original, false);
      } else if (action === 'K' && original.vr !== 'SQ') {
        assert.ok(isUnchanged(top.get(tagOfRow(row)), original), where);
        assert.ok(isUnchanged(inside?.get(tagOfRow(row)), original), where);
      } else if (action === 'K') {
        assert.equal(valueAt(top, tagOfRow(row))?.kind, 'items', where);
      } else {
        for (const made of [top, inside]) assertCleaned(made?.get(tagOfRow(row)), original, where);
      }
    }
  });
}

/** Times of the day and offsets stay where dates move; nothing else is as it was, and nobody's name is left in it. */
function assertCleaned(made: DataElement | undefined, original: DataElement, where: string): void {
  const isTime = original.vr === 'TM' || original.tag === 0x00080201;
  const isOverlay = original.tag >>> 24 === 0x50; // numbers of a curve draw it
  assert.ok(isTime || isOverlay || !isUnchanged(made, original), where);
  assert.doesNotMatch(textIn(made), /Smith|Agnes|1\.9\.8|19991231/, where);
}

/** All that an element and its items say. */
function textIn(element: DataElement | undefined): string {
  if (element?.value.kind === 'items') return element.value.items.flatMap((item) => [...item.values()].map(textIn)).join('|');
  return element?.value.kind === 'bytes' ? element.value.bytes.toString('latin1') : inspect(element);
}

test('dcmdump finds of an object that has every row what the basic profile leaves, and nothing more', {
  skip: withoutDCMTK,
}, async (t) => {
  const file = join(await temporaryFolder(t), 'every-row.dcm');
  const rows = TRIED.filter(({ tag }) => tag !== 'private' && !/^FFF/.test(tag));
  const { tree } = deidentified(treeOf(...rows.map((row) => elementOfRow(row, TELLING))));
  const pieces: Buffer[] = [];
  for await (const piece of encodeInstance(tree, tree.TransferSyntaxUID)) pieces.push(piece);
  await writeFile(file, Buffer.concat(pieces));
  const dumped = new Map(dump(file).map((element) => [element.tag, element]));
  for (const row of rows) {
    const tag = tagOfRow(row);
    const element = dumped.get(tag);
    const where = `${row.tag} ${row.keyword}`;
    if (row.keyword === 'PatientID' || row.keyword === 'PatientName' || tag === 0x00700001) continue;
    switch (chooseAction(row.basic, tag, CT, true)) {
      case 'X': assert.equal(element, undefined, where); break;
      case 'Z': assert.ok(element !== undefined && (element.length ?? 0) === 0, where); break;
      case 'D': case 'U': assert.ok(element !== undefined && element.length !== 0 && element.text !== TELLING, where); break;
    }
  }
  assert.doesNotMatch((await readFile(file)).toString('latin1'), /Smith|Agnes|19991231|1\.9\.8|telling!/);
});
