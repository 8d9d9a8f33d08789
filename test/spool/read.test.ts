import assert from 'node:assert/strict';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DamagedFile } from '../../src/spool/damaged-file.ts';
import { exists, findJson, findJsonLines, findText, listDirectory, parseLine } from '../../src/spool/read.ts';
import { temporaryFolder } from '../rig/peers.ts';

test('what is missing is a value', async (t) => {
  const missing = join(await temporaryFolder(t), 'missing');
  assert.deepEqual(await listDirectory(missing), []);
  assert.equal(await exists(missing), false);
  assert.equal(await findText(missing), undefined);
  assert.equal(await findJson(missing), undefined);
  assert.deepEqual(await findJsonLines(missing), []);
});

test('what cannot be read is told, not taken for missing', async (t) => {
  const folder = await temporaryFolder(t);
  await writeFile(join(folder, 'file'), '');
  for (const read of [listDirectory, exists]) {
    await assert.rejects(read(join(folder, 'file', 'below')), { code: 'ENOTDIR' }, read.name);
  }
  assert.equal(await findText(join(folder, 'file', 'below')), undefined); // a stray file holds no job.json
  await assert.rejects(findText(folder), { code: 'EISDIR' });
});

test('a listing is in order of name and without hidden entries', async (t) => {
  const folder = await temporaryFolder(t);
  for (const name of ['b', 'a', '10', '9', '.hidden']) await writeFile(join(folder, name), '');
  await mkdir(join(folder, 'c'));
  assert.deepEqual(await listDirectory(folder), ['10', '9', 'a', 'b', 'c']);
});

test('a link that leads nowhere does not exist', async (t) => {
  const folder = await temporaryFolder(t);
  await symlink('nowhere', join(folder, 'link'));
  assert.equal(await exists(join(folder, 'link')), false);
});

test('a damaged file of the station is a fault, a damaged line is stepped over', async (t) => {
  const path = join(await temporaryFolder(t), 'file');
  await writeFile(path, '{"a":1}\n{"b":\n\n[2]\n\u0000\n3');
  await assert.rejects(findJson(path), DamagedFile);
  assert.deepEqual(await findJsonLines(path), [{ a: 1 }, [2], 3]);
  assert.deepEqual(parseLine(''), []);
  assert.deepEqual(parseLine('{"a"'), []);
  assert.deepEqual(parseLine('null'), [null]);
});
