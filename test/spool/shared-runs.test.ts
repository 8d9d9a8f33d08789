import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SharedRuns } from '../../src/spool/shared-runs.ts';

/** A step that counts its starts and ends when it is told to. */
function makeStep() {
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = [];
  return {
    ends,
    step: () => new Promise<void>((resolve, reject) => {
      ends.push({ resolve, reject });
    }),
  };
}

/** Lets every promise that can settle do so. */
const turn = () => new Promise(setImmediate);

test('all who ask while a run is under way share the next, which begins after it', async () => {
  const runs = new SharedRuns();
  const { ends, step } = makeStep();
  const first = runs.run('key', step);
  const shared = [runs.run('key', step), runs.run('key', step), runs.run('key', step)];
  await turn();
  assert.equal(ends.length, 1);
  ends[0]?.resolve();
  await first;
  await turn();
  assert.equal(ends.length, 2);
  let isShared = false;
  void Promise.all(shared).then(() => { isShared = true; });
  await turn();
  assert.equal(isShared, false);
  ends[1]?.resolve();
  await Promise.all(shared);
});

test('who asks while the shared run is under way gets a later one', async () => {
  const runs = new SharedRuns();
  const { ends, step } = makeStep();
  void runs.run('key', step);
  void runs.run('key', step);
  ends[0]?.resolve();
  await turn();
  const late = runs.run('key', step);
  ends[1]?.resolve();
  await turn();
  assert.equal(ends.length, 3);
  ends[2]?.resolve();
  await late;
});

test('a failure is told to those who shared the run, and to no others', async () => {
  const runs = new SharedRuns();
  const { ends, step } = makeStep();
  const first = runs.run('key', step);
  const second = runs.run('key', step);
  ends[0]?.reject(new Error('disk'));
  await assert.rejects(first, { message: 'disk' });
  await turn();
  ends[1]?.resolve();
  await second;
});

test('a run begins at once where none is under way, and keys do not wait for each other', async () => {
  const runs = new SharedRuns();
  const { ends, step } = makeStep();
  void runs.run('one', step);
  void runs.run('other', step);
  assert.equal(ends.length, 2);
  ends.forEach(({ resolve }) => resolve());
  await turn();
  void runs.run('one', step);
  assert.equal(ends.length, 3);
  ends[2]?.resolve();
});
