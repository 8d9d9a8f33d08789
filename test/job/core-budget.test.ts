import assert from 'node:assert/strict';
import { test } from 'node:test';
import { amountText, findExcesses, findShortages, freeGpus, type CoreUse } from '../../src/job/core-budget.ts';

const GIB = 2 ** 30;
const USE: CoreUse = { slots: 1, memoryBytes: 4 * GIB, cpus: 0.3, gpus: [1] };
const resources = (shortages: readonly { resource: string }[]): string => shortages.map(({ resource }) => resource).join();

test('a core fits when what is used and what it needs together are no more than there is', () => {
  const need = { memoryBytes: 4 * GIB, cpus: 0.7, gpus: 1 };
  assert.equal(resources(findShortages(need, { slots: 2, memoryBytes: 8 * GIB, cpus: 1, gpus: 2 }, USE)), '');
  const tight = { slots: 1, memoryBytes: 8 * GIB - 1, cpus: 0.9, gpus: 1 };
  assert.deepEqual(findShortages(need, tight, USE), [
    { resource: 'slots', wanted: 1, used: 1, limit: 1 },
    { resource: 'memory', wanted: 4 * GIB, used: 4 * GIB, limit: 8 * GIB - 1 },
    { resource: 'cpus', wanted: 0.7, used: 0.3, limit: 0.9 },
    { resource: 'gpus', wanted: 1, used: 1, limit: 1 },
  ]);
});

test('what is not limited is never short, and what is not needed neither', () => {
  assert.equal(resources(findShortages({ memoryBytes: 2 ** 50, cpus: 999, gpus: 64 }, { slots: 2 }, USE)), '');
  const full = { slots: 2, memoryBytes: GIB, cpus: 0.1, gpus: 0 };
  assert.equal(resources(findShortages({ memoryBytes: 0, cpus: 0, gpus: 0 }, full, USE)), '');
});

test('fractions of CPUs add up', () => {
  const use = { ...USE, cpus: 0.1 + 0.1 + 0.1 };
  assert.equal(resources(findShortages({ memoryBytes: 0, cpus: 0.1, gpus: 0 }, { slots: 9, cpus: 0.4 }, use)), '');
});

test('a core that needs more than there is at all is told from one that has to wait', () => {
  const budget = { slots: 1, memoryBytes: 4 * GIB, cpus: 2, gpus: 1 };
  assert.equal(resources(findExcesses({ memoryBytes: 4 * GIB, cpus: 2, gpus: 1 }, budget)), '');
  assert.equal(resources(findExcesses({ memoryBytes: 4 * GIB + 1, cpus: 2.5, gpus: 2 }, budget)), 'memory,cpus,gpus');
});

test('GPUs that are free are given by their indexes, the lowest first', () => {
  assert.deepEqual(freeGpus(2, { ...USE, gpus: [0, 2] }), [1, 3]);
  assert.deepEqual(freeGpus(0, USE), []);
});

test('amounts are told as the configuration has them', () => {
  assert.equal(amountText('memory', 1.5 * GIB), '1.5g');
  assert.equal(amountText('cpus', 0.1 + 0.2), '0.3');
});
