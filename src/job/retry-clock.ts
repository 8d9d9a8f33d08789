// When a step that failed is tried again: later each time, up to a longest wait.

import type { Failure } from './failure.ts';
import type { Clock } from './job.ts';

/** A growing delay. */
export interface RetryPolicy {
  readonly firstSeconds: number;
  readonly multiplier: number;
  readonly maxSeconds: number;
}

/** For the steps of a job (staging, starting a core): a minute at first, an hour at the most. */
export const JOB_RETRY: RetryPolicy = { firstSeconds: 60, multiplier: 2, maxSeconds: 3600 };

/** For looking at a core that runs: whatever kept us from it, its end and its limits should not wait long. */
export const LOOK_RETRY: RetryPolicy = { firstSeconds: 5, multiplier: 2, maxSeconds: 60 };

/** The clock after one more failed try. */
export function clockAfterFailure(clock: Clock | undefined, failure: Failure, policy: RetryPolicy, now: Date): Clock {
  const failedTries = (clock?.failedTries ?? 0) + 1;
  const seconds = Math.min(policy.firstSeconds * policy.multiplier ** (failedTries - 1), policy.maxSeconds);
  return {
    notBefore: new Date(now.getTime() + seconds * 1000).toISOString(),
    failedTries,
    failingSince: clock?.failingSince ?? now.toISOString(),
    last: failure,
  };
}

/**
 * Whether a clock allows a try. A clock set further ahead than the policy's longest wait was written before the
 * computer's clock was set back: it is due.
 */
export function isDue(clock: Clock | undefined, policy: RetryPolicy, now: Date): boolean {
  if (clock === undefined) return true;
  const waitSeconds = (Date.parse(clock.notBefore) - now.getTime()) / 1000;
  return !(waitSeconds > 0 && waitSeconds <= policy.maxSeconds);
}

/** The clock of a step that is begun now, after failures of earlier ones: due, but not forgotten. */
export function clockMadeDue(clock: Clock, now: Date): Clock {
  return { ...clock, notBefore: now.toISOString() };
}
