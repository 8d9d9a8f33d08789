// The median of measurements.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { median } from './median.ts';

test('the median is the value in the middle, or the mean of two', () => {
  assert.equal(median([10, 2, 9]), 9);
  assert.equal(median([10, 2, 9, 4]), 6.5);
  assert.equal(median([7]), 7);
  assert.ok(Number.isNaN(median([])));
});
