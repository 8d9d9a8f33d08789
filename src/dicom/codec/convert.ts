// Brings an instance into another transfer syntax, by the way that conversion.ts knows.
//
// Promises: values are the same afterwards, and of pixels every bit, where the way is 'lossless'. Never compresses.

import { formatTag } from '../element-head.ts';
import { transferSyntax } from '../transfer-syntaxes.ts';
import { encodeDataset } from '../tree/encode-instance.ts';
import { readInstanceTree } from '../tree/read-instance-tree.ts';
import type { DataSet } from '../tree/data-set.ts';
import { findWordBytes } from '../tree/word-bytes.ts';
import { COMPRESSIONS } from './compressions.ts';
import { decompress } from './decompress.ts';

/** Why an instance cannot be brought into a transfer syntax, as an ending to "the instance …". */
export interface Inconvertible {
  readonly inconvertible: string;
}

/**
 * The data set of an instance in another transfer syntax, a piece at a time; `findConversion` must know the way. The
 * first frame is decoded before anything is given.
 * @throws as the file system does, also while pieces are taken; then `FrameFault`, too, of frames behind the first
 */
export async function convertDataset(
  file: string | Buffer, TransferSyntaxUID: string,
): Promise<AsyncGenerator<Buffer, undefined> | Inconvertible> {
  const tree = await readInstanceTree(file);
  if ('notDicom' in tree) return { inconvertible: tree.notDicom };
  const turns = transferSyntax(tree.TransferSyntaxUID).littleEndian !== transferSyntax(TransferSyntaxUID).littleEndian;
  const unknown = turns ? findUnknownOrder(tree.dataSet) : undefined;
  if (unknown !== undefined) return { inconvertible: `has ${unknown}, whose byte order nobody knows` };
  const plain = await decompress(tree, COMPRESSIONS.get(tree.TransferSyntaxUID));
  if ('undecodable' in plain) return { inconvertible: plain.undecodable };
  return encodeDataset(plain, TransferSyntaxUID);
}

/**
 * An element of a VR that this edition of the standard does not have. Those of VR UN are little endian wherever they
 * stand (PS3.5 section 6.2.2).
 */
function findUnknownOrder(dataSet: DataSet): string | undefined {
  for (const { tag, vr, value } of dataSet.values()) {
    if (value.kind === 'items') {
      const inside = value.items.map(findUnknownOrder).find((found) => found !== undefined);
      if (inside !== undefined && vr !== 'UN') return inside;
    } else if (findWordBytes(vr) === undefined) {
      return `${formatTag(tag)} of VR ${vr}`;
    }
  }
  return undefined;
}
