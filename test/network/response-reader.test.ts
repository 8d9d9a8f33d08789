import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeCommandSet } from '../../src/network/command-set.ts';
import { ResponseReader } from '../../src/network/response-reader.ts';
import { memoryHeld } from '../rig/memory-held.ts';

const RESPONSE = { CommandField: 0x8001, MessageIDBeingRespondedTo: 3, Status: 0 };

test('a response is put together of any pieces, one after the other', () => {
  const reader = new ResponseReader();
  const bytes = encodeCommandSet(RESPONSE);
  for (let response = 0; response < 2; response += 1) {
    for (let offset = 0; offset < bytes.length - 1; offset += 1) {
      assert.equal(reader.fragment(true, false, bytes.subarray(offset, offset + 1)), undefined);
    }
    assert.deepEqual(reader.fragment(true, true, bytes.subarray(-1)), RESPONSE);
  }
});

test('a response that claims a dataset and has none is taken, and so is the next', () => {
  const reader = new ResponseReader();
  const claiming = { ...RESPONSE, CommandDataSetType: 0 };
  assert.deepEqual(reader.fragment(true, true, encodeCommandSet(claiming)), claiming);
  assert.deepEqual(reader.fragment(true, true, encodeCommandSet(RESPONSE)), RESPONSE);
});

test('fragments with nothing in them, however many, take no memory', () => {
  const reader = new ResponseReader();
  const before = memoryHeld();
  for (let count = 0; count < 200_000; count += 1) reader.fragment(true, false, Buffer.alloc(0));
  const bytes = memoryHeld() - before;
  assert.ok(bytes < 1_000_000, `${bytes} bytes`);
  assert.deepEqual(reader.fragment(true, true, encodeCommandSet(RESPONSE)), RESPONSE);
});

test('a dataset, an endless response and an unreadable one are faults', () => {
  const isFault = (answer: object | undefined) => answer !== undefined && 'fault' in answer;
  assert.ok(isFault(new ResponseReader().fragment(false, true, Buffer.alloc(8))));
  assert.ok(isFault(new ResponseReader().fragment(true, true, Buffer.alloc(9, 1))));
  const reader = new ResponseReader();
  assert.equal(reader.fragment(true, false, Buffer.alloc(60_000)), undefined);
  assert.ok(isFault(reader.fragment(true, false, Buffer.alloc(60_000))));
});
