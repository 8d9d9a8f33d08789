import assert from 'node:assert/strict';
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { appendLineDurable, LineWriter } from '../../src/spool/durable-lines.ts';
import { copyFileDurable, writeFileDurable } from '../../src/spool/durable.ts';
import { findJsonLines } from '../../src/spool/read.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { mountSmallDisk } from './small-disk.ts';

const DISK_BYTES = 128 * 1024;
/** More than ever fits. */
const TOO_MUCH = Buffer.alloc(2 * DISK_BYTES, 'x');

test('a file that a full disk does not take leaves the old one whole and nothing beside it', async (t) => {
  const disk = await mountSmallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  const path = join(disk, 'clock.json');
  await writeFileDurable(path, 'old');
  await assert.rejects(writeFileDurable(path, TOO_MUCH), { code: 'ENOSPC' });
  assert.equal(await readFile(path, 'utf8'), 'old');
  assert.deepEqual(await readdir(disk), ['clock.json']);
});

test('a copy that a full disk does not take is not there', async (t) => {
  const disk = await mountSmallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  const from = join(await temporaryFolder(t), 'from');
  await writeFile(from, TOO_MUCH);
  await assert.rejects(copyFileDurable(from, join(disk, 'to')), { code: 'ENOSPC' });
  assert.deepEqual(await readdir(disk), []);
});

test('a line that a full disk cut short is told, and costs no other line', async (t) => {
  const disk = await mountSmallDisk(t, DISK_BYTES);
  if (disk === undefined) return;
  const [path, ballast] = [join(disk, 'lines'), join(disk, 'ballast')];
  await appendLineDurable(path, '"first"');
  const lines = await LineWriter.open(path);
  await writeFile(ballast, Buffer.alloc(DISK_BYTES / 2));
  await assert.rejects(appendLineDurable(path, JSON.stringify(TOO_MUCH.toString())), { code: 'ENOSPC' });
  assert.throws(() => { lines.append(JSON.stringify(TOO_MUCH.toString())); }, { code: 'ENOSPC' });
  await lines.close();
  assert.ok((await stat(path)).size > '"first"\n'.length, 'nothing was cut short');
  await rm(ballast);
  await appendLineDurable(path, '"last"');
  assert.deepEqual(await findJsonLines(path), ['first', 'last']);
});
