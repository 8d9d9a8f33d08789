import assert from 'node:assert/strict';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type DiskChange, FreeSpace } from '../../src/spool/free-space.ts';
import { temporaryFolder } from '../rig/peers.ts';

const ROOMY = 0;
const SHORT = Number.MAX_SAFE_INTEGER;

/** A folder that is watched, limits that a test may change, and what was told. */
async function watch(t: TestContext) {
  const folder = join(await temporaryFolder(t), 'archive');
  await mkdir(folder);
  const limits = { minFreeBytes: ROOMY, minFreePercent: 0 };
  const changes: DiskChange[] = [];
  const space = new FreeSpace(folder, limits, (change) => changes.push(change));
  /** Asks so often that it looks. */
  const look = () => Array.from({ length: 8 }, () => space.isShort()).at(-1);
  return { folder, limits, space, look, told: () => changes.map(({ disk }) => disk) };
}

test('says nothing of a disk that is well', async (t) => {
  const { look, told } = await watch(t);
  assert.equal(look(), false);
  assert.deepEqual(told(), []);
});

test('tells each change once, with how much is free and how much was needed', async (t) => {
  const { limits, look, told, space } = await watch(t);
  limits.minFreeBytes = SHORT;
  assert.equal(space.isShort(), true);
  for (let count = 0; count < 20; count += 1) assert.equal(look(), true);
  assert.deepEqual(told(), ['short']);
  limits.minFreeBytes = ROOMY;
  assert.equal(look(), false);
  limits.minFreeBytes = SHORT;
  assert.equal(look(), true);
  assert.deepEqual(told(), ['short', 'usable', 'short']);
});

test('looks again after eight questions, however fast they come', async (t) => {
  const { limits, space } = await watch(t);
  assert.equal(space.isShort(), false);
  limits.minFreeBytes = SHORT;
  const answers = Array.from({ length: 8 }, () => space.isShort());
  assert.deepEqual(answers, [...Array.from({ length: 7 }, () => false), true]);
});

test('throws while nothing can be written, and knows at the next question that it can again', async (t) => {
  const { folder, look, told, space } = await watch(t);
  assert.equal(look(), false);
  await rename(folder, `${folder}-away`);
  assert.throws(look, { code: 'ENOENT' });
  assert.throws(() => space.isShort(), { code: 'ENOENT' });
  await rename(`${folder}-away`, folder);
  assert.equal(space.isShort(), false);
  assert.deepEqual(told(), ['unusable', 'usable']);
});
