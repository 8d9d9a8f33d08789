// Compressed objects made by hand: any frames in any fragments, with the offset tables that a test wants.

import { writeFile } from 'node:fs/promises';
import { encodeFileMeta } from '../../../src/dicom/file-meta.ts';
import { tagOf } from '../../../src/dicom/keywords.ts';
import type { DataSet } from '../../../src/dicom/tree/data-set.ts';
import { encodeDataset } from '../../../src/dicom/tree/encode-instance.ts';
import { readInstanceTree } from '../../../src/dicom/tree/read-instance-tree.ts';
import { element, head, item, sequenceEnd, UNDEFINED_LENGTH } from '../encode.ts';

export interface Encapsulation {
  readonly TransferSyntaxUID: string;
  readonly fragments: readonly Buffer[];
  /** The basic offset table; empty where it is left out. */
  readonly offsets?: readonly number[];
  readonly extendedOffsets?: readonly number[];
  /** Elements that stand instead of the image's own, or beside them. */
  readonly change?: (dataSet: DataSet) => void;
}

/** Writes an uncompressed image with other pixels. */
export async function encapsulate(from: string, to: string, made: Encapsulation): Promise<void> {
  const tree = await readInstanceTree(from);
  if ('notDicom' in tree) throw new Error(tree.notDicom);
  const dataSet: DataSet = new Map(tree.dataSet);
  dataSet.delete(tagOf('PixelData'));
  made.change?.(dataSet);
  const front: Buffer[] = [];
  for await (const piece of encodeDataset({ ...tree, dataSet }, tree.TransferSyntaxUID)) front.push(piece);
  const { TransferSyntaxUID, fragments, offsets = [], extendedOffsets } = made;
  const extended = extendedOffsets === undefined
    ? [] : [element(tagOf('ExtendedOffsetTable'), 'OV', numbersOf(extendedOffsets, 8))];
  const table = numbersOf(offsets, 4);
  await writeFile(to, Buffer.concat([
    encodeFileMeta({ MediaStorageSOPClassUID: '1.2', MediaStorageSOPInstanceUID: '1.3', TransferSyntaxUID }),
    ...front, ...extended, head(tagOf('PixelData'), 'OB', UNDEFINED_LENGTH), item(table.length, table),
    ...fragments.map((fragment) => {
      const even = fragment.length % 2 === 0 ? fragment : Buffer.concat([fragment, Buffer.alloc(1)]);
      return item(even.length, even);
    }),
    sequenceEnd(),
  ]));
}

function numbersOf(numbers: readonly number[], bytesEach: 4 | 8): Buffer {
  const bytes = Buffer.alloc(numbers.length * bytesEach);
  numbers.forEach((number, index) => bytes.writeUInt32LE(number, index * bytesEach));
  return bytes;
}

/** Fragments of a compressed object, without its offset table. */
export async function fragmentsOf(file: string, read: (offset: number, length: number) => Buffer): Promise<Buffer[]> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) throw new Error(tree.notDicom);
  const value = tree.dataSet.get(tagOf('PixelData'))?.value;
  if (value?.kind !== 'fragments') throw new Error(`${file} is not compressed`);
  return value.fragments.slice(1).map(({ offset, length }) => read(tree.fileMeta.datasetOffset + offset, length));
}
