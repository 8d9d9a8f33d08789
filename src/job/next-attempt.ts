// Which attempt comes after another: of the same core, or the first of the next one in the chain. Pure.

import type { Attempt } from './job.ts';

/** Which attempt of which core it is, without what becomes of it. */
export type AttemptPlace = Pick<Attempt, 'attempt' | 'core' | 'attemptOfCore' | 'earlier'>;

/** The outcome of an attempt whose core has done its part. */
export const DONE = 'exit 0';

/** An attempt that has not ended was perhaps never started, and keeps its place. */
export function nextAttempt(previous: Attempt | undefined): AttemptPlace {
  if (previous === undefined) return { attempt: 1, core: 1, attemptOfCore: 1 };
  const { attempt, core, attemptOfCore, earlier = [] } = previous;
  const before = earlier.length === 0 ? {} : { earlier };
  if (previous.endedAt === undefined) return { attempt, core, attemptOfCore, ...before };
  if (previous.outcome !== DONE) {
    return { attempt: attempt + 1, core, attemptOfCore: attemptOfCore + 1, ...before };
  }
  return { attempt: attempt + 1, core: core + 1, attemptOfCore: 1, earlier: [...earlier, withoutEarlier(previous)] };
}

function withoutEarlier({ earlier, ...attempt }: Attempt): Attempt {
  return attempt;
}
