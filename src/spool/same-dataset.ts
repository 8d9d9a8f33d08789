// Compares two DICOM files by their datasets, byte for byte, and by the transfer syntax, which says what those bytes
// mean; whatever else stands in front (preamble, file meta information) is the receiver's and does not count.

import { type FileHandle, open } from 'node:fs/promises';
import { readFileMeta } from '../dicom/file-meta.ts';

const BLOCK_BYTES = 256 * 1024;

/** Whether both files hold the same dataset. One that is not a DICOM file holds none. */
export async function sameDataset(one: string, other: string): Promise<boolean> {
  const [metaOfOne, metaOfOther] = [await readFileMeta(one), await readFileMeta(other)];
  if ('notDicom' in metaOfOne || 'notDicom' in metaOfOther) return false;
  if (metaOfOne.TransferSyntaxUID !== metaOfOther.TransferSyntaxUID) return false;
  const a = await open(one);
  try {
    const b = await open(other);
    try {
      return await sameFrom(a, metaOfOne.datasetOffset, b, metaOfOther.datasetOffset);
    } finally {
      await b.close();
    }
  } finally {
    await a.close();
  }
}

async function sameFrom(a: FileHandle, offsetInA: number, b: FileHandle, offsetInB: number): Promise<boolean> {
  const bytes = (await a.stat()).size - offsetInA;
  if (bytes !== (await b.stat()).size - offsetInB) return false;
  const [blockOfA, blockOfB] = [Buffer.allocUnsafe(BLOCK_BYTES), Buffer.allocUnsafe(BLOCK_BYTES)];
  for (let done = 0; done < bytes; ) {
    const length = Math.min(BLOCK_BYTES, bytes - done);
    const readOfA = await readWhole(a, blockOfA, length, offsetInA + done);
    const readOfB = await readWhole(b, blockOfB, length, offsetInB + done);
    if (!readOfA.equals(readOfB)) return false;
    done += length;
  }
  return true;
}

/** The next `length` bytes at an offset, less only where the file ends. */
async function readWhole(file: FileHandle, block: Buffer, length: number, offset: number): Promise<Buffer> {
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(block, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return block.subarray(0, filled);
}
