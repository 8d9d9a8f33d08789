// When tickets and jobs are compared, see compare-tickets.ts.
//
// That reads every name of a state, so it is done the more seldom the longer it takes: a thousandth of the time, and
// every five minutes at the least. A small station does it every few seconds, and finds what was moved by hand at once.

import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import { parseLine } from './read.ts';

/** Between two comparisons lies so many times what the first of them took … */
const RARITY = 1000;
/** … and no more than this. */
const LONGEST_PAUSE_MILLISECONDS = 300_000;

/** Content of the file `compared`; its time says when that was. */
interface Compared {
  readonly tookMilliseconds: number;
}

/** Also where the file says nonsense, or is of a time to come. */
export function isComparisonDue(layout: Layout): boolean {
  try {
    const { mtimeMs } = statSync(layout.queueCompared);
    const [compared] = parseLine<Partial<Compared>>(readFileSync(layout.queueCompared, 'utf8').trim());
    const pause = Math.min((compared?.tookMilliseconds ?? 0) * RARITY, LONGEST_PAUSE_MILLISECONDS);
    return Math.abs(Date.now() - mtimeMs) > pause;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    throw error;
  }
}

/** Neither synced nor missed when it is lost. */
export function noteComparison(layout: Layout, tookMilliseconds: number): void {
  const compared: Compared = { tookMilliseconds };
  mkdirSync(dirname(layout.queueCompared), { recursive: true, mode: 0o750 });
  writeFileSync(layout.queueCompared, `${JSON.stringify(compared)}\n`, { mode: 0o640 });
}
