// Fragments made to cost memory. What messages are is tested with whole associations, in store-messages.test.ts.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageReader, type MessageFault } from '../../src/network/message-reader.ts';
import { memoryHeld } from '../rig/memory-held.ts';
import { echoCommand } from '../rig/raw-scu.ts';

/** What one read of a socket gives. */
const CHUNK_BYTES = 65_536;
const MEBIBYTE = 1024 * 1024;

function makeReader() {
  const commands: unknown[] = [];
  const faults: MessageFault[] = [];
  const reader = new MessageReader({
    isAcceptedContext: (id) => id === 1,
    command: (_id, command) => void commands.push(command) as undefined,
    dataset: () => undefined,
    datasetEnd: () => undefined,
    fault: (fault) => void faults.push(fault),
  });
  return { reader, commands, faults };
}

test('holds nothing of fragments without bytes, however many there are', () => {
  const { reader, commands } = makeReader();
  const before = memoryHeld();
  for (let count = 0; count < 500_000; count += 1) reader.fragment(1, true, false, Buffer.alloc(0), true);
  assert.ok(memoryHeld() - before < MEBIBYTE);
  reader.fragment(1, true, true, echoCommand(), true);
  assert.equal(commands.length, 1);
});

test('holds the bytes of a command and not all that was read with them', () => {
  const { reader, faults } = makeReader();
  const before = memoryHeld();
  for (let count = 0; count < 1000; count += 1) {
    reader.fragment(1, true, false, Buffer.alloc(CHUNK_BYTES).subarray(0, 1), true);
  }
  assert.ok(memoryHeld() - before < MEBIBYTE);
  assert.deepEqual(faults, []);
});

test('refuses a command longer than any, as soon as it is', () => {
  const { reader, faults, commands } = makeReader();
  for (let count = 0; count < 5; count += 1) reader.fragment(1, true, false, Buffer.alloc(4096), true);
  assert.deepEqual(faults, [{ reason: 'command-bytes', maximum: 16_384 }]);
  assert.deepEqual(commands, []);
});
