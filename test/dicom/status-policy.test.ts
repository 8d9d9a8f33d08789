// What a policy makes of statuses, beside what the standard says of them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStatusPattern, statusBy } from '../../src/dicom/status-policy.ts';
import { storeStatus } from '../../src/dicom/status.ts';

test('a status that the policy does not name means what the standard says', () => {
  for (let code = 0; code <= 0xffff; code += 1) {
    if (code !== 0x0124) assert.deepEqual(statusBy({ '0124': 'retry' }, code), storeStatus(code));
  }
  assert.equal(statusBy({ '0124': 'retry' }, 0x0124).outcome, 'retry');
});

test('the closest entry decides, in whatever case and order it is written', () => {
  const policy = { Cxxx: 'retry', C01x: 'fail', c012: 'stored', A7xx: 'fail' } as const;
  assert.equal(statusBy(policy, 0xc000).outcome, 'retry');
  assert.equal(statusBy(policy, 0xc011).outcome, 'refused');
  assert.equal(statusBy(policy, 0xc012).outcome, 'stored');
  assert.equal(statusBy(policy, 0xa701).outcome, 'refused');
});

test('what is to be tried again is tried for as long as the destination\'s retry says', () => {
  assert.equal(storeStatus(0x0110).limited, true);
  assert.equal(statusBy({ '0110': 'retry' }, 0x0110).limited, false);
});

test('success stays success', () => {
  assert.equal(statusBy({ '0xxx': 'fail' }, 0).outcome, 'stored');
  assert.equal(isStatusPattern('0000'), false);
});

test('four hex digits, the last ones perhaps x, are a status', () => {
  for (const good of ['0110', 'A7xx', 'c0XX', 'Bxxx']) assert.ok(isStatusPattern(good), good);
  for (const bad of ['', 'xxxx', '110', '0x0110', 'A7*', 'AxxA', 'G000', 'A7xxx']) assert.ok(!isStatusPattern(bad), bad);
});
