// Which attempt comes after another: of the same core, or the first of the next one in the chain. Pure.

import type { Attempt } from './job.ts';

export type AttemptNumbers = Pick<Attempt, 'attempt' | 'core' | 'attemptOfCore'>;

const FIRST: AttemptNumbers = { attempt: 1, core: 1, attemptOfCore: 1 };

/** The outcome of an attempt whose core has done its part. */
export const DONE = 'exit 0';

/** An attempt that has not ended was perhaps never started, and keeps its numbers. */
export function nextAttempt(previous: Attempt | undefined): AttemptNumbers {
  if (previous === undefined) return FIRST;
  const { attempt, core, attemptOfCore } = previous;
  if (previous.endedAt === undefined) return { attempt, core, attemptOfCore };
  if (previous.outcome === DONE) return { attempt: attempt + 1, core: core + 1, attemptOfCore: 1 };
  return { attempt: attempt + 1, core, attemptOfCore: attemptOfCore + 1 };
}
