// The bench of forwarding: that its figures come from rounds in which everything was sent.

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { FORWARD_CASES, SENDERS, type ForwardCase } from './forward/cases.ts';
import { compareRounds } from './forward/compare.ts';
import { formatCase } from './forward/format-case.ts';
import { runRound, type RoundFigures } from './forward/run-round.ts';
import { makeSet, runCase } from './forward.ts';

const NEVER = new AbortController().signal;

function smallCase(isIgnored: boolean, count: number): ForwardCase {
  const shape = { modality: 'CT', rows: 64, columns: 64, frames: 1 } as const;
  return { name: 'small', kind: 'small', measured: { shape, count }, isIgnored };
}

test('a case has figures of every sender, beside the faster one of DCMTK', async (t) => {
  if (!requirePeer(t, 'storescp', 'storescu', 'dcmsend', 'echoscu')) return;
  const folder = await temporaryFolder(t);
  const written = smallCase(false, 5);
  const set = await makeSet(written, join(folder, 'set'), NEVER);
  const { senders, measuredBy } = await runCase(written, set, 2, folder, NEVER);
  assert.deepEqual(senders.map(({ name }) => name), SENDERS);
  for (const { name, imagesPerSecond, ratio, peakBytes } of senders) {
    assert.ok(imagesPerSecond.least > 0, name);
    assert.ok(ratio.median > 0, name);
    if (name.startsWith('dts')) assert.ok(peakBytes.least > 20e6, `${name} ${peakBytes.least}`);
  }
  assert.deepEqual(senders.find(({ name }) => name === measuredBy)?.ratio, { median: 1, least: 1, most: 1 });
});

test('the last instances of a long delivery are compared with the first', async (t) => {
  if (!requirePeer(t, 'storescp', 'echoscu')) return;
  const folder = await temporaryFolder(t);
  const ignored = smallCase(true, 2000);
  const set = await makeSet(ignored, join(folder, 'set'), NEVER);
  const { lastByFirst } = await runRound(ignored, set, 'dts forward', join(folder, 'round'), NEVER);
  assert.ok(lastByFirst > 0.1 && lastByFirst < 10, String(lastByFirst));
});

const ROUND: RoundFigures = {
  imagesPerSecond: 1000, startedImagesPerSecond: 1000, bytesPerSecond: 5e8, cpuSeconds: 0.5, peakBytes: 20e6,
  lastByFirst: Number.NaN, othersShare: 0.01,
};

test('goals are those of dts forward, measured by the faster sender of DCMTK in the same round', () => {
  const [benchCase = smallCase(true, 1)] = FORWARD_CASES;
  const { measuredBy, goals } = compareRounds(benchCase, new Map([
    ['storescu', [ROUND, ROUND]],
    ['dcmsend', [{ ...ROUND, imagesPerSecond: 1100 }, { ...ROUND, imagesPerSecond: 1200 }]],
    ['dts forward', [{ ...ROUND, imagesPerSecond: 990, peakBytes: 201e6 }, { ...ROUND, imagesPerSecond: 900, lastByFirst: 2 }]],
  ]));
  assert.equal(measuredBy, 'dcmsend');
  assert.deepEqual(goals.map(({ met }) => met), [false, true, false]);
  const long = compareRounds(benchCase, new Map([
    ['storescu', [ROUND]], ['dcmsend', [ROUND]], ['dts forward', [{ ...ROUND, lastByFirst: 1.3 }]],
  ]));
  assert.deepEqual(long.goals.at(-1), { text: 'the last as fast as the first', met: false });
});

test('the table of every case fits into 100 columns', () => {
  for (const one of FORWARD_CASES) {
    const rounds = new Map(SENDERS.map((name) => [name, [{ ...ROUND, peakBytes: 2150e6, lastByFirst: 1 }, ROUND]]));
    for (const line of formatCase(one, compareRounds(one, rounds)).split('\n')) assert.ok(line.length <= 100, line);
  }
});
