import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findGroup } from '../../src/host/find-group.ts';

test('a group is found by its name and by its number', async () => {
  assert.equal((await findGroup('root'))?.gid, 0);
  assert.equal((await findGroup('23456'))?.gid, 23456);
});

test('a group that is in no file and no directory is none, whatever it is called', async () => {
  assert.equal(await findGroup('no-such-group-here'), undefined);
  assert.equal(await findGroup('--version'), undefined);
});

test('groups of the process are ours, and to root all are', async () => {
  const own = process.getgid?.() ?? 0;
  assert.equal((await findGroup(String(own)))?.isOurs, true);
  const others = process.getgroups?.().includes(23456) === true || process.getuid?.() === 0;
  assert.equal((await findGroup('23456'))?.isOurs, others);
});
