import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createUID, deriveUID } from '../../src/dicom/new-uid.ts';
import { isUID } from '../../src/dicom/uid.ts';

test('accepts UIDs as the standard and the field have them', () => {
  for (const UID of ['1.2.840.10008.1.1', '2.25.0', '1', '1.2.03.4', `1.${'2'.repeat(62)}`]) {
    assert.equal(isUID(UID), true, UID);
  }
});

test('refuses what is no UID, above all what could leave a folder', () => {
  const others = ['', '.', '..', '1.', '.1', '1..2', '1.2 ', ' 1.2', '1.2\0', '1.2\n', '1.a', '../1', '1/2', '١.٢'];
  for (const text of [...others, `1.${'2'.repeat(63)}`]) assert.equal(isUID(text), false, JSON.stringify(text));
});

test('creates a UID that is valid and new each time', () => {
  const UIDs = new Set(Array.from({ length: 1000 }, createUID));
  assert.equal(UIDs.size, 1000);
  for (const UID of UIDs) assert.match(UID, /^2\.25\.[1-9][0-9]{0,38}$/);
});

test('derives the same valid UID from the same seed and others from others', () => {
  assert.equal(deriveUID('1.2.3 salt'), deriveUID('1.2.3 salt'));
  assert.notEqual(deriveUID('1.2.3 salt'), deriveUID('1.2.3 Salt'));
  assert.ok(isUID(deriveUID('')));
});

test('never changes what it derives, which would break the identity of what was sent before', () => {
  assert.equal(deriveUID('DTS'), '2.25.116213842742776990238060841984077453168');
});

test('derives a UUID of version 8 and the variant of RFC 9562', () => {
  const hexadecimal = BigInt(deriveUID('x').slice('2.25.'.length)).toString(16).padStart(32, '0');
  assert.equal(hexadecimal[12], '8');
  assert.match(hexadecimal[16] ?? '', /[89ab]/);
});
