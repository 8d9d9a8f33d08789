import assert from 'node:assert/strict';
import { mkdir, readdir, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { test } from 'node:test';
import { findHost, giveSignOfLife, listHosts } from '../../src/spool/host-beat.ts';
import { Layout } from '../../src/spool/layout.ts';
import { sharedNow } from '../../src/spool/shared-time.ts';
import { temporaryFolder } from '../rig/peers.ts';

test('a sign of life is kept by host, and how long ago it was is told by the time of the disk', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  await mkdir(layout.locks);
  giveSignOfLife(layout);
  const then = new Date(Date.now() - 600_000);
  await utimes(layout.host(hostname()), then, then);
  assert.equal(Math.round((findHost(layout, hostname())?.silentSeconds ?? 0) / 10), 60);
  giveSignOfLife(layout);
  const [own, ...others] = await listHosts(layout);
  assert.equal(own?.host, hostname());
  assert.ok(own.silentSeconds < 60);
  assert.deepEqual(others, []);
  assert.equal(findHost(layout, 'another'), undefined);
});

test('where nothing was ever done nothing is made', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  giveSignOfLife(layout);
  assert.deepEqual(await readdir(layout.datadir), []);
  giveSignOfLife(new Layout('/no/such/folder'));
  assert.deepEqual(await listHosts(layout), []);
});

test('the time of the disk goes on, and asking for it leaves nothing behind', async (t) => {
  const folder = await temporaryFolder(t);
  const first = sharedNow(folder);
  assert.ok(Math.abs(first - Date.now()) < 5000, 'this disk is of this machine');
  assert.ok(sharedNow(folder) >= first);
  assert.deepEqual(await readdir(folder), []);
});
