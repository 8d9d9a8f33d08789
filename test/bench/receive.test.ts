// The bench of receiving: that its figures come from rounds that took place, with every instance where it belongs.

import assert from 'node:assert/strict';
import { readdir, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { requirePeer, temporaryFolder } from '../rig/peers.ts';
import { appeared, TestStation } from '../rig/station.ts';
import type { ReceiveCase } from './receive/cases.ts';
import { makeInstanceSet } from './instances/instance-set.ts';
import { mustHaveArrived } from './instances/arrived.ts';
import type { ObjectShape } from './instances/synthetic-header.ts';
import { makeInputs, runCase } from './receive.ts';

const SMALL: ObjectShape = { modality: 'CT', rows: 256, columns: 256, frames: 1 };
const CASE: ReceiveCase = {
  name: 'small', kind: 'small', sender: 'storescu', associations: 2, pduLength: 16_384,
  warmUp: { shape: SMALL, count: 2 }, measured: { shape: SMALL, count: 6 },
};
const NEVER = new AbortController().signal;

/** Runs the small case in a folder, with inputs of its own there. */
async function runSmallCase(
  folder: string, rounds: number, { bitPreserving = false, signal = NEVER } = {},
): ReturnType<typeof runCase> {
  const inputs = await makeInputs(CASE, join(folder, 'inputs'), NEVER);
  return runCase(CASE, inputs, { rounds, bitPreserving }, folder, signal);
}

test('a case has figures of every receiver, beside the faster storescp', async (t) => {
  if (!requirePeer(t, 'storescp', 'storescu', 'echoscu')) return;
  const folder = await temporaryFolder(t);
  const figures = await runSmallCase(folder, 2, { bitPreserving: true });
  assert.deepEqual(figures.contenders.map(({ name }) => name), ['storescp', 'storescp --fork', 'dts receive']);
  for (const { name, imagesPerSecond, peakBytes, throughputRatio } of figures.contenders) {
    assert.ok(imagesPerSecond.least > 0, name);
    assert.ok(peakBytes.least > 1e6, name);
    assert.ok(throughputRatio.median > 0, name);
  }
  const base = figures.contenders.find(({ name }) => name === figures.measuredBy);
  assert.deepEqual(base?.throughputRatio, { median: 1, least: 1, most: 1 });
});

test('what was received stays after a round, emptied', async (t) => {
  if (!requirePeer(t, 'storescp', 'storescu', 'echoscu')) return;
  const folder = await temporaryFolder(t);
  await runSmallCase(folder, 1);
  const { layout } = new TestStation(join(folder, '1 dts receive'), 0);
  const studies = await readdir(layout.archive);
  const files = (await Promise.all(studies.map(async (study) => {
    return (await readdir(join(layout.archive, study))).map((name) => join(layout.archive, study, name));
  }))).flat();
  assert.equal(files.length, 8);
  for (const file of files) assert.equal((await stat(file)).size, 0);
});

test('a round with an instance missing or cut short is void', async (t) => {
  const folder = await temporaryFolder(t);
  const set = await makeInstanceSet(folder, 1, SMALL, 3, NEVER);
  const uids = new Map(set.instances.map(({ name, SOPInstanceUID }) => [name, SOPInstanceUID]));
  const received = {
    name: 'storescp', studyFolder: () => folder, instanceIn: (name: string) => uids.get(name) ?? '',
  } as const;
  const last = join(folder, set.instances[2]?.name ?? '');
  await mustHaveArrived(set, received);
  await truncate(last, 100_000);
  await assert.rejects(mustHaveArrived(set, received), /has 100000 bytes; \d+ were sent/);
  await rm(last);
  await assert.rejects(mustHaveArrived(set, received), /storescp has no 1\.2\./);
});

test('a case that is stopped in the middle of a round ends with the signal\'s reason', async (t) => {
  if (!requirePeer(t, 'storescp', 'storescu', 'echoscu')) return;
  const folder = await temporaryFolder(t);
  const stopping = new AbortController();
  const running = runSmallCase(folder, 1000, { signal: stopping.signal });
  await appeared(join(folder, '1 storescp'));
  stopping.abort();
  await assert.rejects(running, (error) => error === stopping.signal.reason);
});
