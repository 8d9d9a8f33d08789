import assert from 'node:assert/strict';
import { test } from 'node:test';
import { budgetText } from '../../src/commands/budget-text.ts';

test('what is limited or used is told in one line, and nothing else', () => {
  const idle = { slots: { used: 0, limit: 4 }, memory: { used: 0 }, cpus: { used: 0 }, gpus: { used: 0 }, remote: { used: 0, limit: 10 } };
  assert.equal(budgetText(idle), '0 of 4 slots');
  assert.equal(budgetText({
    ...idle, slots: { used: 2, limit: 4 }, memory: { used: 10 * 2 ** 30, limit: 48 * 2 ** 30 }, cpus: { used: 2.5 },
    gpus: { used: 1, limit: 2 }, remote: { used: 3, limit: 10 },
  }), '2 of 4 slots, 10g of 48g memory, 2.5 cpus, 1 of 2 gpus, 3 of 10 elsewhere');
});
