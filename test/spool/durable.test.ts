import assert from 'node:assert/strict';
import { link, mkdir, readdir, readFile, readlink, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  copyFileDurable, linkOrKeep, makeDirectoryDurable, makeDirectoryWithin, moveDurable, pointSymbolicLink, publishDurable,
  removeFileDurable, removeTree, syncDirectories, syncDirectory, syncFile, writeFileDurable,
  writeJsonDurable,
} from '../../src/spool/durable.ts';
import { temporaryFolder } from '../rig/peers.ts';

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('a written file replaces the one before as a whole and leaves nothing beside it', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  await writeFileDurable(path, 'a long first content');
  const { ino } = await stat(path);
  await writeFileDurable(path, Buffer.from('second'));
  assert.equal(await readFile(path, 'utf8'), 'second');
  assert.notEqual((await stat(path)).ino, ino);
  assert.equal(await modeOf(path), '640');
  await writeJsonDurable(path, { a: ['ø'] });
  assert.equal(await readFile(path, 'utf8'), '{\n  "a": [\n    "ø"\n  ]\n}\n');
  assert.deepEqual(await readdir(folder), ['file']);
});

test('a write that cannot take its place leaves the place and its folder as they were', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'taken'));
  await writeFile(join(folder, 'taken', 'content'), '');
  await assert.rejects(writeFileDurable(join(folder, 'taken'), 'x'), { code: 'EISDIR' });
  await assert.rejects(pointSymbolicLink(join(folder, 'taken'), 'x'), { code: 'EISDIR' });
  await assert.rejects(writeFileDurable(join(folder, 'missing', 'file'), 'x'), { code: 'ENOENT' });
  assert.deepEqual(await readdir(folder, { recursive: true }), ['taken', 'taken/content']);
});

test('many writers of one file leave the content of one of them', async (t) => {
  const folder = await temporaryFolder(t);
  const contents = Array.from({ length: 20 }, (_, index) => String(index).repeat(50_000));
  await Promise.all(contents.map((content) => writeFileDurable(join(folder, 'file'), content)));
  assert.ok(contents.includes(await readFile(join(folder, 'file'), 'utf8')));
  assert.deepEqual(await readdir(folder), ['file']);
});

test('directories are made with all that is missing above them', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'a', 'b', 'c');
  await makeDirectoryDurable(path);
  await makeDirectoryDurable(path);
  for (const made of ['a', 'a/b', 'a/b/c']) assert.equal(await modeOf(join(folder, made)), '750');
  await writeFile(join(folder, 'file'), '');
  await assert.rejects(makeDirectoryDurable(join(folder, 'file')), { code: 'EEXIST' });
  await assert.rejects(makeDirectoryDurable(join(folder, 'file', 'below')), { code: 'ENOTDIR' });
});

test('a move takes the place of a file, not of a directory with entries', async (t) => {
  const folder = await temporaryFolder(t);
  const at = (name: string): string => join(folder, name);
  await writeFile(at('from'), 'new');
  await writeFile(at('to'), 'old');
  await moveDurable(at('from'), at('to'));
  assert.equal(await readFile(at('to'), 'utf8'), 'new');
  await mkdir(at('job'));
  await mkdir(at('other'));
  await writeFile(join(at('other'), 'file'), '');
  await assert.rejects(moveDurable(at('job'), at('other')), { code: 'ENOTEMPTY' });
  await assert.rejects(moveDurable(at('job'), at('to')), { code: 'ENOTDIR' });
  await assert.rejects(moveDurable(at('missing'), at('to')), { code: 'ENOENT' });
  assert.deepEqual((await readdir(folder)).sort(), ['job', 'other', 'to']);
});

test('what is published never takes the place of what is there', async (t) => {
  const folder = await temporaryFolder(t);
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await writeFile(from, 'first');
  assert.equal(await publishDurable(from, to), true);
  assert.deepEqual(await readdir(folder), ['to']);
  await writeFile(from, 'second');
  assert.equal(await publishDurable(from, to), false);
  assert.equal(await readFile(to, 'utf8'), 'first');
  assert.equal(await readFile(from, 'utf8'), 'second');
  await assert.rejects(publishDurable(join(folder, 'missing'), join(folder, 'x')), { code: 'ENOENT' });
  await assert.rejects(publishDurable(from, join(folder, 'missing', 'x')), { code: 'ENOENT' });
});

test('of many that publish under one name, one does', async (t) => {
  const folder = await temporaryFolder(t);
  const sources = Array.from({ length: 20 }, (_, index) => join(folder, String(index)));
  for (const source of sources) await writeFile(source, source);
  const published = await Promise.all(sources.map((source) => publishDurable(source, join(folder, 'to'))));
  assert.equal(published.filter((won) => won).length, 1);
  assert.equal(await readFile(join(folder, 'to'), 'utf8'), sources[published.indexOf(true)]);
});

test('a hard link is made where there is nothing, and a leftover kept', async (t) => {
  const folder = await temporaryFolder(t);
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await writeFile(from, 'x');
  await linkOrKeep(from, to);
  await linkOrKeep(from, to);
  assert.equal((await stat(from)).nlink, 2);
  await assert.rejects(linkOrKeep(join(folder, 'missing'), join(folder, 'x')), { code: 'ENOENT' });
});

test('a copy is another file of the same bytes, and never put over one that exists', async (t) => {
  const folder = await temporaryFolder(t);
  const [from, to] = [join(folder, 'from'), join(folder, 'to')];
  await writeFile(from, Buffer.alloc(300_000, 'x'));
  await copyFileDurable(from, to);
  assert.ok((await readFile(to)).equals(await readFile(from)));
  assert.equal((await stat(from)).nlink, 1);
  await writeFile(to, 'kept');
  await assert.rejects(copyFileDurable(from, to), { code: 'EEXIST' });
  assert.equal(await readFile(to, 'utf8'), 'kept');
});

test('a symbolic link says what it was pointed at last, whatever was there', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'link');
  await pointSymbolicLink(path, 'a');
  await pointSymbolicLink(path, '../b c');
  assert.equal(await readlink(path), '../b c');
  await writeFile(join(folder, 'file'), '');
  await pointSymbolicLink(join(folder, 'file'), 'x');
  assert.deepEqual((await readdir(folder)).sort(), ['file', 'link']);
});

test('what is removed may be gone already', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'file');
  await writeFile(path, '');
  await removeFileDurable(path);
  await removeFileDurable(path);
  await mkdir(join(folder, 'tree', 'below'), { recursive: true });
  await writeFile(join(folder, 'tree', 'below', 'file'), '');
  await removeTree(join(folder, 'tree'));
  await removeTree(join(folder, 'tree'));
  assert.deepEqual(await readdir(folder), []);
  await mkdir(path);
  await assert.rejects(removeFileDurable(path), { code: 'EISDIR' });
});

test('a tree is removed without what its links lead to, and with names that are no UTF-8', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'kept'));
  await writeFile(join(folder, 'kept', 'file'), '');
  await mkdir(join(folder, 'tree'));
  await symlink('../kept', join(folder, 'tree', 'link'));
  await link(join(folder, 'kept', 'file'), join(folder, 'tree', 'file'));
  await writeFile(Buffer.concat([Buffer.from(join(folder, 'tree', 'x')), Buffer.of(0xff)]), '');
  await removeTree(join(folder, 'tree'));
  assert.deepEqual((await readdir(folder, { recursive: true })).sort(), ['kept', 'kept/file']);
});

test('syncing what is there changes nothing, and what is missing is told', async (t) => {
  const folder = await temporaryFolder(t);
  await mkdir(join(folder, 'a', 'b'), { recursive: true });
  await writeFile(join(folder, 'file'), 'x');
  await syncDirectories(folder);
  await syncDirectory(folder);
  await syncFile(join(folder, 'file'));
  await assert.rejects(syncDirectory(join(folder, 'file')), { code: 'ENOTDIR' });
  await assert.rejects(syncDirectories(join(folder, 'missing')), { code: 'ENOENT' });
  await assert.rejects(syncFile(join(folder, 'missing')), { code: 'ENOENT' });
});

test('JSON is written so that a terminal that is shown it comes to no harm, and parses to the same value', async (t) => {
  const path = join(await temporaryFolder(t), 'value.json');
  const value = { PatientName: 'a\u001b[2J\u009b5n\u202e\u0000', rest: ['ø', '患者'] };
  await writeJsonDurable(path, value);
  const text = await readFile(path, 'utf8');
  assert.doesNotMatch(text, /(?!\n)[\p{Cc}\p{Cf}]/u);
  assert.match(text, /"ø",\n {4}"患者"/);
  assert.deepEqual(JSON.parse(text), value);
});

test('a directory within another is made with what lies between, and never brings back the other', async (t) => {
  const folder = await temporaryFolder(t);
  await makeDirectoryWithin(folder, join(folder, 'a', 'b', 'c'));
  await makeDirectoryWithin(folder, join(folder, 'a', 'b', 'c'));
  assert.deepEqual(await readdir(join(folder, 'a', 'b')), ['c']);
  await assert.rejects(makeDirectoryWithin(join(folder, 'gone'), join(folder, 'gone', 'd')), { code: 'ENOENT' });
  assert.deepEqual(await readdir(folder), ['a']);
});
