// What inference servers gave back, good, broken, and meant to do harm.

import assert from 'node:assert/strict';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { Header } from 'tar';
import type { CoreSpecification } from '../../src/config/core-specification.ts';
import { AttemptFiles } from '../../src/core/attempt-files.ts';
import type { CoreRun } from '../../src/core/executor.ts';
import { unpackResult } from '../../src/core/inference-server/unpack-result.ts';
import type { Failure } from '../../src/job/failure.ts';
import { packed } from '../bundle/packed.ts';
import { pathsBelow } from '../crash/data-tree.ts';
import { makeRun } from './core-run.ts';

const DICOM = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), Buffer.alloc(500, 1)]);
const LIMITS: CoreSpecification['outputs'] = {
  maxBytes: 10_000, minInstances: 0, maxInstances: 3, SOPClassUIDs: [], expect: [], references: 'any',
};

async function unpack(
  t: TestContext, result: Buffer,
): Promise<{ readonly run: CoreRun; readonly files: AttemptFiles; readonly unpacked: Awaited<ReturnType<typeof unpackResult>> }> {
  const run = await makeRun(t, { outputs: LIMITS, executor: 'process' });
  const files = new AttemptFiles(run.attemptFolder);
  await writeFile(files.inferenceResult, result);
  return { run, files, unpacked: await unpackResult(run, files) };
}

/** A tar of one entry. */
function tarOf(header: ConstructorParameters<typeof Header>[0] & object, content = Buffer.alloc(0)): Buffer {
  const block = Buffer.alloc(512);
  new Header({ mode: 0o644, size: content.length, type: 'File', ...header }).encode(block, 0);
  return Buffer.concat([block, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}

const END = Buffer.alloc(1024);

/** A zip of one entry whose name, of the same length, is put in where it stands. */
async function zipNamed(name: string): Promise<Buffer> {
  const zip = (await packed('zip', { ['x'.repeat(name.length)]: DICOM })).toString('latin1');
  return Buffer.from(zip.replaceAll('x'.repeat(name.length), name), 'latin1');
}

/** Its only entry is a symbolic link. */
async function zipOfLink(): Promise<Buffer> {
  const zip = await packed('zip', { 'link.dcm': '/etc/passwd' });
  const directory = zip.indexOf('PK\x01\x02', 0, 'latin1');
  zip.writeUInt32LE((0o120777 << 16) >>> 0, directory + 38);
  return zip;
}

/** A zip of kilobytes that would be gigabytes, and says it is small. */
async function lyingZip(): Promise<Buffer> {
  const { ZipFile } = await import('yazl');
  const { buffer } = await import('node:stream/consumers');
  const zip = new ZipFile();
  zip.addBuffer(Buffer.alloc(50_000_000), 'bomb.dcm', { compress: true });
  zip.end();
  const bytes = await buffer(zip.outputStream);
  const directory = bytes.indexOf('PK\x01\x02', 0, 'latin1');
  bytes.writeUInt32LE(100, directory + 24); // uncompressed size
  return bytes;
}

async function honestBomb(): Promise<Buffer> {
  const { ZipFile } = await import('yazl');
  const { buffer } = await import('node:stream/consumers');
  const zip = new ZipFile();
  for (let count = 0; count < 20; count += 1) zip.addBuffer(Buffer.alloc(9_000), `${count}.log`, { compress: true });
  zip.end();
  return buffer(zip.outputStream);
}

test('instances and output.json become output, whatever the folders; the rest is kept with the attempt', async (t) => {
  const { run, files, unpacked } = await unpack(t, await packed('zip', {
    'series/1.dcm': DICOM, 'other/1.dcm': DICOM, 'no-ending': DICOM, 'output.json': '[]', 'container.log': 'said',
    'sub/output.json': '{}',
  }));
  assert.deepEqual(unpacked, { files: 6, bytes: 3 * DICOM.length + 8 });
  assert.deepEqual((await readdir(run.outputFolder)).sort(), ['no-ending', 'other%2F1.dcm', 'output.json', 'series%2F1.dcm']);
  assert.deepEqual((await readdir(files.returned)).sort(), ['container.log', 'sub%2Foutput.json']);
  assert.equal((await stat(join(run.outputFolder, 'no-ending'))).mode & 0o777, 0o640);
});

test('unpacking again leaves what unpacking once does', async (t) => {
  const { run, files, unpacked } = await unpack(t, await packed('tar', { 'a.dcm': DICOM, 'b.log': 'x' }));
  await writeFile(join(run.outputFolder, 'left over.dcm'), 'by one that was killed');
  assert.deepEqual(await unpackResult(run, files), unpacked);
  assert.deepEqual([await readdir(run.outputFolder), await readdir(files.returned)], [['a.dcm'], ['b.log']]);
});

test('a file that claims to be DICOM and is none is output, too, for whoever judges it', async (t) => {
  const { run } = await unpack(t, await packed('tar', { 'a.DCM': 'text' }));
  assert.equal(await readFile(join(run.outputFolder, 'a.DCM'), 'utf8'), 'text');
});

/** What is refused, as a whole, and the words for it. */
const REFUSED: Readonly<Record<string, { bundle: () => Buffer | Promise<Buffer>; text: RegExp }>> = {
  'a tar with an absolute path': { bundle: () => tarOf({ path: '/etc/cron.d/x' }, DICOM), text: /path is absolute/ },
  'a tar that climbs': { bundle: () => tarOf({ path: 'a/../../x.dcm' }, DICOM), text: /leads out of the folder/ },
  'a tar with a symbolic link': {
    bundle: () => tarOf({ path: 'x.dcm', type: 'SymbolicLink', linkpath: '/etc/passwd' }), text: /a link or a device/ },
  'a tar with a hard link': {
    bundle: () => tarOf({ path: 'x.dcm', type: 'Link', linkpath: 'y' }), text: /a link or a device/ },
  'a tar with a device': {
    bundle: () => tarOf({ path: 'x', type: 'CharacterDevice', devmaj: 1, devmin: 3 }), text: /a link or a device/ },
  'a tar with two files of one name': {
    bundle: () => Buffer.concat([tarOf({ path: 'a.dcm' }, DICOM), tarOf({ path: 'a.dcm' }, DICOM), END]), text: /two of that name/ },
  'a tar that says it is enormous': {
    bundle: () => tarOf({ path: 'a.dcm', size: 2 ** 40 }), text: /^output-bytes 1099511627776$/ },
  'a tar of more instances than there may be': {
    bundle: () => Buffer.concat([...'abcd'].map((name) => tarOf({ path: `${name}.dcm` }, DICOM))), text: /^output-instances 4$/ },
  'a tar of thousands of empty folders': {
    bundle: () => Buffer.concat(Array.from({ length: 1100 }, (_, index) => tarOf({ path: `d${index}/`, type: 'Directory' }))),
    text: /holds more than 1003 entries/ },
  'a zip with an absolute path': { bundle: () => zipNamed('/etc/x.dcm'), text: /absolute path/ },
  'a zip that climbs': { bundle: () => zipNamed('../../x.dcm'), text: /relative path/ },
  'a zip with backslashes that climb': { bundle: () => zipNamed('..\\..\\x.dcm'), text: /invalid characters|leads out/ },
  'a zip with a link': { bundle: zipOfLink, text: /a link or a device/ },
  'a zip that lies about its size': { bundle: lyingZip, text: /too many bytes/ },
  'a zip that is more than there may be': { bundle: honestBomb, text: /^output-bytes 18000$/ },
  'a gzip bomb': { bundle: () => gzipSync(tarOf({ path: 'a.dcm', size: 30_000_000 }, Buffer.alloc(30_000_000))), text: /^output-bytes 30000000$/ },
  'a gzip bomb of nothing but headers': {
    bundle: () => {
      const extension = tarOf({ path: 'x', type: 'ExtendedHeader' }, Buffer.from(`60000 comment=${'x'.repeat(59_985)}\n`));
      return gzipSync(Buffer.concat([...Array.from({ length: 400 }, () => extension), END]));
    },
    text: /more than \d+ bytes/ },
  'a tar that is cut short': { bundle: () => tarOf({ path: 'a.dcm' }, DICOM).subarray(0, 700), text: /cut short/ },
  'a web page': { bundle: () => Buffer.from('<html>'.repeat(200)), text: /neither a zip nor a tar/ },
  'nothing': { bundle: () => Buffer.alloc(0), text: /neither a zip nor a tar/ },
};

for (const [what, { bundle, text }] of Object.entries(REFUSED)) {
  test(`${what} is refused, and writes nothing but what it may where it may`, async (t) => {
    const { run, unpacked } = await unpack(t, await bundle());
    assert.ok('reason' in unpacked, JSON.stringify(unpacked));
    assert.match(words(unpacked), text);
    const top = dirname(run.outputFolder);
    const strays = (await pathsBelow(top)).filter((path) => !/^(attempts|attempts\/1|data|output)(\/|$)/.test(path));
    assert.deepEqual(strays, []);
    let bytes = 0;
    for (const name of await readdir(run.outputFolder)) bytes += (await stat(join(run.outputFolder, name))).size;
    assert.ok(bytes <= LIMITS.maxBytes, `${bytes} bytes`);
  });
}

function words(failure: Failure): string {
  if (failure.reason === 'inference-result-unusable') return failure.text;
  if (failure.reason === 'output-bytes') return `output-bytes ${failure.bytes}`;
  return failure.reason === 'output-instances' ? `output-instances ${failure.instances}` : failure.reason;
}
