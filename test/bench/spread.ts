// Several measurements of one thing, and how far they lie apart.

import { median } from './median.ts';

/** The median of several rounds and the ends of their range. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** Of one value at least. */
export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}
