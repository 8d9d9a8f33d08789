import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { identityOf, lifeOf } from '../../src/host/process-identity.ts';
import { temporaryFolder } from '../rig/peers.ts';

test('this process is alive, one that has ended is dead, and one on another host cannot be told', () => {
  const self = identityOf(process.pid);
  assert.ok(self);
  assert.equal(lifeOf(self), 'alive');
  assert.equal(lifeOf({ ...self, startTicks: String(Number(self.startTicks) + 1) }), 'dead');
  assert.equal(lifeOf({ ...self, bootId: 'another' }), 'dead');
  assert.equal(lifeOf({ ...self, host: 'elsewhere', startTicks: '1' }), 'elsewhere');
  assert.equal(identityOf(spawnSync('true').pid), undefined);
});

test('a program whose name is full of brackets and blanks is told apart too', async (t) => {
  const program = join(await temporaryFolder(t), 'a) Z 1 (b');
  await copyFile('/bin/sleep', program);
  const child = spawn(program, ['60']);
  await once(child, 'spawn');
  const identity = identityOf(child.pid ?? 0);
  assert.ok(identity);
  assert.equal(lifeOf(identity), 'alive');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(lifeOf(identity), 'dead');
});
