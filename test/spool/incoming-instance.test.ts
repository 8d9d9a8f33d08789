import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { encodeForPath } from '../../src/dicom/path-encoding.ts';
import { IncomingInstance } from '../../src/spool/incoming-instance.ts';
import { Layout } from '../../src/spool/layout.ts';
import { ReceivingDisk } from '../../src/spool/receiving-disk.ts';
import { removeLeftoverInstances } from '../../src/spool/leftover-instances.ts';
import { identityOf } from '../../src/host/process-identity.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { memoryHeld } from '../rig/memory-held.ts';
import { filesBelow } from '../rig/receiver.ts';

const META = Buffer.from('meta');
const disk = new ReceivingDisk(() => false);
const DISKS = { 'in threads': disk, 'in place': new ReceivingDisk(() => true) };

async function makeTemp(t: TestContext): Promise<Layout> {
  const layout = new Layout(await temporaryFolder(t));
  await mkdir(layout.temp, { recursive: true });
  return layout;
}

for (const [where, oneDisk] of Object.entries(DISKS)) {
  test(`holds what was written in any pieces, behind the file meta, ${where}`, async (t) => {
    const layout = await makeTemp(t);
    const content = randomBytes(3_000_000);
    const passing = Buffer.alloc(content.length);
    for (const pieceBytes of [content.length, 65536, 300_000, 7000]) {
      const incoming = new IncomingInstance(layout, oneDisk, META);
      for (let at = 0; at < content.length; at += pieceBytes) {
        const bytes = content.copy(passing, 0, at, at + pieceBytes);
        const written = incoming.write(passing.subarray(0, bytes));
        passing.fill(0); // the next chunk takes its place
        await written;
      }
      await incoming.settle();
      assert.ok((await readFile(incoming.path)).equals(Buffer.concat([META, content])));
      assert.equal((await stat(incoming.path)).mode & 0o777, 0o640);
      await incoming.discard();
    }
    assert.deepEqual(await filesBelow(layout.temp), []);
  });

  for (const bytes of [1, 4096, 65_536, 262_144, 262_145, 524_288, 1_000_003]) {
    test(`holds an object that takes ${bytes} bytes with its file meta, ${where}`, async (t) => {
      const content = randomBytes(bytes);
      const incoming = new IncomingInstance(await makeTemp(t), oneDisk, content.subarray(0, 1));
      await incoming.write(content.subarray(1));
      await incoming.settle();
      assert.ok((await readFile(incoming.path)).equals(content));
    });
  }
}

test('holds what was written in thousands of tiny pieces', async (t) => {
  const incoming = new IncomingInstance(await makeTemp(t), disk, META);
  for (let count = 0; count < 5000; count += 1) await incoming.write(Buffer.from('ab'));
  await incoming.settle();
  assert.equal((await readFile(incoming.path, 'latin1')), `meta${'ab'.repeat(5000)}`);
});

test('holds tiny pieces in memory, and not all that was read with them', async (t) => {
  const incoming = new IncomingInstance(await makeTemp(t), disk, META);
  const before = memoryHeld();
  for (let count = 0; count < 1000; count += 1) await incoming.write(Buffer.alloc(65_536).subarray(0, 2));
  assert.ok(memoryHeld() - before < 1024 * 1024);
  await incoming.discard();
});

test('holds the file meta alone where nothing was written', async (t) => {
  const incoming = new IncomingInstance(await makeTemp(t), disk, META);
  await incoming.settle();
  assert.equal(await readFile(incoming.path, 'latin1'), 'meta');
});

test('leaves nothing once discarded, whenever that is', async (t) => {
  const layout = await makeTemp(t);
  const untouched = new IncomingInstance(layout, disk, META);
  await untouched.discard();

  const writing = new IncomingInstance(layout, disk, META);
  const writes = [writing.write(Buffer.alloc(600_000)), writing.write(Buffer.alloc(600_000))];
  await writing.discard();
  await Promise.all(writes);
  await writing.write(Buffer.alloc(600_000));
  assert.deepEqual(await filesBelow(layout.temp), []);
});

test('tells a failed write to whoever writes or settles next', async (t) => {
  const layout = await makeTemp(t);
  await rm(layout.temp, { recursive: true });
  const writer = new IncomingInstance(layout, disk, META);
  const write = async () => {
    for (let count = 0; count < 3; count += 1) await writer.write(Buffer.alloc(600_000));
  };
  await assert.rejects(write, { code: 'ENOENT' });

  const settler = new IncomingInstance(layout, disk, META);
  await settler.write(Buffer.alloc(300));
  await assert.rejects(settler.settle(), { code: 'ENOENT' });
});

test('removes the leftovers of a process that is gone, and no other file', async (t) => {
  const layout = await makeTemp(t);
  const living = new IncomingInstance(layout, disk, META);
  await living.settle();
  const { bootId = '', startTicks = '' } = identityOf(process.pid) ?? {};
  const host = encodeForPath(hostname());
  const gone = spawnSync('true').pid;
  const leftovers = [
    `.writing-${host}.${bootId}.${gone}.1.1`,
    `.writing-${host}.${bootId}.${process.pid}.1.1`,
    `.writing-${host}.00000000-0000-0000-0000-000000000000.${process.pid}.${startTicks}.1`,
  ];
  const others = [
    basename(living.path),
    `.writing-another.host.${bootId}.${gone}.1.1`,
    '.writing-0123456789ab',
    'notes.txt',
  ];
  for (const name of [...leftovers, ...others.slice(1)]) await writeFile(join(layout.temp, name), '');
  assert.equal(await removeLeftoverInstances(layout), leftovers.length);
  assert.deepEqual(await filesBelow(layout.temp), others.sort());
});
