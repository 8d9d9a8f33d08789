// Files made to hurt: whatever the bytes, reading a tree ends in a tree or a reason, in bounded time and memory, and
// what is a tree can be written.

import assert from 'node:assert/strict';
import { writeFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { encodeFileMeta } from '../../../src/dicom/file-meta.ts';
import { encodeInstance } from '../../../src/dicom/tree/encode-instance.ts';
import { readInstanceTree } from '../../../src/dicom/tree/read-instance-tree.ts';
import { temporaryFolder } from '../../rig/peers.ts';
import { makeRandom } from '../../rig/random.ts';
import { element, head, item, itemEnd, sequenceEnd, UNDEFINED_LENGTH } from '../encode.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const DEFLATED = '1.2.840.10008.1.2.1.99';
const ALL = ['1.2.840.10008.1.2', EXPLICIT, '1.2.840.10008.1.2.2', DEFLATED, '1.2.840.10008.1.2.5', '1.2.3'];
const MEBIBYTE = 1024 * 1024;

const code = element(0x00080100, 'SH', 'XX');
const DATASET = Buffer.concat([
  element(0x00080005, 'CS', 'ISO_IR 100'),
  element(0x00080018, 'UI', '1.2.3.45'),
  head(0x00081032, 'SQ', UNDEFINED_LENGTH),
  item(UNDEFINED_LENGTH, code), itemEnd(), item(code.length, code), sequenceEnd(),
  head(0x00091001, 'UN', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH, element(0x00091002, 'LO', 'x', 'implicit')),
  itemEnd(), sequenceEnd(),
  element(0x00091003, 'UN', item(16, element(0x00100010, 'PN', 'Hidden^x', 'implicit'), 'implicit')),
  element(0x00091010, 'OB', Buffer.alloc(20)),
  element(0x00100010, 'PN', 'Test^Cut'),
  head(0x7fe00010, 'OB', UNDEFINED_LENGTH), item(0), item(4, Buffer.alloc(4)), sequenceEnd(),
]);

function fileOf(dataset: Buffer, TransferSyntaxUID = EXPLICIT): Buffer {
  const meta = { MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.2.3.45', TransferSyntaxUID };
  return Buffer.concat([encodeFileMeta(meta), TransferSyntaxUID === DEFLATED ? deflateRawSync(dataset) : dataset]);
}

async function readAndWrite(file: string): Promise<string> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) return tree.notDicom;
  let bytes = 0;
  for await (const piece of encodeInstance(tree, tree.TransferSyntaxUID)) bytes += piece.length;
  return bytes > 0 ? 'a tree' : 'nothing';
}

async function outcomeOf(folder: string, bytes: Buffer): Promise<string> {
  const file = join(folder, 'hostile.dcm');
  await writeFile(file, bytes);
  return readAndWrite(file);
}

test('a file cut off at any byte is a tree only where an element ends', async (t) => {
  const folder = await temporaryFolder(t);
  const whole = fileOf(DATASET);
  let trees = 0;
  for (let end = whole.length - DATASET.length; end < whole.length; end += 1) {
    if (await outcomeOf(folder, whole.subarray(0, end)) === 'a tree') trees += 1;
  }
  assert.equal(trees, 7, 'behind each of the eight elements but the last');
  assert.equal(await outcomeOf(folder, whole), 'a tree');
});

test('zeros behind the end are passed over, and nothing else is', async (t) => {
  const folder = await temporaryFolder(t);
  const whole = fileOf(DATASET);
  for (const zeros of [1, 7, 8, 511, 200_000]) {
    assert.equal(await outcomeOf(folder, Buffer.concat([whole, Buffer.alloc(zeros)])), 'a tree');
    const more = [whole, Buffer.alloc(zeros), code];
    assert.match(await outcomeOf(folder, Buffer.concat(more)), /^(has|ends) /, `${zeros} zeros`);
  }
});

test('a deflated file cut off at any byte is no tree', async (t) => {
  const folder = await temporaryFolder(t);
  const whole = fileOf(DATASET, DEFLATED);
  for (let end = 0; end < whole.length; end += 1) {
    assert.notEqual(await outcomeOf(folder, whole.subarray(0, end)), 'a tree', `${end} bytes`);
  }
  assert.equal(await outcomeOf(folder, whole), 'a tree');
});

test('bytes changed at random end in a tree or a reason, in every transfer syntax', async (t) => {
  const folder = await temporaryFolder(t);
  const random = makeRandom(20261120);
  const outcomes = new Set<string>();
  for (let round = 0; round < 600; round += 1) {
    const bytes = Buffer.from(DATASET);
    for (let change = 0; change < 1 + round % 5; change += 1) {
      bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    }
    const outcome = await outcomeOf(folder, fileOf(bytes, ALL[round % ALL.length]));
    outcomes.add(outcome === 'a tree' ? outcome : 'a reason');
  }
  assert.deepEqual([...outcomes].sort(), ['a reason', 'a tree']);
});

test('nested without end, in items or in values of unknown VR, it is refused or left as it is', async (t) => {
  const folder = await temporaryFolder(t);
  const bomb = Buffer.alloc(20 * 100_000);
  for (let offset = 0; offset < bomb.length; offset += 20) {
    head(0x00081140, 'SQ', UNDEFINED_LENGTH).copy(bomb, offset);
    item(UNDEFINED_LENGTH).copy(bomb, offset + 12);
  }
  assert.equal(await outcomeOf(folder, fileOf(bomb)), 'nests more than 64 deep');
  let unknown = Buffer.from('end!');
  for (let depth = 0; depth < 500; depth += 1) {
    unknown = Buffer.concat([item(unknown.length + 8, head(0x00091001, 'UN', unknown.length, 'implicit')), unknown]);
  }
  const file = join(folder, 'unknown.dcm');
  await writeFile(file, fileOf(element(0x00091001, 'UN', unknown)));
  const begun = performance.now();
  assert.equal(await readAndWrite(file), 'a tree');
  assert.ok(performance.now() - begun < 2000, 'each level is tried once');
});

test('a length beyond the file is a reason, and no memory', async (t) => {
  const folder = await temporaryFolder(t);
  for (const vr of ['OB', 'UT', 'UN', 'SQ']) {
    const cut = Buffer.concat([head(0x00091001, vr, 0xfffffff0), Buffer.alloc(64)]);
    const outcome = await outcomeOf(folder, fileOf(cut));
    assert.match(outcome, /^(ends (after|within)|has )/, vr);
  }
});

test('elements or items without end are refused before they fill the memory', async (t) => {
  const folder = await temporaryFolder(t);
  const many = 100_000;
  const empty = element(0x00091001, 'LO', '');
  const items = Buffer.concat([head(0x00081140, 'SQ', 8 * many), Buffer.alloc(8 * many, item(0))]);
  for (const dataset of [Buffer.alloc(empty.length * many, empty), items]) {
    const file = join(folder, 'many.dcm');
    await writeFile(file, fileOf(dataset));
    const tree = await readInstanceTree(file, 16 * MEBIBYTE);
    assert.deepEqual(tree, { notDicom: 'has more elements than fit 16777216 bytes of memory' });
  }
});

test('a deflate stream that stands for more than there is room for is refused in seconds', async (t) => {
  const folder = await temporaryFolder(t);
  const zeros = deflateRawSync(Buffer.alloc(64 * MEBIBYTE), { level: 9, finishFlush: 2 });
  const front = deflateRawSync(head(0x00091001, 'OB', 0xfffffff0), { finishFlush: 2 });
  const meta = { MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.3', TransferSyntaxUID: DEFLATED };
  const file = Buffer.concat([encodeFileMeta(meta), front, ...Array.from({ length: 40 }, () => zeros)]);
  assert.equal(await outcomeOf(folder, file), 'inflates to more than 2147483648 bytes');
});

test('a deflated data set whose long values are in the wrong order is written in seconds, or refused', async (t) => {
  const file = join(await temporaryFolder(t), 'x.dcm');
  const value = Buffer.alloc(20_000);
  const datasetOf = (order: 'ascending' | 'descending', values: number): Buffer => {
    const tags = Array.from({ length: values }, (_, index) => 0x00091000 + index);
    if (order === 'descending') tags.reverse();
    return Buffer.concat(tags.map((tag) => element(tag, 'OB', value)));
  };
  const begun = performance.now();
  for (const [order, values, outcome] of [
    ['ascending', 3000, /^a tree$/], ['descending', 200, /^a tree$/], ['descending', 3000, /out of order/],
  ] as const) {
    await writeFile(file, fileOf(datasetOf(order, values), DEFLATED));
    assert.match(await readAndWrite(file), outcome, `${order} ${values}`);
  }
  assert.ok(performance.now() - begun < 20_000);
});

test('memory does not grow with the length of an object', async (t) => {
  const folder = await temporaryFolder(t);
  const file = join(folder, 'large.dcm');
  const pixelBytes = 2 ** 29;
  const front = fileOf(Buffer.concat([element(0x00080018, 'UI', '1.2.3.45'), head(0x7fe00010, 'OW', pixelBytes)]));
  await writeFile(file, front);
  await truncate(file, front.length + pixelBytes);
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) throw new Error(tree.notDicom);
  const before = process.memoryUsage().rss;
  let most = 0;
  let bytes = 0;
  for await (const piece of encodeInstance(tree, EXPLICIT)) {
    bytes += piece.length;
    if (bytes % (16 * MEBIBYTE) < piece.length) most = Math.max(most, process.memoryUsage().rss);
  }
  assert.equal(bytes, front.length + pixelBytes);
  t.diagnostic(`${Math.round((most - before) / MEBIBYTE)} MiB more`);
  assert.ok(most - before < 100 * MEBIBYTE, `${(most - before) / MEBIBYTE} MiB`);
});
