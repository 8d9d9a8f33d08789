import assert from 'node:assert/strict';
import { availableParallelism, totalmem } from 'node:os';
import { test, type TestContext } from 'node:test';
import { checkBudget } from '../../src/flow/check/check-budget.ts';
import { makeFlowStation } from './flow-station.ts';

const CORE = { executor: 'process', command: ['/bin/true'], memory: '64m', cpus: 0.1 };

async function findingsFor(t: TestContext, core: object, limits: object = {}): Promise<string[]> {
  const station = await makeFlowStation(t, {
    config: {
      limits: { minFreeBytes: 0, minFreePercent: 0, ...limits },
      Streams: [{ name: 'AI', trigger: {}, 'trigger-study': [{ type: 'job' }] }],
    },
    statements: { AI: { ...CORE, ...core } },
  });
  return (await checkBudget(station.configuration)).map(({ level, subject, text }) => `${level} ${subject}: ${text}`);
}

test('cores that fit are told together with what the host has', async (t) => {
  const [finding = '', ...more] = await findingsFor(t, {});
  assert.match(finding, new RegExp(`^ok budget: .* of memory, ${availableParallelism()} CPUs`));
  assert.deepEqual(more, []);
});

test('a core that asks for more than the host has is told with both amounts, and so are limits', async (t) => {
  const cpus = availableParallelism() + 1;
  const memory = totalmem() + 2 ** 30;
  assert.deepEqual((await findingsFor(t, { cpus })).map((text) => text.replace(/\d+$/, 'n')), [
    `warning core of AI: cpus, ${cpus}, is more than this host has, n`,
  ]);
  const [ofLimits = '', ...more] = await findingsFor(t, {}, { memory });
  assert.match(ofLimits, /^warning limits: memory, .*, is more than this host has, /);
  assert.deepEqual(more, []);
});

test('of GPUs there are as many as the limits say', async (t) => {
  assert.match((await findingsFor(t, { gpus: 2 }, { gpus: 2 }))[0] ?? '', /^ok budget: .*, 2 GPUs/);
});
