import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PRIVATE_STORAGE_SOP_CLASSES } from '../../src/dicom/private-sop-classes.ts';
import {
  isStorageSOPClass, sopClassName, STORAGE_SOP_CLASSES, VERIFICATION_SOP_CLASS,
} from '../../src/dicom/sop-classes.ts';
import { STANDARD_STORAGE_SOP_CLASSES } from '../../src/dicom/standard-sop-classes.ts';
import { isUID } from '../../src/dicom/uid.ts';

test('knows what scanners send: common, retired, new and private', () => {
  for (const UID of [
    '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.6', '1.2.840.10008.5.1.4.1.1.5',
    '1.2.840.10008.5.1.4.1.1.66.7', '1.2.840.10008.5.1.4.1.1.481.25', '1.3.12.2.1107.5.9.1',
    '1.3.46.670589.11.0.0.12.1', '1.2.840.113619.4.26', '1.2.840.10008.5.1.4.34.7', '1.2.840.10008.5.1.4.38.1',
  ]) {
    assert.ok(isStorageSOPClass(UID), UID);
  }
});

test('takes no SOP class of another service for a Storage SOP class', () => {
  for (const UID of [
    VERIFICATION_SOP_CLASS, '1.2.840.10008.1.20.1', '1.2.840.10008.5.1.4.1.2.2.1', '1.2.840.10008.5.1.4.1.1.200.4',
    '1.2.840.10008.5.1.4.1.1.201.2', '1.2.840.10008.5.1.4.31', '1.2.840.10008.1.3.10', '1.2.840.10008.5.1.4.1.1', '',
  ]) {
    assert.equal(isStorageSOPClass(UID), false, UID);
  }
});

test('lists each SOP class once, by a valid UID and a name that says it is for storage', () => {
  const rows = [...STANDARD_STORAGE_SOP_CLASSES, ...PRIVATE_STORAGE_SOP_CLASSES];
  assert.equal(STORAGE_SOP_CLASSES.size, rows.length);
  assert.equal(new Set(rows.map(([, name]) => name)).size, rows.length);
  for (const [UID, name] of rows) {
    assert.ok(isUID(UID), UID);
    assert.match(name, /Storage|Presentation State/);
  }
});

test('names a SOP class, an unknown one by its UID', () => {
  assert.equal(sopClassName('1.2.840.10008.5.1.4.1.1.2'), 'CT Image Storage');
  assert.equal(sopClassName('1.2.840.10008.1.1'), 'Verification');
  assert.equal(sopClassName('1.2.3'), '1.2.3');
});
