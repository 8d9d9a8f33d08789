// Signal and noise of a frame.
//
// Signal: the mean of the most even square of tissue near the middle of the image.
// Noise: the standard deviation of what changes from pixel to pixel within tissue, after J. Immerkaer, Fast noise
// variance estimation, Computer Vision and Image Understanding 64(2), 1996: the difference of two Laplacians answers
// neither to flat nor to slanted areas, and to white noise of deviation s with deviation 6 s. Its deviation is taken
// from the median of its magnitude (D. Donoho and I. Johnstone, Ideal spatial adaptation by wavelet shrinkage,
// Biometrika 81(3), 1994), which the few pixels on edges do not move.
//
// The estimate is for noise without correlation between neighbours; a smooth reconstruction filter makes it too small.

import type { Frame } from './pixel-data.ts';

/** A square of pixels; row and column count from 0. */
export type Region = { readonly row: number; readonly column: number; readonly side: number };
export type Signal = { readonly region: Region; readonly mean: number };

/** Deviation of a normal distribution over the median of its magnitude. */
const DEVIATION_OVER_MEDIAN = 1.4826;
/** The mask's coefficients squared and added up are 36. */
const MASK_GAIN = 6;
const FEWEST_PIXELS = 500;
const SMALLEST_SIDE = 8;
/** A square may hold this part of other than tissue. */
const FOREIGN_SHARE = 0.02;

/** Noise within tissue; undefined where the frame shows too little tissue to tell. */
export function estimateNoise({ Rows, Columns, values }: Frame, tissue: Uint8Array): number | undefined {
  const magnitudes: number[] = [];
  for (let row = 1; row < Rows - 1; row += 1) {
    for (let column = 1; column < Columns - 1; column += 1) {
      const index = row * Columns + column;
      if (tissue[index] === 0) continue;
      const above = index - Columns;
      const below = index + Columns;
      const corners = values[above - 1]! + values[above + 1]! + values[below - 1]! + values[below + 1]!;
      const sides = values[above]! + values[below]! + values[index - 1]! + values[index + 1]!;
      magnitudes.push(Math.abs(corners - 2 * sides + 4 * values[index]!));
    }
  }
  if (magnitudes.length < FEWEST_PIXELS) return undefined;
  return (DEVIATION_OVER_MEDIAN * medianOf(magnitudes)) / MASK_GAIN;
}

/** The most even square of tissue whose middle lies in the middle half of the frame, if there is one. */
export function findSignal(frame: Frame, tissue: Uint8Array): Signal | undefined {
  const { Rows, Columns } = frame;
  const side = Math.max(SMALLEST_SIDE, Math.round(Math.min(Rows, Columns) / 16));
  const step = Math.max(1, Math.floor(side / 4));
  let best: { signal: Signal; deviation: number } | undefined;
  for (let row = Math.floor(Rows / 4 - side / 2); row + side / 2 <= (3 * Rows) / 4; row += step) {
    for (let column = Math.floor(Columns / 4 - side / 2); column + side / 2 <= (3 * Columns) / 4; column += step) {
      const region = { row, column, side };
      const square = measureRegion(frame, tissue, region);
      if (square.foreign > FOREIGN_SHARE || (best !== undefined && square.deviation >= best.deviation)) continue;
      best = { signal: { region, mean: square.mean }, deviation: square.deviation };
    }
  }
  return best?.signal;
}

export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function measureRegion(
  { Rows, Columns, values }: Frame,
  tissue: Uint8Array,
  { row, column, side }: Region,
): { mean: number; deviation: number; foreign: number } {
  const inside = row >= 0 && column >= 0 && row + side <= Rows && column + side <= Columns;
  if (!inside) return { mean: 0, deviation: 0, foreign: 1 };
  const count = side * side;
  let sum = 0;
  let squares = 0;
  let foreign = 0;
  for (let y = row; y < row + side; y += 1) {
    for (let x = column; x < column + side; x += 1) {
      const value = values[y * Columns + x]!;
      sum += value;
      squares += value * value;
      foreign += 1 - tissue[y * Columns + x]!;
    }
  }
  const mean = sum / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)), foreign: foreign / count };
}
