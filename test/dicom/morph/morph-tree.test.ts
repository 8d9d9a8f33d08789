// The step that concerns all texts of an instance, on files as they lie.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as v from 'valibot';
import { compileMorph } from '../../../src/config/morph/compile-morph.ts';
import { morph as schema } from '../../../src/config/schema/morph.ts';
import { encodeFileMeta } from '../../../src/dicom/file-meta.ts';
import { morphTree } from '../../../src/dicom/morph/morph-tree.ts';
import { readInstanceTree } from '../../../src/dicom/tree/read-instance-tree.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { element } from '../encode.ts';
import { contentOf, dictionary } from './data-sets.ts';

const PLACE = { type: 'set', element: 'InstitutionName', value: 'Ærø 病院' };

/** What the steps make of an instance in a character set, with a patient's name in the bytes of that. */
async function morphed(t: TestContext, characterSet: string, name: string, ...steps: readonly object[]) {
  const file = join(await temporaryFolder(t), 'instance.dcm');
  const TransferSyntaxUID = '1.2.840.10008.1.2.1';
  const meta = { MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.2.3', TransferSyntaxUID };
  await writeFile(file, Buffer.concat([
    encodeFileMeta(meta), ...characterSet === '' ? [] : [element(0x00080005, 'CS', characterSet)],
    element(0x00080016, 'UI', '1.2\0'), element(0x00080018, 'UI', '1.2.3\0'),
    element(0x00100010, 'PN', Buffer.from(name, 'latin1')),
    element(0x0020000d, 'UI', '1.2.4\0'), element(0x0020000e, 'UI', '1.2.5\0'),
  ]));
  const tree = await readInstanceTree(file);
  assert.ok('dataSet' in tree, JSON.stringify(tree));
  const { steps: compiled, problems } = compileMorph(v.parse(schema, steps), dictionary);
  assert.deepEqual(problems, []);
  return morphTree(tree, compiled, dictionary);
}

test('behind it any character may be written, and what was there reads as before', async (t) => {
  const made = await morphed(t, 'ISO_IR 100', 'Bj\xf8rn^K', { type: 'unicode' }, PLACE);
  assert.ok('tree' in made, JSON.stringify(made));
  const { SpecificCharacterSet, PatientName, InstitutionName } = contentOf(made.tree.dataSet);
  assert.deepEqual([SpecificCharacterSet, PatientName, InstitutionName], ['ISO_IR 192', 'Bjørn^K', 'Ærø 病院']);
  assert.deepEqual(made.changes, [
    { step: 1, element: 'SpecificCharacterSet', action: 'changed' },
    { step: 2, element: 'InstitutionName', action: 'added' },
  ]);
});

test('without it what the character set does not have is a fault that says what helps', async (t) => {
  const made = await morphed(t, '', 'Doe^J', PLACE);
  assert.ok('fault' in made);
  assert.match(made.fault.text, /U\+00C6, which ASCII does not have; \{"type": "unicode"\} before it/);
});

test('an instance that is in Unicode already, or that it is not for, stays as it is', async (t) => {
  for (const [characterSet, step] of [
    ['ISO_IR 192', { type: 'unicode' }], ['ISO_IR 100', { type: 'unicode', when: { SpecificCharacterSet: '' } }],
  ] as const) {
    const made = await morphed(t, characterSet, 'Doe^JJ', step);
    assert.deepEqual('changes' in made && made.changes, [], characterSet);
  }
});

test('a text that nobody could read is a fault, and not lost', async (t) => {
  const made = await morphed(t, 'ISO_IR 101', 'Doe^\x1b$', { type: 'unicode' });
  assert.ok('fault' in made, JSON.stringify(made));
  assert.match(made.fault.text, /^cannot be ISO_IR 192: has bytes in \(0010,0010\)/);
});
