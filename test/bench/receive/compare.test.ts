// What the rounds of a case say, on rounds whose figures are known.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RECEIVE_CASES, type ReceiveCase } from './cases.ts';
import { compareRounds } from './compare.ts';
import type { ContenderName } from './contenders.ts';
import { formatCase } from './format-case.ts';
import type { RoundFigures } from './run-round.ts';

function caseNamed(wanted: string): ReceiveCase {
  const found = RECEIVE_CASES.find(({ name }) => name === wanted);
  assert.ok(found, wanted);
  return found;
}

function round(imagesPerSecond: number, peakBytes = 20e6): RoundFigures {
  return {
    imagesPerSecond, coldImagesPerSecond: imagesPerSecond / 2, bytesPerSecond: imagesPerSecond * 5e5, cpuSeconds: 0.5,
    peakBytes, othersShare: 0.01,
  };
}

function roundsOf(figures: Partial<Record<ContenderName, RoundFigures[]>>): Map<ContenderName, RoundFigures[]> {
  return new Map(Object.entries(figures) as [ContenderName, RoundFigures[]][]);
}

test('a ratio is of the same round, and the median of ratios counts, not the ratio of medians', () => {
  const { contenders, goals } = compareRounds(caseNamed('ct-storescu-131072-1'), roundsOf({
    'storescp': [round(1000), round(500), round(800)],
    'dts receive': [round(900), round(600), round(880)],
  }));
  assert.deepEqual(contenders[1]?.throughputRatio, { median: 1.1, least: 0.9, most: 1.2 });
  assert.deepEqual(goals, [{ name: 'throughput', met: true }, { name: 'peak memory', met: true }]);
});

test('on several associations the faster storescp is the measure', () => {
  const eight = caseNamed('ct-storescu-131072-8');
  const figures = { 'storescp --fork': [round(1500)], 'dts receive': [round(1200)] };
  const forkIsFaster = compareRounds(eight, roundsOf({ storescp: [round(1000)], ...figures }));
  assert.equal(forkIsFaster.measuredBy, 'storescp --fork');
  assert.deepEqual(forkIsFaster.goals[0], { name: 'throughput', met: false });
  const plainIsFaster = compareRounds(eight, roundsOf({ storescp: [round(1600)], ...figures }));
  assert.equal(plainIsFaster.measuredBy, 'storescp');
});

test('one round with too much memory misses the goal', () => {
  const { goals } = compareRounds(caseNamed('ct-storescu-131072-4'), roundsOf({
    'storescp': [round(1), round(1), round(1)],
    'dts receive': [round(1), round(1, 201e6), round(1)],
  }));
  assert.deepEqual(goals, [{ name: 'peak memory', met: false }]);
});

test('the table of every case fits into 100 columns', () => {
  for (const one of RECEIVE_CASES) {
    const rounds = roundsOf({ 'storescp': [round(1234), round(999)], 'storescp --fork': [round(1500), round(2999)],
      'dts receive': [round(1234), round(10_999, 2150e6)] });
    for (const line of formatCase(one, compareRounds(one, rounds)).split('\n')) assert.ok(line.length <= 100, line);
  }
});
