// Texts of a tree: read and made in its own character set, or brought into Unicode as a whole.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeFileMeta } from '../../../src/dicom/file-meta.ts';
import { tagOf } from '../../../src/dicom/keywords.ts';
import type { DataElement, DataSet, InstanceTree } from '../../../src/dicom/tree/data-set.ts';
import { encodeInstance } from '../../../src/dicom/tree/encode-instance.ts';
import { readInstanceTree } from '../../../src/dicom/tree/read-instance-tree.ts';
import { inUnicode, textElement } from '../../../src/dicom/tree/text-element.ts';
import { characterSetOf, numbers, texts } from '../../../src/dicom/tree/values-of.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { bytesOf, element, item, itemEnd, UNDEFINED_LENGTH } from '../encode.ts';
import { realObject, realObjects, withoutRealObjects } from '../real-objects.ts';

const PATIENT_NAME = tagOf('PatientName');
const CHARACTER_SET = tagOf('SpecificCharacterSet');
const STUDY_DESCRIPTION = tagOf('StudyDescription');
const PROCEDURE_CODES = tagOf('ProcedureCodeSequence');
const CODE_MEANING = 0x00080104;
const EXPLICIT = '1.2.840.10008.1.2.1';

async function treeOf(file: string): Promise<InstanceTree> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) throw new Error(tree.notDicom);
  return tree;
}

async function treeOfBytes(folder: string, ...elements: Buffer[]): Promise<InstanceTree> {
  const meta = { MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.3', TransferSyntaxUID: EXPLICIT };
  const file = join(folder, `${elements.length}.dcm`);
  await writeFile(file, Buffer.concat([encodeFileMeta(meta), ...elements]));
  return treeOf(file);
}

function made(value: DataElement | { readonly unencodable: string }): DataElement {
  if ('unencodable' in value) throw new Error(value.unencodable);
  return value;
}

test('real names in many character sets are the same when made anew', { skip: withoutRealObjects }, async () => {
  const names: string[] = [];
  for (const file of realObjects()) {
    const { dataSet } = await treeOf(file);
    const name = texts(dataSet, PATIENT_NAME);
    if (name.length === 0) continue;
    const anew = new Map(dataSet).set(PATIENT_NAME, made(textElement(dataSet, PATIENT_NAME, 'PN', name)));
    assert.deepEqual(texts(anew, PATIENT_NAME), name, file);
    names.push(...name);
  }
  assert.ok(names.includes('Buc^Jérôme'), names.join('\n'));
  assert.ok(names.some((name) => name.includes('王')), names.join('\n'));
});

test('of an item, texts are in the character set around it unless it has its own', async (t) => {
  const codes = [
    item(UNDEFINED_LENGTH, element(CODE_MEANING, 'LO', bytesOf('<C3 A9>'))), itemEnd(),
    item(UNDEFINED_LENGTH, Buffer.concat([
      element(CHARACTER_SET, 'CS', 'ISO_IR 144'), element(CODE_MEANING, 'LO', bytesOf('<B6 20>')),
    ])), itemEnd(),
  ];
  const { dataSet } = await treeOfBytes(
    await temporaryFolder(t), element(CHARACTER_SET, 'CS', 'ISO_IR 192'),
    Buffer.concat([element(PROCEDURE_CODES, 'SQ', Buffer.concat(codes))]),
  );
  const around = characterSetOf(dataSet);
  const { value } = dataSet.get(PROCEDURE_CODES) ?? {};
  assert.ok(value?.kind === 'items');
  assert.deepEqual(value.items.map((one) => texts(one, CODE_MEANING, around)), [['é'], ['Ж']]);
});

test('a text that its character set does not have, or that would become two, is told', () => {
  const dataSet: DataSet = new Map();
  assert.ok('unencodable' in textElement(dataSet, PATIENT_NAME, 'PN', ['Jérôme']));
  assert.ok('unencodable' in textElement(dataSet, STUDY_DESCRIPTION, 'LO', ['a\\b']));
  assert.ok('unencodable' in textElement(dataSet, tagOf('Modality'), 'CS', ['É']));
  assert.ok('vr' in textElement(dataSet, tagOf('PatientComments'), 'LT', ['a\\b']));
});

test('a whole data set becomes Unicode, items and long texts too, and every text fits it then', async (t) => {
  const long = `Ж${'x'.repeat(70_001)}`;
  const tree = await treeOfBytes(
    await temporaryFolder(t), element(CHARACTER_SET, 'CS', 'ISO_IR 144'),
    element(PROCEDURE_CODES, 'SQ', Buffer.concat([
      item(UNDEFINED_LENGTH, element(CODE_MEANING, 'LO', bytesOf('<B6 20>'))), itemEnd(),
    ])),
    element(PATIENT_NAME, 'PN', bytesOf('<BB EE DA>^x')),
    element(0x0040a160, 'UT', Buffer.concat([bytesOf('<B6>'), Buffer.from('x'.repeat(70_001))])),
    element(0x00091010, 'UN', bytesOf('<B6 20>')),
  );
  const unicode = await inUnicode(tree);
  if ('unencodable' in unicode) throw new Error(unicode.unencodable);
  const { dataSet } = unicode;
  assert.deepEqual(texts(dataSet, PATIENT_NAME), ['Люк^x']);
  assert.deepEqual(texts(dataSet, 0x0040a160), [long]);
  assert.deepEqual(dataSet.get(0x00091010), tree.dataSet.get(0x00091010));
  const { value } = dataSet.get(PROCEDURE_CODES) ?? {};
  assert.ok(value?.kind === 'items' && value.items[0] !== undefined);
  assert.deepEqual(texts(value.items[0], CODE_MEANING, characterSetOf(dataSet)), ['Ж']);
  assert.ok('vr' in textElement(dataSet, PATIENT_NAME, 'PN', ['王^小東']));
});

test('more long texts than memory should hold keep a data set from becoming Unicode', async (t) => {
  const text = element(0x0040a160, 'UT', Buffer.alloc(1_000_000, 'x'));
  const outcomes = [60, 70].map(async (texts) => {
    const items = Array.from({ length: texts }, () => Buffer.concat([item(UNDEFINED_LENGTH, text), itemEnd()]));
    const tree = await treeOfBytes(await temporaryFolder(t), element(0x0040a730, 'SQ', Buffer.concat(items)));
    return 'unencodable' in await inUnicode(tree);
  });
  assert.deepEqual(await Promise.all(outcomes), [false, true]);
});

test('what a character set does not define keeps a data set from becoming Unicode', async (t) => {
  const folder = await temporaryFolder(t);
  const name = element(PATIENT_NAME, 'PN', bytesOf('<A1 20>'));
  const tree = await treeOfBytes(folder, element(CHARACTER_SET, 'CS', 'ISO_IR 127'), name);
  const unicode = await inUnicode(tree);
  assert.deepEqual(unicode, { unencodable: 'has bytes in (0010,0010) that ISO_IR 127 does not define' });
});

test('a real object in Japanese says the same in Unicode', { skip: withoutRealObjects }, async (t) => {
  const tree = await treeOf(realObject('chrJapMulti.dcm'));
  const unicode = await inUnicode(tree);
  if ('unencodable' in unicode) throw new Error(unicode.unencodable);
  const file = join(await temporaryFolder(t), 'unicode.dcm');
  await writeFile(file, encodeInstance(unicode, EXPLICIT));
  const { dataSet } = await treeOf(file);
  assert.deepEqual(texts(dataSet, CHARACTER_SET), ['ISO_IR 192']);
  for (const { tag, vr } of tree.dataSet.values()) {
    if (vr !== 'CS' && (tag & 0xffff) !== 0) assert.deepEqual(texts(dataSet, tag), texts(tree.dataSet, tag));
  }
});

test('numbers are read whatever the byte order of the file', { skip: withoutRealObjects }, async () => {
  const { dataSet } = await treeOf(realObject('MR_small_bigendian.dcm'));
  assert.deepEqual(numbers(dataSet, tagOf('Rows')), [64]);
  assert.deepEqual(numbers(dataSet, 0x00280030), [0.3125, 0.3125]);
});
