import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutIntoFragments, maximumFragmentBytes } from '../../src/network/data-fragments.ts';

const DATASET = { contextId: 5, isCommand: false, endsMessagePart: true };

test('a fragment fits the peer\'s PDU with its header, is even, and is never longer than our own maximum', () => {
  assert.equal(maximumFragmentBytes(16384, 131072), 16378);
  assert.equal(maximumFragmentBytes(16385, 131072), 16378);
  assert.equal(maximumFragmentBytes(0, 131072), 131066);
  assert.equal(maximumFragmentBytes(0xffffffff, 131072), 131066);
  assert.equal(maximumFragmentBytes(8, 131072), 2);
  assert.equal(maximumFragmentBytes(7, 131072), undefined);
});

test('bytes are cut into PDUs of one even fragment each, the last one marked and padded', () => {
  assert.equal(Buffer.concat(cutIntoFragments(Buffer.from('abcde'), 4, DATASET)).toString('hex'), [
    '0400' + '0000000a' + '00000006' + '0500' + Buffer.from('abcd').toString('hex'),
    '0400' + '00000008' + '00000004' + '0502' + Buffer.from('e\0').toString('hex'),
  ].join(''));
});

test('no fragment is marked as last before the end, and a command is marked as one', () => {
  const controls = (of: typeof DATASET) =>
    cutIntoFragments(Buffer.alloc(8), 4, of).filter((_, index) => index % 2 === 0).map((header) => header[11]);
  assert.deepEqual(controls({ ...DATASET, endsMessagePart: false }), [0, 0]);
  assert.deepEqual(controls(DATASET), [0, 2]);
  assert.deepEqual(controls({ ...DATASET, isCommand: true }), [1, 3]);
});

test('fragments are views, not copies', () => {
  const bytes = Buffer.alloc(8);
  assert.equal(cutIntoFragments(bytes, 4, DATASET)[3]?.buffer, bytes.buffer);
});
