// An instance with compressed pixels as one with plain ones: what its attributes say of the pixels changes with them
// (PS3.5 section 8.2, PS3.3 section C.7.6.3). Icons, which are compressed as the image is, too.

import { formatTag } from '../element-head.ts';
import { tagOf, type Keyword } from '../keywords.ts';
import type { DataElement, DataSet, FragmentsValue, InstanceTree, ItemsValue } from '../tree/data-set.ts';
import { openDatasetBytes } from '../tree/dataset-bytes.ts';
import type { Compression } from './compressions.ts';
import { decodeFrames } from './decoded-frames.ts';
import { findFrames } from './frames.ts';
import { frameBytes, readImageFormat, type ImageFormat, type Undecodable } from './image-format.ts';

/** The greatest length that is none of undefined length, made even. */
const LONGEST_VALUE_BYTES = 0xfffffffe;

/** What compressed pixels have and others do not. */
const ENCAPSULATION: readonly Keyword[] = [
  'ExtendedOffsetTable', 'ExtendedOffsetTableLengths', 'EncapsulatedPixelDataValueTotalLength',
];

/**
 * The tree with pixels that are decoded while they are written, a frame at a time; writing throws `FrameFault` where a
 * later frame than the first cannot be.
 * @param compression that of its transfer syntax; undefined where pixels must not be compressed
 * @returns what cannot be decoded @throws as the file system does
 */
export async function decompress(
  tree: InstanceTree, compression: Compression | undefined,
): Promise<InstanceTree | Undecodable> {
  const dataSet = await decompressDataSet(tree, tree.dataSet, compression);
  return 'undecodable' in dataSet ? dataSet : { ...tree, dataSet };
}

async function decompressDataSet(
  tree: InstanceTree, dataSet: DataSet, compression: Compression | undefined,
): Promise<DataSet | Undecodable> {
  const plain: DataSet = new Map(dataSet);
  for (const element of dataSet.values()) {
    const { value } = element;
    if (value.kind !== 'items' && value.kind !== 'fragments') continue;
    const changed = value.kind === 'items'
      ? await decompressItems(tree, element, value, compression)
      : await decompressPixels(tree, dataSet, element, value, compression);
    if ('undecodable' in changed) return changed;
    for (const one of changed) plain.set(one.tag, one);
    if (value.kind === 'fragments') ENCAPSULATION.forEach((keyword) => plain.delete(tagOf(keyword)));
  }
  return plain;
}

async function decompressItems(
  tree: InstanceTree, element: DataElement, value: ItemsValue, compression: Compression | undefined,
): Promise<readonly DataElement[] | Undecodable> {
  const items: DataSet[] = [];
  for (const item of value.items) {
    const plain = await decompressDataSet(tree, item, compression);
    if ('undecodable' in plain) return plain;
    items.push(plain);
  }
  return [{ ...element, value: { ...value, items } }];
}

async function decompressPixels(
  tree: InstanceTree, dataSet: DataSet, { tag }: DataElement, { fragments }: FragmentsValue,
  compression: Compression | undefined,
): Promise<readonly DataElement[] | Undecodable> {
  if (compression === undefined) return { undecodable: 'has compressed pixels, which its transfer syntax has not' };
  if (tag !== tagOf('PixelData')) return { undecodable: `has fragments in ${formatTag(tag)}` };
  const format = readImageFormat(dataSet);
  if ('undecodable' in format) return format;
  const { NumberOfFrames, BitsAllocated } = format;
  const length = frameBytes(format) * NumberOfFrames;
  if (length > LONGEST_VALUE_BYTES) return { undecodable: `has ${length} bytes of pixels, more than a value may have` };
  const bytes = await openDatasetBytes(tree.file, tree.fileMeta);
  const frames = await findFrames(fragments, NumberOfFrames, dataSet, bytes).finally(() => bytes.close());
  if ('undecodable' in frames) return frames;
  const colour = colourAfter(format, compression);
  const make = await decodeFrames(tree, frames, format, { coding: compression.coding, toRGB: colour.isConverted });
  if ('undecodable' in make) return make;
  return [
    { tag, vr: BitsAllocated > 8 ? 'OW' : 'OB', value: { kind: 'made', length, make } },
    textOf('PhotometricInterpretation', colour.PhotometricInterpretation),
    ...isPixelByPixel(format, compression) ? [PIXEL_BY_PIXEL] : [],
    ...compression.lossless ? [] : [textOf('LossyImageCompression', '01')],
  ];
}

/**
 * Decoding JPEG 2000 undoes the transformation of colours that is part of it. That of JPEG is not; it is undone where
 * the image was lossy and the same colours do not come back anyhow, as most who show images want it.
 */
function colourAfter(
  { PhotometricInterpretation, SamplesPerPixel }: ImageFormat, { coding, lossless }: Compression,
): { readonly PhotometricInterpretation: string; readonly isConverted: boolean } {
  if (SamplesPerPixel > 1 && /^YBR_(RCT|ICT)$/.test(PhotometricInterpretation)) {
    return { PhotometricInterpretation: 'RGB', isConverted: false };
  }
  if (SamplesPerPixel > 1 && coding === 'JPEG' && PhotometricInterpretation.startsWith('YBR_')) {
    return lossless
      ? { PhotometricInterpretation: 'YBR_FULL', isConverted: false } // without subsampling
      : { PhotometricInterpretation: 'RGB', isConverted: true };
  }
  return { PhotometricInterpretation, isConverted: false };
}

/** All codecs give colours pixel by pixel, whatever PlanarConfiguration says, but those of plain samples. */
function isPixelByPixel({ SamplesPerPixel }: ImageFormat, { coding }: Compression): boolean {
  return SamplesPerPixel > 1 && coding !== 'RLE' && coding !== 'none' && coding !== 'deflate';
}

const PIXEL_BY_PIXEL: DataElement = {
  tag: tagOf('PlanarConfiguration'), vr: 'US', value: { kind: 'bytes', bytes: Buffer.alloc(2) },
};

function textOf(keyword: Keyword, text: string): DataElement {
  const bytes = Buffer.from(text.length % 2 === 0 ? text : `${text} `);
  return { tag: tagOf(keyword), vr: 'CS', value: { kind: 'bytes', bytes } };
}
