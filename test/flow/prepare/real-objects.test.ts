// Changed copies of real objects, of every transfer syntax that is at hand, as DCMTK reads them: what was to be changed
// is, and nothing else; and copies of objects that are large.

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import * as v from 'valibot';
import { compileMorph } from '../../../src/config/morph/compile-morph.ts';
import { morph as schema } from '../../../src/config/schema/morph.ts';
import { loadDictionary } from '../../../src/dicom/dictionary.ts';
import { morph } from '../../../src/dicom/morph/morph.ts';
import { createUID } from '../../../src/dicom/new-uid.ts';
import { writePart10 } from '../../../src/dicom/write.ts';
import type { ChangeTree } from '../../../src/flow/prepare/change-instance.ts';
import { copyChanged } from '../../../src/flow/prepare/copy-changed.ts';
import { realObject, realObjects, withoutDCMTK } from '../../dicom/real-objects.ts';
import { requirePeer, temporaryFolder } from '../../rig/peers.ts';

const dictionary = await loadDictionary();

/** As a destination with these steps has it. */
function changing(...steps: readonly object[]): readonly ChangeTree[] {
  const { steps: compiled, problems } = compileMorph(v.parse(schema, steps), dictionary);
  assert.deepEqual(problems, []);
  return [async (tree) => {
    const morphed = morph(tree.dataSet, compiled, dictionary);
    assert.ok('changes' in morphed, JSON.stringify(morphed));
    const changes = morphed.changes.map(({ element, action }) => ({ by: '', element, action }));
    return { tree: { ...tree, dataSet: morphed.dataSet }, changes };
  }];
}

/** The data set as dcmdump prints it, values in full, a line each; lengths and offsets, which may differ, left out. */
function dumped(file: string): string[] {
  const text = execFileSync(
    'dcmdump', ['-q', '-Un', '+L', '+R', '4096', file], { encoding: 'latin1', maxBuffer: 2 ** 28 });
  const lines = text.slice(text.indexOf('# Dicom-Data-Set')).split('\n')
    .filter((line) => /^ *\([0-9a-f]{4},/.test(line));
  return lines.filter((line) => !/^ *\(fffe,e0[0d]d\)|^ *\([0-9a-f]{4},0000\)/.test(line))
    .map((line) => line.replace(/ *#.*$/, '').replace(/ with (?:explicit|undefined) length/, ''));
}

const NAME = [
  { type: 'set', element: 'InstitutionName', value: 'Changed' }, { type: 'set', element: 'StudyID', value: 'ID' }];

/** Without what the steps above change. */
const others = (lines: readonly string[]): string[] => lines.filter((line) => !/^\((0008,0080|0020,0010)\)/.test(line));

test('of real objects nothing is changed but what is to be', { skip: withoutDCMTK }, async (t) => {
  const folder = await temporaryFolder(t);
  let changed = 0;
  for (const file of realObjects()) {
    const copy = join(folder, basename(file));
    const line = await copyChanged(file, '1.2', changing(...NAME), copy);
    if ('hold' in line || line.failure !== undefined) continue; // no DICOM file, or without what instances must have
    assert.deepEqual(others(dumped(copy)), others(dumped(file)), basename(file));
    assert.deepEqual(
      dumped(copy).filter((one) => one.startsWith('(0008,0080)')), ['(0008,0080) LO [Changed]'], basename(file));
    changed += 1;
  }
  assert.ok(changed > 10, `${changed} objects`);
});

test('in each transfer syntax a copy keeps it, and its pixels to the byte', { skip: withoutDCMTK }, async (t) => {
  if (!requirePeer(t, 'dcmconv', 'dcmcrle', 'dcmcjpeg')) return;
  const folder = await temporaryFolder(t);
  const syntaxes: Readonly<Record<string, readonly string[]>> = {
    implicit: ['dcmconv', '+ti'], explicit: ['dcmconv', '+te'], 'big endian': ['dcmconv', '+tb'],
    deflated: ['dcmconv', '+td'],
    RLE: ['dcmcrle'], JPEG: ['dcmcjpeg', '+e1'],
  };
  for (const [name, [program = '', ...options]] of Object.entries(syntaxes)) {
    const [file, copy] = [join(folder, `${name}.dcm`), join(folder, `${name} changed.dcm`)];
    const { status, stderr } = spawnSync(program, [...options, realObject('CT_small.dcm'), file], { encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    await copyChanged(file, '1.2', changing(...NAME), copy);
    assert.deepEqual(others(dumped(copy)), others(dumped(file)), name);
    const [pixels, before] = [await pixelsOf(t, copy), await pixelsOf(t, file)];
    assert.ok(pixels.equals(before) && pixels.length > 1000, name);
  }
});

/** All that dcmdump writes of the pixels, fragments included. */
async function pixelsOf(t: TestContext, file: string): Promise<Buffer> {
  const folder = await temporaryFolder(t);
  execFileSync('dcmdump', ['-q', '+W', folder, file]);
  const raw = execFileSync('ls', [folder], { encoding: 'utf8' }).trim().split('\n').sort();
  return Buffer.concat(await Promise.all(raw.map((name) => readFile(join(folder, name)))));
}

test('an object of half a gigabyte is changed within little memory', async (t) => {
  const folder = await temporaryFolder(t);
  const [file, copy] = [join(folder, 'large.dcm'), join(folder, 'copy.dcm')];
  const bytes = 2 ** 29;
  const tail = Buffer.alloc(12);
  tail.write('\xe0\x7f\x10\0OW\0\0', 0, 'latin1');
  tail.writeUInt32LE(bytes, 8);
  await writePart10(file, {
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.2', SOPInstanceUID: createUID(), StudyInstanceUID: createUID(),
    SeriesInstanceUID: createUID(), PatientName: 'Doe^Jane',
  });
  await writeFile(file, tail, { flag: 'a' });
  const { size: front } = await stat(file);
  const sparse = await open(file, 'r+');
  await sparse.truncate(front + bytes); // takes no room
  await sparse.close();
  const before = process.memoryUsage().rss;
  let most = 0;
  const watch = setInterval(() => { most = Math.max(most, process.memoryUsage().rss - before); }, 5);
  try {
    await mkdir(folder, { recursive: true });
    const line = await copyChanged(file, '1.2', changing(...NAME), copy);
    assert.ok('changes' in line && line.changes.length === 2, JSON.stringify(line));
  } finally {
    clearInterval(watch);
  }
  const { size } = await stat(copy);
  await rm(copy);
  assert.ok(size > front + bytes, `${size} bytes`);
  t.diagnostic(`${Math.round(most / 2 ** 20)} MB more than before`);
  assert.ok(most < 100 * 2 ** 20, `${Math.round(most / 2 ** 20)} MB more than before`);
});
