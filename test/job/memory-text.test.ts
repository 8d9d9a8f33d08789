import assert from 'node:assert/strict';
import { test } from 'node:test';
import { memoryText } from '../../src/job/memory-text.ts';

test('memory is told as the configuration has it', () => {
  assert.equal(memoryText(20 * 2 ** 30), '20g');
  assert.equal(memoryText(1.5 * 2 ** 30), '1.5g');
  assert.equal(memoryText(512 * 2 ** 20), '512m');
  assert.equal(memoryText(1000), '1000');
  assert.equal(memoryText(3 * 2 ** 50), '3072t');
});
