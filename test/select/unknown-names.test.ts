import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findUnknownNames } from '../../src/select/unknown-names.ts';

const keywords = new Set(['Rows', 'EchoTime']);

function namesIn(...rules: unknown[]): string[] {
  return findUnknownNames([{ type: 'x', rules }], keywords).map(({ path, message }) => `${path.join('.')} ${message}`);
}

test('finds names that neither headers nor descriptions have, as tag and as value', () => {
  assert.deepEqual(namesIn({ tag: ['EchoTimes'], value: '1' }, { tag: ['Rows'], operator: '==', value: ['Zzzzzz'] }), [
    '0.rules.0.tag is no field, so the rule is tried on nothing: EchoTimes; did you mean EchoTime?',
    '0.rules.1.value is no field, so the rule is tried on nothing: Zzzzzz; expected a DICOM keyword',
  ]);
});

test('takes keywords, names of the description, classes, tags, texts and numbers for what they are', () => {
  assert.deepEqual(namesIn(
    { tag: ['Rows'], value: 'Zzzzzz' }, { tag: ['NumSlices'], operator: '>', value: 3 }, { rule: 'Zzzzzz' },
    { tag: ['ClassifyType'], operator: 'contains', value: 'T1' }, { tag: ['ClassifyTypes'], value: 'T1' },
    { tag: ['0x0018', '0x0081'], operator: 'approx', value: ['1.5'] },
  ), []);
  assert.deepEqual(findUnknownNames('no rules', keywords), []);
});
