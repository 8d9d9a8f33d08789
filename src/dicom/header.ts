// The leading elements of a DICOM dataset, up to PixelData: from a file here, from the network by `HeaderReader`.

import { open, type FileHandle } from 'node:fs/promises';

import { parseFileMeta, type NotDicom } from './file-meta.ts';
import type { Header } from './header-elements.ts';
import { HeaderReader, type HeaderReaderOptions } from './header-reader.ts';

export { Header, type Element, type ElementName } from './header-elements.ts';
export type { HeaderState } from './header-parser.ts';
export { HeaderReader, type HeaderReaderOptions } from './header-reader.ts';

const BLOCK_BYTES = 64 * 1024;

/**
 * The header of a DICOM file. Reads no more of the file than it needs, in blocks of 64 KiB, and leaps over large
 * values. A file that is no DICOM file, or ends or breaks before the header does, gives the reason. Rejects as the
 * file system does when the file cannot be read.
 */
export async function readHeader(
  path: string | Buffer, options: HeaderReaderOptions = {},
): Promise<Header | NotDicom> {
  const file = await open(path, 'r');
  try {
    return await readOpenFile(file, options);
  } finally {
    await file.close();
  }
}

async function readOpenFile(file: FileHandle, options: HeaderReaderOptions): Promise<Header | NotDicom> {
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  const front = await readBlock(file, buffer, 0);
  const meta = parseFileMeta(front);
  if ('notDicom' in meta) return meta;
  if (size <= meta.datasetOffset) return { notDicom: 'has no dataset after its file meta information' };
  const reader = new HeaderReader(meta.TransferSyntaxUID, options);
  let state = reader.push(front.subarray(meta.datasetOffset));
  let position = front.length;
  while (state === 'more') {
    const leap = Math.min(reader.skippableBytes, Math.max(0, size - position));
    reader.skip(leap);
    position += leap;
    const block = await readBlock(file, buffer, position);
    position += block.length;
    state = block.length === 0 ? reader.finish() : reader.push(block);
  }
  return state === 'complete' ? reader.header : { notDicom: `${reader.failure}` };
}

async function readBlock(file: FileHandle, buffer: Buffer, position: number): Promise<Buffer> {
  const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
  return buffer.subarray(0, bytesRead);
}
