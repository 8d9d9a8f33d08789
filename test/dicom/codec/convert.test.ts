// Conversions compared with what other programs make of the same objects: pixel for pixel, element for element.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { findConversion, PLAIN_TRANSFER_SYNTAXES } from '../../../src/dicom/codec/conversion.ts';
import { convertDataset } from '../../../src/dicom/codec/convert.ts';
import { encodeFileMeta } from '../../../src/dicom/file-meta.ts';
import { tagOf } from '../../../src/dicom/keywords.ts';
import type { InstanceTree } from '../../../src/dicom/tree/data-set.ts';
import { readInstanceTree } from '../../../src/dicom/tree/read-instance-tree.ts';
import { numbers, text } from '../../../src/dicom/tree/values-of.ts';
import { requirePeer, temporaryFolder } from '../../rig/peers.ts';
import { realObject, realObjects, withoutRealObjects } from '../real-objects.ts';
import { dumpOf } from '../tree/objects.ts';
import { KIND_NAMES, writeImage, type KindName } from './images.ts';

const [EXPLICIT, IMPLICIT, DEFLATED, BIG_ENDIAN] = PLAIN_TRANSFER_SYNTAXES as [string, string, string, string];

async function treeOf(file: string): Promise<InstanceTree> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) throw new Error(`${file}: ${tree.notDicom}`);
  return tree;
}

/** @returns the path of the converted file; a reason where it cannot be converted */
async function convert(file: string, TransferSyntaxUID: string, to: string): Promise<string | undefined> {
  const dataset = await convertDataset(file, TransferSyntaxUID);
  if ('inconvertible' in dataset) return dataset.inconvertible;
  const meta = { MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.3', TransferSyntaxUID };
  const pieces = [encodeFileMeta(meta)];
  for await (const piece of dataset) pieces.push(Buffer.from(piece));
  await writeFile(to, Buffer.concat(pieces));
  return undefined;
}

/** PixelData as it is in little endian, and how its colours are laid out. */
async function pixelsOf(file: string): Promise<{ readonly pixels: Buffer; readonly colours: readonly unknown[] }> {
  const { dataSet, fileMeta } = await treeOf(file);
  const value = dataSet.get(tagOf('PixelData'))?.value;
  assert.ok(value?.kind === 'bytes' || value?.kind === 'range', `${file} has plain pixels`);
  const start = fileMeta.datasetOffset;
  const pixels = value.kind === 'bytes'
    ? value.bytes : (await readFile(file)).subarray(start + value.offset, start + value.offset + value.length);
  const [planar = 0] = numbers(dataSet, tagOf('PlanarConfiguration'));
  return { pixels, colours: [text(dataSet, tagOf('PhotometricInterpretation')), planar] };
}

function threeFiles(folder: string): [string, string, string] {
  return [join(folder, 'c'), join(folder, 'd'), join(folder, 'e')];
}

function run(program: string, args: readonly string[]): boolean {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

test('real objects say the same in every plain transfer syntax', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'dcmconv', 'dcmdump')) return;
  const folder = await temporaryFolder(t);
  const [converted, expected] = [join(folder, 'converted'), join(folder, 'expected')];
  const options = { [EXPLICIT]: '+te', [IMPLICIT]: '+ti', [DEFLATED]: '+td', [BIG_ENDIAN]: '+tb' };
  for (const file of realObjects()) {
    const tree = await treeOf(file);
    if (!PLAIN_TRANSFER_SYNTAXES.includes(tree.TransferSyntaxUID)) continue;
    for (const [TransferSyntaxUID, option] of Object.entries(options)) {
      assert.equal(await convert(file, TransferSyntaxUID, converted), undefined);
      assert.ok(run('dcmconv', [option, file, expected]));
      const [own, theirs] = [dumpOf(converted), dumpOf(expected)];
      if (own === theirs) continue;
      // Whoever knows no private elements has them as UN, and pixels without a VR may be OB or OW.
      assert.equal(tree.TransferSyntaxUID, IMPLICIT, `${basename(file)} ${option}`);
      const withoutVR = (dump: string) => dump.replace(/^( *\(....,....\)) ../gm, '$1').toLowerCase();
      assert.equal(withoutVR(own), withoutVR(theirs), `${basename(file)} ${option}`);
    }
  }
});

test('there and back through every plain transfer syntax, the data set is the same to the byte', async (t) => {
  if (!requirePeer(t, 'dcmconv')) return;
  const folder = await temporaryFolder(t);
  const first = join(folder, 'first');
  for (const file of realObjects()) {
    if (!PLAIN_TRANSFER_SYNTAXES.includes((await treeOf(file)).TransferSyntaxUID)) continue;
    assert.equal(await convert(file, EXPLICIT, first), undefined);
    const { fileMeta } = await treeOf(first);
    const dataset = (await readFile(first)).subarray(fileMeta.datasetOffset);
    for (const way of [DEFLATED, BIG_ENDIAN]) {
      assert.equal(await convert(first, way, join(folder, 'there')), undefined);
      assert.equal(await convert(join(folder, 'there'), EXPLICIT, join(folder, 'back')), undefined);
      const back = (await readFile(join(folder, 'back'))).subarray(fileMeta.datasetOffset);
      assert.ok(back.equals(dataset), `${basename(file)} through ${way}`);
    }
  }
});

/** Who compresses, and who decompresses in their turn. */
const COMPRESSORS: readonly (readonly [
  coding: string, compress: readonly string[], decompress: readonly string[], not?: readonly KindName[],
])[] = [
  ['RLE', ['dcmcrle'], ['dcmdrle']],
  ['RLE in small fragments', ['dcmcrle', '+fs', '1'], ['dcmdrle']],
  ['JPEG lossless, first-order', ['dcmcjpeg', '+e1'], ['dcmdjpeg', '+cn']],
  ['JPEG lossless', ['dcmcjpeg', '+el', '+sv', '6'], ['dcmdjpeg', '+cn']],
  ['JPEG lossless in small fragments', ['dcmcjpeg', '+e1', '+fs', '1'], ['dcmdjpeg', '+cn']],
  ['JPEG lossless in small fragments without offsets', ['dcmcjpeg', '+e1', '+fs', '1', '-ot'], ['dcmdjpeg', '+cn']],
  ['JPEG-LS by line', ['dcmcjpls', '+il'], ['dcmdjpls']],
  ['JPEG-LS by sample', ['dcmcjpls', '+is'], ['dcmdjpls']],
  ['JPEG-LS by plane', ['dcmcjpls', '+in'], ['dcmdjpls']],
  ['JPEG 2000', ['gdcmconv', '--j2k'], ['gdcmconv', '--raw'], ['grey 8 signed', 'colour 16']],
  ['JPEG of another maker', ['gdcmconv', '--jpeg'], ['gdcmconv', '--raw']],
  ['JPEG-LS of another maker', ['gdcmconv', '--jpegls'], ['gdcmconv', '--raw']],
];

for (const [coding, compress, decompress, not = []] of COMPRESSORS) {
  const [[compressor = '', ...compressing], [decompressor = '', ...decompressing]] = [compress, decompress];
  test(`pixels come out of ${coding} as others bring them out`, async (t) => {
    if (!requirePeer(t, compressor, decompressor)) return;
    const folder = await temporaryFolder(t);
    const [compressed, converted, expected] = threeFiles(folder);
    let seen = 0;
    for (const kind of KIND_NAMES) {
      const file = await writeImage(folder, kind);
      if (!run(compressor, [...compressing, file, compressed])) continue;
      const inconvertible = await convert(compressed, EXPLICIT, converted);
      assert.equal(inconvertible !== undefined, not.includes(kind), `${kind}: ${inconvertible}`);
      if (inconvertible !== undefined) continue;
      // Not everybody brings out again what it has made; the image itself judges then.
      const isOut = run(decompressor, [...decompressing, compressed, expected]);
      const [own, theirs] = [await pixelsOf(converted), await pixelsOf(isOut ? expected : file)];
      assert.deepEqual(own.colours, theirs.colours, kind);
      assert.ok(own.pixels.equals(theirs.pixels), kind);
      seen += 1;
    }
    assert.ok(seen > 10, `${compressor} took ${seen} kinds`);
  });
}

test('compressed objects are the same through every plain transfer syntax', async (t) => {
  if (!requirePeer(t, 'dcmcjpeg')) return;
  const folder = await temporaryFolder(t);
  const [compressed, converted, back] = threeFiles(folder);
  for (const kind of ['grey 8, odd', 'grey 16 signed', 'frames 8, odd', 'colour frames, odd'] as const) {
    const file = await writeImage(folder, kind);
    assert.ok(run('dcmcjpeg', ['+e1', file, compressed]));
    for (const way of PLAIN_TRANSFER_SYNTAXES) {
      assert.equal(await convert(compressed, way, converted), undefined);
      assert.equal(await convert(converted, EXPLICIT, back), undefined);
      assert.ok((await pixelsOf(back)).pixels.equals((await pixelsOf(file)).pixels), `${kind} through ${way}`);
    }
  }
});

test('real compressed objects come out as others bring them out', { skip: withoutRealObjects }, async (t) => {
  if (!requirePeer(t, 'gdcmconv')) return;
  const folder = await temporaryFolder(t);
  for (const name of ['SC_rgb_rle.dcm', 'MR_small_jpeg_ls_lossless.dcm', 'JPEG2000.dcm']) {
    assert.equal(await convert(realObject(name), EXPLICIT, join(folder, 'converted')), undefined);
    assert.ok(run('gdcmconv', ['--raw', realObject(name), join(folder, 'expected')]));
    const [own, theirs] = [await pixelsOf(join(folder, 'converted')), await pixelsOf(join(folder, 'expected'))];
    assert.ok(own.pixels.equals(theirs.pixels), name);
  }
});

test('a lossy image is decoded as others do, and stays known as lossy', async (t) => {
  if (!requirePeer(t, 'dcmcjpeg', 'dcmdjpeg')) return;
  const folder = await temporaryFolder(t);
  const [compressed, converted, expected] = threeFiles(folder);
  for (const [kind, option] of [['grey 8', '+eb'], ['colour', '+eb'], ['grey 12', '+ee']] as const) {
    assert.ok(run('dcmcjpeg', [option, await writeImage(folder, kind), compressed]));
    assert.equal(findConversion((await treeOf(compressed)).TransferSyntaxUID, EXPLICIT), 'lossy');
    assert.equal(await convert(compressed, EXPLICIT, converted), undefined);
    assert.ok(run('dcmdjpeg', [compressed, expected]));
    const [own, theirs] = [await pixelsOf(converted), await pixelsOf(expected)];
    assert.deepEqual(own.colours, theirs.colours, kind);
    assert.ok(own.pixels.equals(theirs.pixels), kind);
    assert.equal(text((await treeOf(converted)).dataSet, tagOf('LossyImageCompression')), '01');
  }
});
