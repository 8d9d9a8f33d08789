// The noise estimate, calibrated: known noise on flat, slanted and edged pictures.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Frame } from '../../src/demo/example-core/pixel-data.ts';
import { estimateNoise, findSignal, medianOf } from '../../src/demo/example-core/signal-to-noise.ts';
import { createHistogram, createStatistics } from '../../src/demo/example-core/statistics.ts';
import { findTissue } from '../../src/demo/example-core/tissue.ts';
import { createGaussian } from '../../src/demo/phantom/random.ts';

const SIDE = 128;

/** A picture of what `paint` says, with noise. */
function frameOf(noise: number, paint: (row: number, column: number) => number): Frame {
  const gaussian = createGaussian(5);
  const values = Float32Array.from({ length: SIDE * SIDE }, (_, index) =>
    paint(Math.floor(index / SIDE), index % SIDE) + noise * gaussian());
  return { Rows: SIDE, Columns: SIDE, values };
}

const everywhere = new Uint8Array(SIDE * SIDE).fill(1);

for (const noise of [1, 5, 20, 60]) {
  for (const [shape, paint] of [
    ['a flat picture', () => 100],
    ['a slanted picture', (row, column) => 3 * row - 2 * column],
    ['a picture with edges', (row, column) => ((row >> 4) + (column >> 4)) % 2 === 0 ? 0 : 500],
  ] as [string, (row: number, column: number) => number][]) {
    test(`estimates noise of ${noise} on ${shape} within a fifth`, () => {
      const estimate = estimateNoise(frameOf(noise, paint), everywhere);
      assert.ok(estimate !== undefined && Math.abs(estimate / noise - 1) < 0.2, String(estimate));
    });
  }
}

test('estimates noise on a flat picture within a twentieth', () => {
  const estimate = estimateNoise(frameOf(10, () => 0), everywhere);
  assert.ok(estimate !== undefined && Math.abs(estimate / 10 - 1) < 0.05, String(estimate));
});

test('gives no estimate where there is too little tissue', () => {
  assert.equal(estimateNoise(frameOf(10, () => 0), new Uint8Array(SIDE * SIDE)), undefined);
});

test('finds the even square of tissue and not the brighter, uneven one', () => {
  const frame = frameOf(2, (_row, column) => (column < SIDE / 2 ? 60 : column % 2 === 0 ? 60 : 180));
  const signal = findSignal(frame, findTissue(frame, true));
  assert.ok(signal !== undefined && signal.region.column + signal.region.side <= SIDE / 2);
  assert.ok(Math.abs(signal.mean - 60) < 2, String(signal.mean));
});

test('finds no signal in air, nor in a picture smaller than the square', () => {
  const air = frameOf(2, () => -1000);
  assert.equal(findSignal(air, findTissue(air, true)), undefined);
  const tiny: Frame = { Rows: 3, Columns: 3, values: new Float32Array(9) };
  assert.equal(findSignal(tiny, findTissue(tiny, false)), undefined);
});

test('takes for tissue what is bright where values are no Hounsfield units', () => {
  const frame = frameOf(5, (row) => (row < SIDE / 2 ? 0 : 400));
  const tissue = findTissue(frame, false);
  assert.equal(tissue[20 * SIDE + 60], 0);
  assert.equal(tissue[100 * SIDE + 60], 1);
});

test('adds up frames of different size and mean to the statistics of all pixels', () => {
  const statistics = createStatistics();
  statistics.add(Float32Array.of(1, 2, 3));
  statistics.add(Float32Array.of(1001));
  const { pixelCount, minimum, maximum, mean, standardDeviation } = statistics.result();
  assert.deepEqual({ pixelCount, minimum, maximum }, { pixelCount: 4, minimum: 1, maximum: 1001 });
  assert.ok(Math.abs(mean - 251.75) < 1e-9);
  assert.ok(Math.abs(standardDeviation - 432.5802671181384) < 1e-9);
});

test('counts both ends of the range, and a single value, into a histogram', () => {
  const histogram = createHistogram(-10, 10);
  histogram.add(Float32Array.of(-10, 10, 10));
  const { counts } = histogram.result();
  assert.deepEqual([counts.length, counts[0], counts[63]], [64, 1, 2]);
  const flat = createHistogram(5, 5);
  flat.add(Float32Array.of(5, 5));
  assert.equal(flat.result().counts[0], 2);
});

test('takes the middle of an odd and of an even number of values', () => {
  assert.equal(medianOf([3, 1, 2]), 2);
  assert.equal(medianOf([4, 1, 2, 3]), 2.5);
});
