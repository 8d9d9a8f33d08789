// The middle of several measurements of one thing: what the benches report, because one disturbed run does not move it.

/** The median; of an even number of values the mean of the two in the middle. NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const [upper = Number.NaN, lower = Number.NaN] = [sorted[Math.floor(half)], sorted[Math.ceil(half) - 1]];
  return (lower + upper) / 2;
}
