import assert from 'node:assert/strict';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { appendLineDurable, endCutLine, LineWriter } from '../../src/spool/durable-lines.ts';
import { temporaryFolder } from '../rig/peers.ts';

test('appended lines stand one after the other, behind whatever a crash cut short', async (t) => {
  const path = join(await temporaryFolder(t), 'lines');
  await appendLineDurable(path, 'one');
  await appendLineDurable(path, 'two');
  assert.equal(await readFile(path, 'utf8'), 'one\ntwo\n');
  assert.equal(((await stat(path)).mode & 0o777).toString(8), '640');
  await writeFile(path, 'one\n{"cut');
  await appendLineDurable(path, 'three');
  assert.equal(await readFile(path, 'utf8'), 'one\n{"cut\nthree\n');
  await assert.rejects(appendLineDurable(join(path, 'below'), 'x'), { code: 'ENOTDIR' });
});

test('many lines are there as soon as they are written, behind what a crash cut short; none makes no file', async (t) => {
  const path = join(await temporaryFolder(t), 'lines');
  const none = await LineWriter.open(path);
  await none.close();
  await assert.rejects(stat(path), { code: 'ENOENT' });
  await writeFile(path, 'one\n{"cut');
  const lines = await LineWriter.open(path);
  lines.append('two');
  assert.equal(await readFile(path, 'utf8'), 'one\n{"cut\ntwo\n');
  lines.append('three');
  await lines.close();
  assert.equal(await readFile(path, 'utf8'), 'one\n{"cut\ntwo\nthree\n');
});

test('a line that was cut short is ended once', async (t) => {
  const path = join(await temporaryFolder(t), 'lines');
  await endCutLine(path);
  for (const [before, after] of [['', ''], ['one\n', 'one\n'], ['cut', 'cut\n'], ['one\n{', 'one\n{\n']] as const) {
    await writeFile(path, before);
    await endCutLine(path);
    await endCutLine(path);
    assert.equal(await readFile(path, 'utf8'), after);
  }
});
