// Which pixels of a frame show tissue rather than air, bone or background: the only ones in which signal and noise mean
// something. Judged on the mean of each pixel and its eight neighbours, so that noise does not decide it.

import type { Frame } from './pixel-data.ts';

/** Soft tissue with and without contrast medium, Hounsfield units; fat, bone and full vessels lie outside. */
const SOFT_TISSUE_HOUNSFIELD = { minimum: 0, maximum: 220 };
const BINS = 128;

/** 1 for tissue, 0 for the rest and for the frame's border. */
export function findTissue(frame: Frame, hounsfield: boolean): Uint8Array {
  const smooth = meanOfNeighbours(frame);
  const { minimum, maximum } = hounsfield
    ? SOFT_TISSUE_HOUNSFIELD
    : { minimum: otsuThreshold(smooth), maximum: Infinity };
  const mask = new Uint8Array(smooth.length);
  for (let row = 1; row < frame.Rows - 1; row += 1) {
    for (let column = 1; column < frame.Columns - 1; column += 1) {
      const index = row * frame.Columns + column;
      mask[index] = smooth[index]! >= minimum && smooth[index]! <= maximum ? 1 : 0;
    }
  }
  return mask;
}

/** The border keeps its own values. */
function meanOfNeighbours({ Rows, Columns, values }: Frame): Float32Array {
  const smooth = Float32Array.from(values);
  for (let row = 1; row < Rows - 1; row += 1) {
    for (let column = 1; column < Columns - 1; column += 1) {
      const index = row * Columns + column;
      let sum = 0;
      for (const start of [index - Columns, index, index + Columns]) {
        sum += values[start - 1]! + values[start]! + values[start + 1]!;
      }
      smooth[index] = sum / 9;
    }
  }
  return smooth;
}

/**
 * The value that parts dark from bright with the largest variance between the two.
 * N. Otsu, A threshold selection method from gray-level histograms, IEEE Trans. SMC 9(1), 1979.
 */
function otsuThreshold(values: Float32Array): number {
  let minimum = Infinity;
  let maximum = -Infinity;
  for (const value of values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  if (!(maximum > minimum)) return minimum;
  const width = (maximum - minimum) / BINS;
  const counts = new Float64Array(BINS);
  for (const value of values) counts[Math.min(BINS - 1, Math.floor((value - minimum) / width))]! += 1;
  const total = values.length;
  const sum = counts.reduce((partial, count, bin) => partial + count * bin, 0);
  let best = { bin: 0, variance: -1 };
  let below = 0;
  let sumBelow = 0;
  for (let bin = 0; bin < BINS - 1; bin += 1) {
    below += counts[bin]!;
    sumBelow += counts[bin]! * bin;
    if (below === 0 || below === total) continue;
    const variance = below * (total - below) * (sumBelow / below - (sum - sumBelow) / (total - below)) ** 2;
    if (variance > best.variance) best = { bin, variance };
  }
  return minimum + (best.bin + 1) * width;
}
