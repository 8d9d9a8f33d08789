// How many reasons are kept and told of one job: a core may put out a million files, each of them wrong, and the list would
// be longer than a line of the log, or a string, can be.

import type { Failure } from './failure.ts';

/** More are nobody's reading. */
const MOST_FAILURES = 1000;

/** The first of them, and how many more there are. */
export function toldFailures(failures: readonly Failure[]): readonly Failure[] {
  const others = failures.length - MOST_FAILURES;
  return others <= 0 ? failures : [...failures.slice(0, MOST_FAILURES), { reason: 'more-failures', others }];
}
