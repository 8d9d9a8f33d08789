import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, readdir, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DamagedBundle, type BundleKind } from '../../src/bundle/bundle.ts';
import { findNameFault } from '../../src/bundle/entry-name.ts';
import { findKind } from '../../src/bundle/find-kind.ts';
import { pack } from '../../src/bundle/pack.ts';
import { readBundle } from '../../src/bundle/read-bundle.ts';
import { memoryHeld } from '../rig/memory-held.ts';
import { findPeer, temporaryFolder } from '../rig/peers.ts';
import { packed } from './packed.ts';

const FILES = { 'empty.dcm': '', 'one.dcm': 'x', '1.2.3.dcm': Buffer.alloc(70_000, 3), 'block.dcm': Buffer.alloc(512, 1) };
const KINDS: readonly BundleKind[] = ['zip', 'tar'];
/** Who else reads them: Python's own modules, as the servers do. */
const UNPACK: Readonly<Record<BundleKind, string>> = {
  zip: 'import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; z.extractall(sys.argv[2])',
  tar: 'import sys, tarfile; tarfile.open(sys.argv[1], "r:").extractall(sys.argv[2])',
};

async function namesAndBytes(path: string): Promise<Record<string, Buffer>> {
  const found: Record<string, Buffer> = {};
  for await (const { name, content } of readBundle(path)) found[name] = await buffer(content);
  return found;
}

for (const kind of KINDS) {
  test(`a ${kind} has the length that was promised, and gives back what went in, to us and to Python`, async (t) => {
    const folder = await temporaryFolder(t);
    const path = join(folder, 'bundle');
    await writeFile(path, await packed(kind, FILES)); // which compares the length
    assert.equal(await findKind(path), kind);
    const wanted = Object.fromEntries(Object.entries(FILES).map(([name, content]) => [name, Buffer.from(content)]));
    assert.deepEqual(await namesAndBytes(path), wanted);
    if (findPeer('python3') === undefined) return;
    const out = join(folder, 'out');
    await mkdir(out);
    const { status, stderr } = spawnSync('python3', ['-c', UNPACK[kind], path, out], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    for (const name of await readdir(out)) assert.deepEqual(await readFile(join(out, name)), wanted[name]);
    assert.equal((await readdir(out)).length, 4);
  });

  test(`a ${kind} without files is one`, async (t) => {
    const path = join(await temporaryFolder(t), 'bundle');
    await writeFile(path, await packed(kind, {}));
    assert.equal(await findKind(path), kind);
    assert.deepEqual(await namesAndBytes(path), {});
  });

  test(`a file that has become shorter ends the packing of a ${kind} with an error`, async (t) => {
    const path = join(await temporaryFolder(t), 'file');
    await writeFile(path, Buffer.alloc(1_000_000));
    const bundle = await pack(kind, [{ path, name: 'file', bytes: 1_000_000 }]);
    await truncate(path, 10);
    await assert.rejects(buffer(bundle.content));
  });

  test(`a ${kind} that is cut anywhere is damaged, and never more than an error`, async (t) => {
    const path = join(await temporaryFolder(t), 'bundle');
    const whole = await packed(kind, { 'a.dcm': Buffer.alloc(900, 1), 'b.dcm': 'text' });
    const end = kind === 'zip' ? whole.length : whole.length - 1024; // a tar may go without its end
    for (let length = 0; length < end; length += 97) {
      await writeFile(path, whole.subarray(0, length));
      await assert.rejects(namesAndBytes(path), DamagedBundle, `${length} bytes`);
    }
  });

  test(`a ${kind} with any byte changed is read or damaged, and never more than an error`, async (t) => {
    const path = join(await temporaryFolder(t), 'bundle');
    const whole = await packed(kind, { 'a.dcm': Buffer.alloc(300, 1), 'b.dcm': 'text' });
    for (let place = 0; place < whole.length; place += 7) {
      const changed = Buffer.from(whole);
      changed[place]! ^= 0xff;
      await writeFile(path, changed);
      await namesAndBytes(path).catch((error: unknown) => {
        if (!(error instanceof DamagedBundle)) throw error;
      });
    }
  });
}

test('a long study is packed in constant memory, to the length that was promised', async (t) => {
  const hole = join(await temporaryFolder(t), 'hole');
  await (await open(hole, 'w')).close();
  const bytes = 300_000_001;
  await truncate(hole, bytes);
  for (const kind of KINDS) {
    const bundle = await pack(kind, [{ path: hole, name: 'a', bytes }, { path: hole, name: 'b', bytes }]);
    const before = memoryHeld();
    let came = 0;
    let most = 0;
    await pipeline(bundle.content, new Writable({
      write(piece: Buffer, _encoding, done) {
        came += piece.length;
        if (came % 100_000_000 < piece.length) most = Math.max(most, memoryHeld() - before);
        done();
      },
    }));
    assert.equal(came, bundle.bytes, kind);
    assert.ok(most < 30_000_000, `${kind}: ${most} bytes`);
  }
});

test('a zip of more than 4 GiB is promised the bytes that zip64 takes', async (t) => {
  const hole = join(await temporaryFolder(t), 'hole');
  await (await open(hole, 'w')).close();
  await truncate(hole, 5_000_000_000);
  const { bytes, content } = await pack('zip', [{ path: hole, name: 'a', bytes: 5_000_000_000 }]);
  await content[Symbol.asyncIterator]().return?.();
  // Headers (30 + 1, 46 + 1 + 28), descriptor (24), and three records at the end (56, 20, 22).
  assert.equal(bytes, 5_000_000_000 + 31 + 75 + 24 + 98);
});

test('a tar is known by its checksum, old ones without a magic number too, and one within gzip', async (t) => {
  const path = join(await temporaryFolder(t), 'bundle');
  const tar = await packed('tar', { 'a.dcm': 'x' });
  const old = Buffer.from(tar);
  old.fill(0, 257, 265);
  const sum = old.subarray(0, 512).reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
  old.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  for (const [bytes, kind] of [[tar, 'tar'], [old, 'tar'], [gzipSync(tar), 'tar.gz'], [Buffer.alloc(512, 7), undefined],
    [Buffer.alloc(0), undefined]] as const) {
    await writeFile(path, bytes);
    assert.equal(await findKind(path), kind);
  }
  await writeFile(path, gzipSync(tar));
  assert.deepEqual(Object.keys(await namesAndBytes(path)), ['a.dcm']);
  await writeFile(path, gzipSync(tar).subarray(0, 40));
  await assert.rejects(namesAndBytes(path), DamagedBundle);
});

test('GNU\'s and pax\' long names are read, and an extension that is too long is refused', async (t) => {
  const folder = await temporaryFolder(t);
  const name = `${'long-'.repeat(40)}.dcm`;
  await writeFile(join(folder, name), 'x');
  for (const format of ['gnu', 'pax', 'ustar']) {
    const made = join(folder, format);
    const { status } = spawnSync('tar', [`--format=${format}`, '-cf', made, '-C', folder, name]);
    if (format === 'ustar') assert.notEqual(status, 0);
    else assert.deepEqual(Object.keys(await namesAndBytes(made)), [name], format);
  }
  const { Header } = await import('tar');
  const block = Buffer.alloc(512);
  new Header({ path: 'x', size: 3e9, type: 'ExtendedHeader' }).encode(block, 0);
  const path = join(folder, 'bomb');
  const out = createWriteStream(path);
  out.end(block);
  await once(out, 'close');
  await truncate(path, 3e9);
  await assert.rejects(namesAndBytes(path), /extended header has 3000000000 bytes/);
  assert.ok((await stat(path)).blocks < 100);
});

test('names that lead out of the folder are told from those that do not', () => {
  for (const good of ['a.dcm', 'a/b.dcm', './a', 'a..b', '...', 'ü.log', 'a b']) assert.equal(findNameFault(good), undefined, good);
  for (const bad of ['', '/etc/passwd', '\\\\host\\x', 'C:\\x', 'c:x', '..', '../a', 'a/../../b', 'a\\..\\b', 'a\0b']) {
    assert.notEqual(findNameFault(bad), undefined, bad);
  }
});
