import assert from 'node:assert/strict';
import { test } from 'node:test';

import { formatStatus, storeStatus } from '../../src/dicom/status.ts';

function outcomes(codes: number[]): Set<string> {
  return new Set(codes.map((code) => storeStatus(code).outcome));
}

test('takes success and every warning for stored', () => {
  assert.deepEqual(outcomes([0x0000, 0x0001, 0x0107, 0x0116, 0xb000, 0xb006, 0xb007, 0xb123]), new Set(['stored']));
});

test('leaves a duplicate to the policy', () => {
  assert.equal(storeStatus(0x0111).outcome, 'duplicate');
});

test('retries without limit while the peer lacks resources', () => {
  for (const code of [0xa700, 0xa701, 0xa7ff, 0x0213]) {
    assert.equal(storeStatus(code).outcome, 'retry');
    assert.equal(storeStatus(code).limited, false);
  }
});

test('retries a few times what may be the fault of the instance or nobody knows', () => {
  for (const code of [0x0110, 0x0210, 0xa600, 0xa800, 0xaa00, 0xd000, 0xff00, 0xfe00, 0x1234]) {
    assert.equal(storeStatus(code).outcome, 'retry', code.toString(16));
    assert.equal(storeStatus(code).limited, true, code.toString(16));
  }
});

test('gives up what the peer refuses for good', () => {
  assert.deepEqual(
    outcomes([0xa900, 0xa9ff, 0xc000, 0xcfff, 0x0117, 0x0118, 0x0122, 0x0124, 0x0211, 0x0212]),
    new Set(['refused']),
  );
});

test('has a meaning for each of the 65536 codes', () => {
  for (let code = 0; code <= 0xffff; code += 1) assert.ok(storeStatus(code).name.length > 0);
});

test('formats a status with its code and its name', () => {
  assert.equal(formatStatus(0xa700), '0xA700 (refused: out of resources)');
  assert.equal(formatStatus(0), '0x0000 (success)');
  assert.equal(formatStatus(0xb007), '0xB007 (warning: data set does not match SOP class)');
  assert.equal(formatStatus(0xd001), '0xD001 (unknown status)');
});
