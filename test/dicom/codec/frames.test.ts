// Frames in every arrangement of fragments, frames that are damaged, and frames that claim to be what they are not.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { convertDataset } from '../../../src/dicom/codec/convert.ts';
import { FrameFault } from '../../../src/dicom/codec/decoded-frames.ts';
import { tagOf } from '../../../src/dicom/keywords.ts';
import type { DataSet } from '../../../src/dicom/tree/data-set.ts';
import { makeRandom } from '../../rig/random.ts';
import { requirePeer, runPeer, temporaryFolder } from '../../rig/peers.ts';
import { element, head, item, itemEnd, sequenceEnd, UNDEFINED_LENGTH } from '../encode.ts';
import { encapsulate, fragmentsOf, type Encapsulation } from './encapsulate.ts';
import { KINDS, writeImage, type KindName } from './images.ts';

const EXPLICIT = '1.2.840.10008.1.2.1';
const RLE = '1.2.840.10008.1.2.5';
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';
const JPEG_LS = '1.2.840.10008.1.2.4.80';
const JPEG_2000 = '1.2.840.10008.1.2.4.90';
const HTJ2K = '1.2.840.10008.1.2.4.201';
const DEFLATED_FRAMES = '1.2.840.10008.1.2.8.1';
const PLAIN_FRAMES = '1.2.840.10008.1.2.1.98';
const MEBIBYTE = 1024 * 1024;

/** The last bytes of what an object becomes: its pixels; or why it becomes nothing. */
async function pixelsOf(file: string, length: number): Promise<Buffer | string> {
  const dataset = await convertDataset(file, EXPLICIT);
  if ('inconvertible' in dataset) return dataset.inconvertible;
  const pieces: Buffer[] = [];
  try {
    for await (const piece of dataset) pieces.push(Buffer.from(piece));
  } catch (error) {
    if (error instanceof FrameFault) return error.undecodable;
    throw error;
  }
  return Buffer.concat(pieces).subarray(-length);
}

interface Made {
  readonly image: string;
  readonly to: string;
  /** Its pixels, padding included. */
  readonly pixels: Buffer;
  readonly frames: readonly Buffer[];
}

async function makeFrames(t: TestContext, kind: KindName): Promise<Made> {
  const folder = await temporaryFolder(t);
  const image = await writeImage(folder, kind);
  const { NumberOfFrames = 1, Rows = 48, Columns = 40, SamplesPerPixel = 1, BitsAllocated } = KINDS[kind] as {
    NumberOfFrames?: number; Rows?: number; Columns?: number; SamplesPerPixel?: number; BitsAllocated: number;
  };
  const frameBytes = Rows * Columns * SamplesPerPixel * BitsAllocated / 8;
  const bytes = frameBytes * NumberOfFrames;
  const pixels = (await readFile(image)).subarray(-(bytes + bytes % 2));
  const frames = Array.from({ length: NumberOfFrames }, (_, index) => {
    return pixels.subarray(index * frameBytes, (index + 1) * frameBytes);
  });
  return { image, to: join(folder, 'compressed'), pixels, frames };
}

/** Each in several fragments, and where each of them begins. */
function cut(frames: readonly Buffer[], bytes: number): { readonly fragments: Buffer[]; readonly offsets: number[] } {
  const fragments: Buffer[] = [];
  const offsets: number[] = [];
  let position = 0;
  for (const frame of frames) {
    offsets.push(position);
    for (let start = 0; start < frame.length; start += bytes) {
      const fragment = frame.subarray(start, start + bytes);
      fragments.push(fragment);
      position += 8 + fragment.length + fragment.length % 2;
    }
  }
  return { fragments, offsets };
}

test('deflated and plain frames come out, in one fragment each or by either offset table', async (t) => {
  const { image, to, pixels, frames } = await makeFrames(t, 'frames 12');
  const deflated = frames.map((frame) => deflateRawSync(frame));
  const pieces = cut(frames, 1000);
  const ways: Encapsulation[] = [
    { TransferSyntaxUID: DEFLATED_FRAMES, fragments: deflated },
    { TransferSyntaxUID: PLAIN_FRAMES, fragments: [...frames] },
    { TransferSyntaxUID: PLAIN_FRAMES, ...pieces },
    { TransferSyntaxUID: DEFLATED_FRAMES, ...cut(deflated, 100) },
    { TransferSyntaxUID: PLAIN_FRAMES, fragments: pieces.fragments, extendedOffsets: pieces.offsets },
  ];
  for (const way of ways) {
    await encapsulate(image, to, way);
    const own = await pixelsOf(to, pixels.length);
    assert.ok(Buffer.isBuffer(own) && own.equals(pixels), `${String(own)} ${Object.keys(way)}`);
  }
});

test('fragments that nobody can put together to frames are told', async (t) => {
  const { image, to, frames, pixels } = await makeFrames(t, 'frames 12');
  const { fragments, offsets } = cut(frames, 1000);
  const wrong = offsets.map((offset, index) => (index === 0 ? 0 : offset + 2));
  const none: Buffer[] = [];
  const tables = [{}, { offsets: wrong }, { extendedOffsets: wrong }].map((table) => ({ fragments, ...table }));
  for (const way of [...tables, { fragments: none }]) {
    await encapsulate(image, to, { TransferSyntaxUID: PLAIN_FRAMES, ...way });
    assert.match(String(await pixelsOf(to, pixels.length)), /^has \d+ fragments /);
  }
});

test('HTJ2K comes out as it went in', async (t) => {
  const { Context, NativeCodecs } = createRequire(import.meta.url)('dcmjs-codecs') as {
    Context: new (of: object) => { getEncodedBuffer(): Uint8Array };
    NativeCodecs: {
      initializeAsync(): Promise<void>;
      encodeHtJpeg2000(of: object, how: object): { getEncodedBuffer(): Uint8Array };
    };
  };
  for (const kind of ['grey 8', 'grey 12', 'grey 16 signed', 'colour'] as const) {
    const { image, to, pixels, frames } = await makeFrames(t, kind);
    const { BitsAllocated, BitsStored, SamplesPerPixel = 1, PixelRepresentation = 0 } = KINDS[kind] as {
      BitsAllocated: number; BitsStored: number; SamplesPerPixel?: number; PixelRepresentation?: number;
    };
    await NativeCodecs.initializeAsync();
    const context = new Context({
      width: 40, height: 48, bitsAllocated: BitsAllocated, bitsStored: BitsStored, samplesPerPixel: SamplesPerPixel,
      pixelRepresentation: PixelRepresentation, planarConfiguration: 0,
      photometricInterpretation: SamplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2', decodedBuffer: frames[0],
    });
    const encoded = NativeCodecs.encodeHtJpeg2000(context, { lossy: false }).getEncodedBuffer();
    await encapsulate(image, to, { TransferSyntaxUID: HTJ2K, fragments: [Buffer.from(encoded)] });
    const own = await pixelsOf(to, pixels.length);
    assert.ok(Buffer.isBuffer(own) && own.equals(pixels), `${kind}: ${String(own).slice(0, 80)}`);
  }
});

interface Encoded {
  readonly TransferSyntaxUID: string;
  readonly frame: Buffer;
}

/** One frame of each coding, as others made it. */
async function encodedFrames(t: TestContext): Promise<(Made & Encoded)[]> {
  const made = [];
  for (const [program, args, TransferSyntaxUID] of [
    ['dcmcrle', [], RLE], ['dcmcjpeg', ['+e1'], JPEG_LOSSLESS], ['dcmcjpls', [], JPEG_LS],
    ['gdcmconv', ['--j2k'], JPEG_2000],
  ] as const) {
    const image = await makeFrames(t, 'grey 12');
    await runPeer(program, [...args, image.image, image.to]);
    const file = await readFile(image.to);
    const [frame] = await fragmentsOf(image.to, (offset, length) => file.subarray(offset, offset + length));
    assert.ok(frame !== undefined);
    made.push({ ...image, TransferSyntaxUID, frame });
  }
  return made;
}

test('a frame that is cut off is refused, a damaged one breaks nothing, the next one is decoded as ever', async (t) => {
  if (!requirePeer(t, 'dcmcrle', 'dcmcjpeg', 'dcmcjpls', 'gdcmconv')) return;
  const random = makeRandom(7);
  for (const { image, to, pixels, TransferSyntaxUID, frame } of await encodedFrames(t)) {
    const reasons = new Set<string>();
    for (let round = 0; round < 15; round += 1) {
      const damaged = Buffer.from(round % 3 === 0 ? frame.subarray(0, Math.floor(random() * frame.length)) : frame);
      for (let change = 0; change < round % 5; change += 1) {
        damaged[Math.floor(random() * damaged.length)] = Math.floor(random() * 256);
      }
      await encapsulate(image, to, { TransferSyntaxUID, fragments: [damaged] });
      const own = await pixelsOf(to, pixels.length);
      if (typeof own === 'string') reasons.add(own);
      else assert.ok(round % 3 !== 0 && own.length === pixels.length, `${TransferSyntaxUID}, round ${round}`);
    }
    assert.ok(reasons.size > 0, TransferSyntaxUID);
    await encapsulate(image, to, { TransferSyntaxUID, fragments: [frame] });
    const own = await pixelsOf(to, pixels.length);
    assert.ok(Buffer.isBuffer(own) && own.equals(pixels), `${TransferSyntaxUID}: ${String(own).slice(0, 80)}`);
  }
});

type NumberKeyword = 'Rows' | 'Columns' | 'BitsAllocated' | 'SamplesPerPixel';

const withNumber = (keyword: NumberKeyword, value: number) => (dataSet: DataSet) => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  dataSet.set(tagOf(keyword), { tag: tagOf(keyword), vr: 'US', value: { kind: 'bytes', bytes } });
};

test('a frame of other dimensions than its attributes say is refused before it is decoded', async (t) => {
  if (!requirePeer(t, 'dcmcrle', 'dcmcjpeg', 'dcmcjpls', 'gdcmconv')) return;
  for (const { image, to, TransferSyntaxUID, frame } of await encodedFrames(t)) {
    for (const change of [
      withNumber('Rows', 49), withNumber('Columns', 65535), withNumber('Rows', 0), withNumber('BitsAllocated', 12),
      withNumber('SamplesPerPixel', 3), withNumber('SamplesPerPixel', 7), withNumber('BitsAllocated', 8),
    ]) {
      await encapsulate(image, to, { TransferSyntaxUID, fragments: [frame], change });
      assert.match(String(await pixelsOf(to, 1)), /^has /, TransferSyntaxUID);
    }
  }
});

test('a frame that claims to be of gigabytes costs no memory', async (t) => {
  if (!requirePeer(t, 'dcmcrle', 'dcmcjpeg', 'dcmcjpls', 'gdcmconv')) return;
  const before = process.memoryUsage.rss();
  for (const { image, to, TransferSyntaxUID, frame } of await encodedFrames(t)) {
    const bomb = Buffer.from(frame);
    const start = bomb.indexOf(Buffer.from([0xff, 0x51]));
    if (TransferSyntaxUID === JPEG_2000) bomb.writeUInt32BE(0x7fffffff, start + 6);
    const large = (dataSet: DataSet) => {
      withNumber('Rows', 65535)(dataSet);
      withNumber('Columns', 65535)(dataSet);
    };
    for (const change of [large, () => {}]) {
      await encapsulate(image, to, { TransferSyntaxUID, fragments: [bomb], change });
      await pixelsOf(to, 1);
    }
  }
  assert.ok(process.memoryUsage.rss() - before < 300 * MEBIBYTE);
});

test('an icon is decompressed as the image is', async (t) => {
  const { image, to, pixels, frames } = await makeFrames(t, 'grey 8');
  const deflated = deflateRawSync(frames[0] ?? Buffer.alloc(0));
  const icon = Buffer.alloc(16, 7);
  const squeezed = deflateRawSync(icon);
  await encapsulate(image, to, { TransferSyntaxUID: DEFLATED_FRAMES, fragments: [deflated] });
  const file = await readFile(to);
  const short = (value: number) => Buffer.of(value, 0);
  const even = Buffer.concat([squeezed, Buffer.alloc(squeezed.length % 2)]);
  const sequence = Buffer.concat([
    head(0x00880200, 'SQ', UNDEFINED_LENGTH), item(UNDEFINED_LENGTH),
    element(tagOf('SamplesPerPixel'), 'US', short(1)), element(tagOf('Rows'), 'US', short(4)),
    element(tagOf('Columns'), 'US', short(4)), element(tagOf('BitsAllocated'), 'US', short(8)),
    element(tagOf('BitsStored'), 'US', short(8)),
    head(tagOf('PixelData'), 'OB', UNDEFINED_LENGTH), item(0), item(even.length, even), sequenceEnd(),
    itemEnd(), sequenceEnd(),
  ]);
  const place = file.indexOf(head(tagOf('PixelData'), 'OB', UNDEFINED_LENGTH));
  await writeFile(to, Buffer.concat([file.subarray(0, place), sequence, file.subarray(place)]));
  const own = await pixelsOf(to, 10_000);
  assert.ok(Buffer.isBuffer(own) && own.subarray(-pixels.length).equals(pixels));
  assert.ok(own.includes(Buffer.concat([head(tagOf('PixelData'), 'OB', 16), icon])));
});
