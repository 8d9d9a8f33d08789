import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isAETitle } from '../../src/dicom/ae-title.ts';

test('accepts titles of 1 to 16 printable ASCII characters', () => {
  for (const title of ['A', 'MY PACS/1', 'ABCDEFGHIJKLMNOP', '~!"$%&']) assert.equal(isAETitle(title), true, title);
});

test('refuses empty, blank, long and unprintable titles and backslashes', () => {
  for (const title of ['', ' ', ' '.repeat(16), 'ABCDEFGHIJKLMNOPQ', 'A\\B', 'A\nB', 'A\x7f', 'MÜ', 'A\0']) {
    assert.equal(isAETitle(title), false, JSON.stringify(title));
  }
});
