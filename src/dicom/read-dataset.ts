// Gives the dataset of a file to whatever reads datasets as they come.

import { open, type FileHandle } from 'node:fs/promises';
import type { DatasetFeed } from './dataset-feed.ts';
import { parseFileMeta, type NotDicom } from './file-meta.ts';

const BLOCK_BYTES = 64 * 1024;

/**
 * Reads no more of the file than is wanted, in blocks of 64 KiB, and leaps over what is not.
 * @param feedFor what reads a dataset of that transfer syntax
 * @returns it, complete; or why the file is no DICOM file or could not be read as far as was wanted
 * @throws as the file system does when the file cannot be read
 */
export async function readDataset<Feed extends DatasetFeed>(
  path: string | Buffer, feedFor: (TransferSyntaxUID: string) => Feed,
): Promise<Feed | NotDicom> {
  const file = await open(path, 'r');
  try {
    return await readOpenFile(file, feedFor);
  } finally {
    await file.close();
  }
}

async function readOpenFile<Feed extends DatasetFeed>(
  file: FileHandle, feedFor: (TransferSyntaxUID: string) => Feed,
): Promise<Feed | NotDicom> {
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  const front = await readBlock(file, buffer, 0);
  const meta = parseFileMeta(front);
  if ('notDicom' in meta) return meta;
  if (size <= meta.datasetOffset) return { notDicom: 'has no dataset after its file meta information' };
  const feed = feedFor(meta.TransferSyntaxUID);
  let state = feed.push(front.subarray(meta.datasetOffset));
  let position = front.length;
  while (state === 'more') {
    const leap = Math.min(feed.skippableBytes, Math.max(0, size - position));
    feed.skip(leap);
    position += leap;
    const block = await readBlock(file, buffer, position);
    position += block.length;
    state = block.length === 0 ? feed.finish() : feed.push(block);
  }
  return state === 'complete' ? feed : { notDicom: `${feed.failure}` };
}

async function readBlock(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}
