// The middle of several measurements of one thing: what the benches report, because one disturbed run does not move it.

/** The median; of an even number of values the larger of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
