// Objects that mean harm, and objects that are large: de-identification ends in a value, in time that grows with the
// object and memory that does not grow with its pixels.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deidentifyInstance } from '../../../src/dicom/deidentify/deidentify-instance.ts';
import { DEIDENTIFICATION_OPTIONS, type DeidentificationOption } from '../../../src/dicom/deidentify/options.ts';
import type { DataSet, InstanceTree } from '../../../src/dicom/tree/data-set.ts';
import { encodeInstance } from '../../../src/dicom/tree/encode-instance.ts';
import { readInstanceTree } from '../../../src/dicom/tree/read-instance-tree.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { makeRandom } from '../../rig/random.ts';
import { ROOT } from '../../rig/station.ts';
import { head } from '../encode.ts';
import { realObjects, withoutRealObjects } from '../real-objects.ts';
import { bytesElement, dataSetOf, deidentified, profileOf, sequence, textAt, textElement, treeOf } from './profiles.ts';

const EXCLUSIVE: ReadonlySet<DeidentificationOption> = new Set(['retain-full-dates']);
const ALL = DEIDENTIFICATION_OPTIONS.filter((option) => !EXCLUSIVE.has(option));

async function bytesOf(tree: InstanceTree): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of encodeInstance(tree, tree.TransferSyntaxUID)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test('real objects with bytes changed at random are de-identified or refused, and what is made can be read', {
  skip: withoutRealObjects,
}, async (t) => {
  const file = join(await temporaryFolder(t), 'x.dcm');
  const random = makeRandom(20261120);
  let made = 0;
  for (const path of realObjects()) {
    const bytes = await readFile(path);
    for (let round = 0; round < 12; round += 1) {
      const changed = Buffer.from(bytes.subarray(0, Math.min(bytes.length, 64 * 1024)));
      for (let index = 0; index < 1 + round % 4; index += 1) changed[132 + Math.floor(random() * (changed.length - 132))] = Math.floor(random() * 256);
      await writeFile(file, changed);
      const tree = await readInstanceTree(file);
      if ('notDicom' in tree) continue;
      const outcome = deidentifyInstance(tree, profileOf(round % 2 === 0 ? [] : ALL), { withValues: round % 3 === 0 });
      assert.ok('tree' in outcome);
      const pieces: Buffer[] = [];
      for await (const piece of encodeInstance(outcome.tree, tree.TransferSyntaxUID)) pieces.push(piece);
      const copy = `${file}.made`;
      await writeFile(copy, Buffer.concat(pieces));
      assert.ok('dataSet' in await readInstanceTree(copy), path);
      made += 1;
    }
  }
  assert.ok(made > 50, String(made));
});

test('a sequence that nobody can read, as UN in explicit VR or as bytes, does not leave, long or short', async (t) => {
  const name = Buffer.concat([head(0x00100010, 'PN', 8), Buffer.from('Roe^Mary')]);
  const file = join(await temporaryFolder(t), 'x.dcm');
  for (const names of [1, 1000, 10_000]) {
    const item = Buffer.concat(Array.from({ length: names }, () => name));
    const value = Buffer.concat([head(0xfffee000, '', item.length), item]);
    const opaque = [
      bytesElement(0x00081115, 'UN', value), bytesElement(0x52009229, 'UN', value), bytesElement(0x52009230, 'OB', value),
    ];
    await writeFile(file, await bytesOf(treeOf(...opaque)));
    const tree = await readInstanceTree(file);
    assert.ok('dataSet' in tree);
    for (const profile of [profileOf(), profileOf(ALL), profileOf([], { keep: new Set([0x00081115]) })]) {
      const made = await bytesOf(deidentified(tree, profile).tree);
      assert.ok(!made.includes('Roe^Mary'), String(names));
    }
  }
});

test('a name under sixty sequences, and under private ones in them, is found', () => {
  let inner: DataSet = dataSetOf(textElement(0x00100010, 'PN', 'Doe^Jane'), textElement(0x00081030, 'LO', 'Jane Doe'));
  for (let depth = 0; depth < 60; depth += 1) {
    const isPrivate = depth % 2 === 0;
    inner = dataSetOf(
      ...isPrivate ? [textElement(0x00190010, 'LO', 'SAFE')] : [], sequence(isPrivate ? 0x00191001 : 0x00081199, inner),
    );
  }
  const profile = profileOf(['retain-safe-private', 'clean-descriptors'], { safePrivate: [{ creator: 'SAFE' }] });
  let found: DataSet | undefined = deidentified(treeOf(...inner.values()), profile).tree.dataSet;
  for (let depth = 0; depth < 60 && found !== undefined; depth += 1) {
    const value: unknown = (found.get(0x00191001) ?? found.get(0x00081199))?.value;
    found = (value as { items: DataSet[] }).items[0];
  }
  assert.match(textAt(found, 0x00100010) ?? '', /^P/);
  assert.equal(textAt(found, 0x00081030), undefined);
});

test('an object of a hundred thousand items and thousands of names takes seconds', () => {
  const items = Array.from({ length: 100_000 }, (_, index) => dataSetOf(
    textElement(0x00081155, 'UI', `1.2.${index}`), textElement(0x00080104, 'LO', `item ${index}`), textElement(0x0040a123, 'PN', `Name${index}^Given`),
  ));
  const begun = performance.now();
  const { tree } = deidentified(treeOf(sequence(0x00081199, ...items)));
  assert.equal(tree.dataSet.get(0x00081199)?.value.kind, 'items');
  assert.ok(performance.now() - begun < 60_000, `${performance.now() - begun} ms`);
});

test('a multi-frame object of 2 GB is de-identified within 200 MB of memory', async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, 'large.dcm');
  const tree = treeOf(textElement(0x00280008, 'IS', '4096'));
  const pieces: Buffer[] = [];
  for await (const piece of encodeInstance(tree, tree.TransferSyntaxUID)) pieces.push(piece);
  const length = 2 ** 31;
  const front = Buffer.concat([...pieces, head(0x7fe00010, 'OW', length)]);
  const file = await open(path, 'w');
  await file.write(front);
  await file.truncate(front.length + length); // a hole, which costs no disk
  await file.close();
  const program = `
    const { readInstanceTree } = await import('${ROOT}/src/dicom/tree/read-instance-tree.ts');
    const { encodeInstance } = await import('${ROOT}/src/dicom/tree/encode-instance.ts');
    const { deidentified } = await import('${ROOT}/test/dicom/deidentify/profiles.ts');
    const tree = await readInstanceTree(${JSON.stringify(path)});
    const before = process.resourceUsage().maxRSS;
    let bytes = 0;
    for await (const piece of encodeInstance(deidentified(tree).tree, tree.TransferSyntaxUID)) bytes += piece.length;
    console.log(JSON.stringify({ bytes, before, after: process.resourceUsage().maxRSS }));`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', program], { cwd: ROOT, encoding: 'utf8', timeout: 120_000 });
  const { bytes, before, after } = JSON.parse(stdout || `{"error": ${JSON.stringify(stderr)}}`);
  assert.ok(bytes > length && (await stat(path)).size > length);
  assert.ok(after - before < 200 * 1024, `${(after - before) / 1024} MB`); // in KiB
});
