import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatTable } from '../../src/commands/format-table.ts';

test('columns are as wide as their widest cell, and the last one is cut to the terminal', () => {
  const rows = [['one', 'a text that goes on'], ['three', '']];
  assert.equal(formatTable(['A', 'B'], rows, 15), 'A      B\none    a text t\nthree\n');
});

test('an id is never cut, however narrow the terminal', () => {
  const rows = [['done', 'an-id-of-20-letters.', 'because'], ['held', 'short', 'because']];
  assert.equal(formatTable(['STATE', 'ID', 'WAITS'], rows, 10, 1),
    'STATE  ID\ndone   an-id-of-20-letters.\nheld   short\n');
});

test('a cell of a thousand characters is shortened, save in the last column', () => {
  const long = 'x'.repeat(1000);
  const [, first, second] = formatTable(['A', 'B'], [[long, 'b'], ['a', long]]).split('\n');
  assert.equal(first, `${'x'.repeat(63)}…  b`);
  assert.equal(second, `a${' '.repeat(65)}${long}`);
});

test('control characters are shown and end no line', () => {
  assert.equal(formatTable(['A', 'B'], [['\u001b[2J', 'b\nc']]), 'A        B\n\\x1b[2J  b\\x0ac\n');
});
