import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TRANSFER_SYNTAXES, transferSyntax } from '../../src/dicom/transfer-syntaxes.ts';
import { isUID } from '../../src/dicom/uid.ts';

test('knows how the uncompressed transfer syntaxes lay out a dataset', () => {
  const layout = (UID: string) => {
    const { littleEndian, explicitVR, deflated, encapsulated } = transferSyntax(UID);
    return { littleEndian, explicitVR, deflated, encapsulated };
  };
  const explicit = { littleEndian: true, explicitVR: true, deflated: false, encapsulated: false };
  assert.deepEqual(layout('1.2.840.10008.1.2'), { ...explicit, explicitVR: false });
  assert.deepEqual(layout('1.2.840.10008.1.2.1'), explicit);
  assert.deepEqual(layout('1.2.840.10008.1.2.2'), { ...explicit, littleEndian: false });
  assert.deepEqual(layout('1.2.840.10008.1.2.1.99'), { ...explicit, deflated: true });
  assert.deepEqual(layout('1.2.840.10008.1.2.4.50'), { ...explicit, encapsulated: true });
  assert.deepEqual(layout('1.2.840.113619.5.2'), { ...explicit, explicitVR: false });
});

test('takes an unknown transfer syntax for explicit little endian with encapsulated PixelData', () => {
  const unknown = transferSyntax('1.2.3.4');
  assert.equal(unknown.UID, '1.2.3.4');
  assert.deepEqual([unknown.littleEndian, unknown.explicitVR, unknown.encapsulated], [true, true, true]);
});

test('lists each transfer syntax once, by a valid UID', () => {
  assert.ok(TRANSFER_SYNTAXES.size > 60);
  for (const [UID, syntax] of TRANSFER_SYNTAXES) {
    assert.ok(isUID(UID));
    assert.equal(syntax.UID, UID);
  }
  assert.equal(new Set([...TRANSFER_SYNTAXES.values()].map(({ name }) => name)).size, TRANSFER_SYNTAXES.size);
});
