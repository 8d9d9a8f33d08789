import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Failure } from '../../src/job/failure.ts';
import type { Clock } from '../../src/job/job.ts';
import {
  clockAfterFailure, clockMadeDue, isDue, isOver, JOB_RETRY, LOOK_RETRY, type RetryDelay,
} from '../../src/job/retry-clock.ts';

const NOW = new Date('2026-11-20T08:00:00.000Z');
const FAILURE: Failure = { reason: 'executor-unavailable', text: 'no answer' };

const after = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

/** The waits of one failure after the other, each met as soon as it is due. */
function waitsOf(delay: RetryDelay, tries: number): number[] {
  const waits: number[] = [];
  let now = NOW;
  let clock: Clock | undefined;
  for (let number = 1; number <= tries; number += 1) {
    clock = clockAfterFailure(clock, FAILURE, delay, now);
    waits.push((Date.parse(clock.notBefore) - now.getTime()) / 1000);
    now = new Date(clock.notBefore);
  }
  return waits;
}

test('waits grow by the multiplier and stop growing at the longest', () => {
  assert.deepEqual(waitsOf(JOB_RETRY, 9), [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
  assert.deepEqual(waitsOf(LOOK_RETRY, 6), [5, 10, 20, 40, 60, 60]);
  assert.deepEqual(waitsOf({ firstSeconds: 30, multiplier: 1, maxSeconds: 3600 }, 3), [30, 30, 30]);
  assert.deepEqual(waitsOf({ firstSeconds: 90, multiplier: 2, maxSeconds: 60 }, 2), [60, 60]);
});

test('days of failures neither overflow nor lose the first of them', () => {
  let clock: Clock | undefined;
  for (let number = 0; number < 5000; number += 1) clock = clockAfterFailure(clock, FAILURE, JOB_RETRY, after(number));
  assert.deepEqual(clock, {
    notBefore: after(4999 + 3600).toISOString(), waitSeconds: 3600, failedTries: 5000, failingSince: NOW.toISOString(),
    last: FAILURE,
  });
});

test('a step is due when its time has come, and not a moment before', () => {
  const clock = clockAfterFailure(undefined, FAILURE, JOB_RETRY, NOW);
  assert.equal(isDue(clock, after(59.999)), false);
  assert.equal(isDue(clock, after(60)), true);
  assert.equal(isDue(undefined, NOW), true);
});

test('a clock that was written before the computer\'s was set back is due', () => {
  const clock = clockAfterFailure(undefined, FAILURE, JOB_RETRY, NOW);
  assert.equal(isDue(clock, after(-86_400)), true);
  assert.equal(isDue(clock, after(0)), false);
  assert.equal(isDue(clock, after(-1)), true);
});

test('a clock whose time a person made unreadable is due', () => {
  const clock = clockAfterFailure(undefined, FAILURE, JOB_RETRY, NOW);
  assert.equal(isDue({ ...clock, notBefore: 'soon' }, NOW), true);
});

test('a clock made due remembers what has failed', () => {
  const clock = clockAfterFailure(undefined, FAILURE, JOB_RETRY, NOW);
  const due = clockMadeDue(clock, after(1));
  assert.equal(isDue(due, after(1)), true);
  assert.equal(clockAfterFailure(due, FAILURE, JOB_RETRY, after(1)).notBefore, after(121).toISOString());
  assert.equal(due.failingSince, NOW.toISOString());
});

test('what fails for longer than it may is over, but not before it has failed a few times', () => {
  const policy = { ...JOB_RETRY, giveUpAfterSeconds: 600 };
  const first = clockAfterFailure(undefined, FAILURE, policy, NOW);
  const second = clockAfterFailure(first, FAILURE, policy, after(601));
  assert.equal(isOver(second, policy, after(601)), false);
  assert.equal(isOver(clockAfterFailure(second, FAILURE, policy, after(600)), policy, after(600)), false);
  assert.equal(isOver(clockAfterFailure(second, FAILURE, policy, after(601)), policy, after(601)), true);
});

test('a core that ran and wants to run again has not been failing since before', () => {
  const failing = clockAfterFailure(undefined, FAILURE, JOB_RETRY, NOW);
  const postponed = clockAfterFailure(failing, { reason: 'core-postponed' }, JOB_RETRY, after(1000));
  assert.equal(postponed.failingSince, after(1000).toISOString());
  assert.equal(postponed.failedTries, 2); // and yet it waits longer each time
});

test('who asks to be left alone is, for as long as that, but no longer than the longest wait', () => {
  const busy = (afterSeconds?: number): Failure => {
    return { reason: 'web-server-busy', url: 'http://a', text: 'b', ...(afterSeconds === undefined ? {} : { afterSeconds }) };
  };
  const wait = (failure: Failure) => clockAfterFailure(undefined, failure, JOB_RETRY, NOW).waitSeconds;
  assert.deepEqual([0, 5, 900, 86_400, undefined].map((seconds) => wait(busy(seconds))), [1, 5, 900, 3600, 60]);
});

test('patience begins anew where the computer\'s clock was set back to before the first failure', () => {
  const before = clockAfterFailure(undefined, FAILURE, JOB_RETRY, after(86_400));
  assert.equal(clockAfterFailure(before, FAILURE, JOB_RETRY, NOW).failingSince, NOW.toISOString());
  assert.equal(clockAfterFailure(before, FAILURE, JOB_RETRY, after(90_000)).failingSince, before.failingSince);
});
