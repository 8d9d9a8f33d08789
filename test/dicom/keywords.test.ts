import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadDictionary } from '../../src/dicom/dictionary.ts';
import { findVR, KEYWORDS, tagOf } from '../../src/dicom/keywords.ts';

test('agrees with the dictionary of the standard in every row', async () => {
  const dictionary = await loadDictionary();
  for (const keyword of KEYWORDS) {
    const tag = tagOf(keyword);
    assert.equal(tag, dictionary.tagOf(keyword), keyword);
    assert.equal(findVR(tag), dictionary.vrOf(tag), keyword);
  }
});

test('finds no VR for what is not in the table', () => {
  assert.equal(findVR(0x300a0002), undefined);
});
