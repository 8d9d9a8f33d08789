// When a step that failed is tried again: later each time, up to a longest wait.

import { usesUpAttempt, type Failure } from './failure.ts';
import type { Clock } from './job.ts';

/** A growing delay. */
export interface RetryDelay {
  readonly firstSeconds: number;
  readonly multiplier: number;
  readonly maxSeconds: number;
}

/** A growing delay with an end. */
export interface RetryPolicy extends RetryDelay {
  readonly giveUpAfterSeconds: number;
}

/** For the steps of a job whose core says nothing else: a minute at first, an hour at the most, a week in all. */
export const JOB_RETRY: RetryPolicy = {
  firstSeconds: 60, multiplier: 2, maxSeconds: 3600, giveUpAfterSeconds: 7 * 86_400,
};

/**
 * For looking at a core that runs: whatever kept us from it, its end and its limits should not wait long. How soon a job
 * that cannot be run is given up says nothing of one that runs: its core would go on for nobody.
 */
export const LOOK_RETRY: RetryPolicy = {
  firstSeconds: 5, multiplier: 2, maxSeconds: 60, giveUpAfterSeconds: JOB_RETRY.giveUpAfterSeconds,
};

/** Giving up takes so many tries at least: a clock that was set ahead must not end what was hardly begun. */
const FEWEST_TRIES = 3;

/** The clock after one more failed try. */
export function clockAfterFailure(clock: Clock | undefined, failure: Failure, delay: RetryDelay, now: Date): Clock {
  const failedTries = (clock?.failedTries ?? 0) + 1;
  const usualSeconds = delay.firstSeconds * delay.multiplier ** (failedTries - 1);
  const waitSeconds = Math.min(askedSeconds(failure) ?? usualSeconds, delay.maxSeconds);
  return {
    notBefore: new Date(now.getTime() + waitSeconds * 1000).toISOString(),
    waitSeconds,
    failedTries,
    failingSince: usesUpAttempt(failure) ? now.toISOString() : failingSince(clock, now),
    last: failure,
  };
}

/** Never later than now: once a computer's clock was set back, patience would end only when it has caught up. */
function failingSince(clock: Clock | undefined, now: Date): string {
  return clock !== undefined && Date.parse(clock.failingSince) <= now.getTime() ? clock.failingSince : now.toISOString();
}

/** How long who failed wants to be left alone. */
function askedSeconds(failure: Failure): number | undefined {
  const seconds = failure.reason === 'web-server-busy' ? failure.afterSeconds : undefined;
  return seconds === undefined ? undefined : Math.max(seconds, 1);
}

/**
 * Whether a clock allows a try. One that is further ahead than it was set to wait was written before the computer's
 * clock was set back: it is due.
 */
export function isDue(clock: Clock | undefined, now: Date): boolean {
  if (clock === undefined) return true;
  const seconds = (Date.parse(clock.notBefore) - now.getTime()) / 1000;
  return !(seconds > 0 && seconds <= clock.waitSeconds);
}

/** Seconds since the first of the failures in a row. */
export function failingSeconds({ failingSince }: Clock, now: Date): number {
  return Math.round((now.getTime() - Date.parse(failingSince)) / 1000);
}

/** Whether what has failed so often and for so long is left to a person. */
export function isOver(clock: Clock, { giveUpAfterSeconds }: RetryPolicy, now: Date): boolean {
  return clock.failedTries >= FEWEST_TRIES && failingSeconds(clock, now) > giveUpAfterSeconds;
}

/** The same clock, due at another instant: when what it waits for is known to come. @param until ISO 8601 UTC */
export function clockUntil(clock: Clock, until: string, now: Date): Clock {
  return { ...clock, notBefore: until, waitSeconds: Math.max(0, (Date.parse(until) - now.getTime()) / 1000) };
}

/** The clock of a step that is begun now, after failures of earlier ones: due, but not forgotten. */
export function clockMadeDue(clock: Clock, now: Date): Clock {
  return { ...clock, notBefore: now.toISOString() };
}
