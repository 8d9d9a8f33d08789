import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadDictionary } from '../../src/dicom/dictionary.ts';
import { findKeyword, findTag, findVR, KEYWORDS, tagOf } from '../../src/dicom/keywords.ts';

test('agrees with the dictionary of the standard in every row', async () => {
  const dictionary = await loadDictionary();
  for (const keyword of KEYWORDS) {
    const tag = tagOf(keyword);
    assert.equal(tag, dictionary.tagOf(keyword), keyword);
    assert.equal(findVR(tag), dictionary.vrOf(tag), keyword);
    assert.equal(findKeyword(tag), keyword);
  }
});

test('finds nothing for what is not in the table, nor for names that every object has', () => {
  for (const text of ['', 'patientname', 'RTPlanLabel', 'constructor', '__proto__', 'toString']) {
    assert.equal(findTag(text), undefined, text);
  }
  assert.equal(findTag('PatientName'), 0x00100010);
  assert.equal(findKeyword(0x300a0002), undefined);
  assert.equal(findVR(0x300a0002), undefined);
});
