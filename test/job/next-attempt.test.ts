import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attempt } from '../../src/job/job.ts';
import { nextAttempt } from '../../src/job/next-attempt.ts';

const decidedAt = '2026-11-20T08:15:30.123Z';
const endedAt = '2026-11-20T08:16:30.123Z';
const SECOND: Attempt = { attempt: 2, core: 1, attemptOfCore: 2, decidedAt };

test('the first attempt is the first of the first core', () => {
  assert.deepEqual(nextAttempt(undefined), { attempt: 1, core: 1, attemptOfCore: 1 });
});

test('one that has not ended keeps its place', () => {
  assert.deepEqual(nextAttempt(SECOND), { attempt: 2, core: 1, attemptOfCore: 2 });
});

test('after every end but a good one the same core is next', () => {
  for (const outcome of ['exit 75', 'vanished', 'signal SIGKILL', 'cancelled']) {
    assert.deepEqual(nextAttempt({ ...SECOND, endedAt, outcome }), { attempt: 3, core: 1, attemptOfCore: 3 }, outcome);
  }
});

test('after a good end the next core is, which remembers by which attempts those before it were done', () => {
  const first: Attempt = { ...SECOND, endedAt, outcome: 'exit 0' };
  const third: Attempt = { ...nextAttempt(first), decidedAt, endedAt, outcome: 'vanished' };
  assert.deepEqual(nextAttempt(first), { attempt: 3, core: 2, attemptOfCore: 1, earlier: [first] });
  const fourth = nextAttempt(third);
  assert.deepEqual(fourth, { attempt: 4, core: 2, attemptOfCore: 2, earlier: [first] });
  const done: Attempt = { ...fourth, decidedAt, endedAt, outcome: 'exit 0' };
  const { earlier: _, ...alone } = done;
  assert.deepEqual(nextAttempt(done), { attempt: 5, core: 3, attemptOfCore: 1, earlier: [first, alone] });
});
