// The distribution of a series' pixel values: extremes, mean, standard deviation and a histogram. Frames are added one
// by one, so that a series of any length fits in memory; the histogram needs a second pass, when the range is known.

export type Statistics = {
  readonly pixelCount: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly mean: number;
  readonly standardDeviation: number;
};

/** Counts in bins of equal width from `minimum` to `maximum`, both included. */
export type Histogram = { readonly minimum: number; readonly maximum: number; readonly counts: readonly number[] };

const HISTOGRAM_BINS = 64;

/** Adds up frames; `result` is of all that were added. */
export function createStatistics(): { add(values: Float32Array): void; result(): Statistics } {
  let pixelCount = 0;
  let minimum = Infinity;
  let maximum = -Infinity;
  let mean = 0;
  let squares = 0;
  return {
    add(values) {
      const frame = momentsOf(values);
      // Chan's merging of two samples keeps the precision that a sum of squares over a long series would lose.
      const total = pixelCount + values.length;
      const difference = frame.mean - mean;
      squares += frame.squares + (difference * difference * pixelCount * values.length) / total;
      mean += (difference * values.length) / total;
      pixelCount = total;
      minimum = Math.min(minimum, frame.minimum);
      maximum = Math.max(maximum, frame.maximum);
    },
    result: () => ({ pixelCount, minimum, maximum, mean, standardDeviation: Math.sqrt(squares / pixelCount) }),
  };
}

/** Counts the values of frames, all of them between `minimum` and `maximum`. */
export function createHistogram(
  minimum: number,
  maximum: number,
): { add(values: Float32Array): void; result(): Histogram } {
  const counts = new Array<number>(HISTOGRAM_BINS).fill(0);
  const scale = maximum > minimum ? HISTOGRAM_BINS / (maximum - minimum) : 0;
  return {
    add(values) {
      for (const value of values) {
        counts[Math.min(HISTOGRAM_BINS - 1, Math.floor((value - minimum) * scale))]! += 1;
      }
    },
    result: () => ({ minimum, maximum, counts }),
  };
}

function momentsOf(values: Float32Array): { minimum: number; maximum: number; mean: number; squares: number } {
  let minimum = Infinity;
  let maximum = -Infinity;
  let sum = 0;
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    sum += value;
  }
  const mean = sum / values.length;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { minimum, maximum, mean, squares };
}
