import assert from 'node:assert/strict';
import { test } from 'node:test';
import { missingText } from '../../src/job/missing.ts';

test('what is missing is told with what there is of it', () => {
  assert.equal(missingText([
    { what: 'series', name: 'FLAIR' },
    { what: 'instances-of-study', found: 1, expected: 200 },
    { what: 'instances-of-name', name: 'T1', found: 0, expected: 176 },
    { what: 'instances-of-series', SeriesInstanceUID: '1.2.3', found: 19, expected: 20 },
  ]), 'no series FLAIR, 1 of 200 instances, 0 of 176 instances of T1, 19 of 20 instances of series 1.2.3');
});
