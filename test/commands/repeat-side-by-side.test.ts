import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXIT } from '../../src/commands/exit-status.ts';
import { repeatPastSlowRounds } from '../../src/commands/repeat-side-by-side.ts';

const never = new AbortController().signal;

test('a round that takes long has the next ones beside it, and is waited for at the end', async () => {
  let rounds = 0;
  let endFirst = (): void => undefined;
  const first = new Promise<void>((resolve) => { endFirst = resolve; });
  await repeatPastSlowRounds(0.02)({ for: 0.01, every: 0.01 }, never, async () => {
    rounds += 1;
    if (rounds === 1) await first;
    if (rounds === 4) endFirst();
    return EXIT.done;
  });
  assert.ok(rounds >= 4, `${rounds} rounds`);
});

test('rounds that end in time follow one another', async () => {
  let [underWay, most, rounds] = [0, 0, 0];
  await repeatPastSlowRounds(60)({ for: 0.05, every: 0.001 }, never, async () => {
    underWay += 1;
    rounds += 1;
    most = Math.max(most, underWay);
    await new Promise((resolve) => { setImmediate(resolve); });
    underWay -= 1;
    return EXIT.done;
  });
  assert.equal(most, 1);
  assert.ok(rounds > 1);
});
