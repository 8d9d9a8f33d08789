import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadDictionary } from '../../src/dicom/dictionary.ts';
import { isVR } from '../../src/dicom/value-representation.ts';

test('knows the elements of the standard, retired ones too, by their keywords', async () => {
  const dictionary = await loadDictionary();
  assert.equal(dictionary.tagOf('RTPlanLabel'), 0x300a0002);
  assert.equal(dictionary.keywordOf(0x300a0002), 'RTPlanLabel');
  assert.equal(dictionary.vrOf(0x300a0002), 'SH');
  assert.equal(dictionary.keywordOf(0x00080010), 'RecognitionCode');
  assert.equal(dictionary.vrOf(0xfffee000), undefined);
  assert.ok(dictionary.keywords().length > 4800);
});

test('knows repeating groups by each of their groups, and by their first the other way', async () => {
  const dictionary = await loadDictionary();
  assert.equal(dictionary.tagOf('OverlayRows'), 0x60000010);
  assert.equal(dictionary.keywordOf(0x60020010), 'OverlayRows');
  assert.equal(dictionary.keywordOf(0x60010010), undefined);
});

test('has no private element and no code of its source', async () => {
  const dictionary = await loadDictionary();
  assert.equal(dictionary.tagOf('nonsense'), undefined);
  assert.equal(dictionary.keywordOf(0x00091001), undefined);
  for (const keyword of dictionary.keywords()) {
    assert.match(keyword, /^[A-Za-z][A-Za-z0-9_]*$/);
    const vr = dictionary.vrOf(dictionary.tagOf(keyword) ?? 0);
    assert.ok(vr === undefined || isVR(vr), keyword);
  }
});

test('loads once', () => {
  assert.equal(loadDictionary(), loadDictionary());
});
