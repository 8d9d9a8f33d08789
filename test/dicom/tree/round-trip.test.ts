// What is read as a tree and written again is what it was: to the byte, but for lengths in another legal form.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { transferSyntax } from '../../../src/dicom/transfer-syntaxes.ts';
import type { DataSet, InstanceTree } from '../../../src/dicom/tree/data-set.ts';
import { encodeInstance } from '../../../src/dicom/tree/encode-instance.ts';
import { readInstanceTree } from '../../../src/dicom/tree/read-instance-tree.ts';
import { requirePeer, temporaryFolder } from '../../rig/peers.ts';
import { realObjects, withoutRealObjects } from '../real-objects.ts';
import { dumpOf, rewrite, REWRITERS } from './objects.ts';

/** The data set's bytes, inflated. */
async function datasetOf(file: string, { fileMeta }: InstanceTree): Promise<Buffer> {
  const bytes = (await readFile(file)).subarray(fileMeta.datasetOffset);
  return transferSyntax(fileMeta.TransferSyntaxUID).deflated ? inflateRawSync(bytes) : bytes;
}

async function writeAgain(file: string, to: string): Promise<InstanceTree> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) throw new Error(`${file}: ${tree.notDicom}`);
  await writeFile(to, encodeInstance(tree, tree.TransferSyntaxUID));
  return tree;
}

function hasGroupLength(dataSet: DataSet): boolean {
  return [...dataSet.values()].some(({ tag, value }) => {
    return (tag & 0xffff) === 0 || (value.kind === 'items' && value.items.some(hasGroupLength));
  });
}

/** To the byte; where group lengths are left out, by what dcmdump says. */
async function assertSame(file: string, to: string): Promise<void> {
  const tree = await writeAgain(file, to);
  const written = await readInstanceTree(to);
  if ('notDicom' in written) throw new Error(written.notDicom);
  if (hasGroupLength(tree.dataSet)) assert.equal(dumpOf(to), dumpOf(file), basename(file));
  else assert.ok((await datasetOf(to, written)).equals(await datasetOf(file, tree)), basename(file));
}

test('real objects are the same to the byte when written again', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'dcmdump')) return;
  const to = join(await temporaryFolder(t), 'again');
  for (const file of realObjects()) await assertSame(file, to);
});

for (const rewriter of REWRITERS) {
  const [form, program] = rewriter;
  test(`what DCMTK wrote in ${form} is the same when written again`, { skip: withoutRealObjects }, async (t) => {
    if (!requirePeer(t, program, 'dcmdump')) return;
    const folder = await temporaryFolder(t);
    let seen = 0;
    for (const file of realObjects()) {
      const from = join(folder, basename(file));
      if (!rewrite(file, rewriter, from)) continue;
      await assertSame(from, join(folder, 'again'));
      seen += 1;
    }
    assert.ok(seen > 0, `${program} took no object`);
  });
}
