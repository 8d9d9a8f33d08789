import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { findOutput } from '../../../src/flow/result/find-output.ts';
import { measureFolder } from '../../../src/flow/attempt/measure-folder.ts';
import { temporaryFolder } from '../../rig/peers.ts';

/** 128 bytes of preamble and the prefix. */
const DICOM = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);

async function makeOutput(t: TestContext, files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const folder = await temporaryFolder(t);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  return folder;
}

/** A name with a byte that is no UTF-8. */
function oddName(folder: string, name: string): Buffer {
  return Buffer.concat([Buffer.from(join(folder, name)), Buffer.of(0xff), Buffer.from('.dcm')]);
}

test('finds what is named as DICOM or begins as such, at any depth, hidden too, in order of name', async (t) => {
  const folder = await makeOutput(t, {
    'b.dcm': 'x', 'a': DICOM, 'deep/er/C.DCM': '', 'deep/.hidden': DICOM, 'notes.txt': 'DICM', 'output.json': '[]',
    'x.dcm.txt': 'x', 'short': 'DICM', 'preamble-only': Buffer.alloc(128), 'in.dcm/inner': DICOM,
  });
  const { dicom, notRegular, totalBytes } = await findOutput(folder);
  assert.deepEqual(dicom.map(({ name, bytes }) => [name, bytes]), [
    ['a', 132], ['b.dcm', 1], ['deep/.hidden', 132], ['deep/er/C.DCM', 0], ['in.dcm/inner', 132],
  ]);
  assert.deepEqual(notRegular, []);
  assert.equal(totalBytes, 132 + 1 + 132 + 132 + 4 + 2 + 1 + 4 + 128);
});

test('an empty output is empty', async (t) => {
  assert.deepEqual(await findOutput(await makeOutput(t, {})), { dicom: [], others: [], notRegular: [], totalBytes: 0 });
});

test('opens no link, pipe or socket: they are told where they claim to be DICOM', async (t) => {
  const secret = await makeOutput(t, { 'secret.dcm': DICOM });
  const folder = await makeOutput(t, { 'real.dcm': DICOM });
  const at = (name: string): string => join(folder, name);
  await symlink(join(secret, 'secret.dcm'), at('link.dcm'));
  await symlink('nowhere', at('dangling.dcm'));
  await symlink(secret, at('folder'));
  await symlink('.', at('loop'));
  await symlink('/dev/zero', at('endless'));
  execFileSync('mkfifo', [at('fifo.dcm'), at('fifo')]);
  const server = createServer().listen(at('socket.dcm'));
  await once(server, 'listening');
  t.after(() => server.close());
  const { dicom, notRegular } = await findOutput(folder);
  assert.deepEqual(dicom.map(({ name }) => name), ['real.dcm']);
  assert.deepEqual(notRegular, ['dangling.dcm', 'fifo.dcm', 'link.dcm', 'socket.dcm']);
});

test('a file whose name is no UTF-8 is found, and can be opened by its path', async (t) => {
  const folder = await makeOutput(t, {});
  await writeFile(oddName(folder, 'x'), DICOM);
  const { dicom, totalBytes } = await findOutput(folder);
  assert.deepEqual(dicom.map(({ name }) => name), ['x\ufffd.dcm']);
  assert.equal(totalBytes, DICOM.length);
});

test('a folder is measured by what its files take, whatever they are called, and no link is followed', async (t) => {
  const folder = await makeOutput(t, { 'a': Buffer.alloc(8192, 'x'), 'deep/b': Buffer.alloc(4096, 'x') });
  const { bytes } = await measureFolder(folder);
  assert.ok(bytes >= 12_288 && bytes < 100_000);
  await writeFile(oddName(folder, 'x'), Buffer.alloc(1_000_000, 'x'));
  await symlink('/usr', join(folder, 'link'));
  const measured = await measureFolder(folder);
  assert.ok(measured.bytes >= 1_012_288 && measured.bytes < 2_000_000, String(measured.bytes));
  assert.equal(measured.files, 4);
});

test('a sparse file counts for what it takes; a folder that is not there for nothing', async (t) => {
  const folder = await makeOutput(t, { sparse: '' });
  await truncate(join(folder, 'sparse'), 1024 ** 4);
  assert.ok((await measureFolder(folder)).bytes < 1_000_000);
  assert.deepEqual(await measureFolder(join(folder, 'missing')), { bytes: 0, files: 0 });
});
