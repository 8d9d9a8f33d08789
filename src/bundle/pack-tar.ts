// Makes a tar (POSIX.1-2017, pax, "ustar Interchange Format").

import { createReadStream } from 'node:fs';
import { Header } from 'tar';
import { DamagedBundle, type Bundle, type BundledFile } from './bundle.ts';

const BLOCK_BYTES = 512;
/** Two blocks of zeros end a tar. */
const END_BYTES = 2 * BLOCK_BYTES;
const FILE_MODE = 0o644;

export function packTar(files: readonly BundledFile[]): Bundle {
  const bytes = files.reduce((sum, file) => sum + BLOCK_BYTES + file.bytes + paddingOf(file.bytes), END_BYTES);
  return { bytes, content: writeTar(files) };
}

async function* writeTar(files: readonly BundledFile[]): AsyncGenerator<Uint8Array> {
  for (const { path, name, bytes } of files) {
    yield headerOf(name, bytes);
    let read = 0;
    // To its length and no further: the length of the whole was promised.
    for await (const piece of bytes === 0 ? [] : createReadStream(path, { end: bytes - 1 })) {
      read += (piece as Buffer).length;
      yield piece as Buffer;
    }
    if (read !== bytes) throw new DamagedBundle(`${path} is shorter than it was`);
    yield Buffer.alloc(paddingOf(bytes));
  }
  yield Buffer.alloc(END_BYTES);
}

/** A size of 8 GiB or more is written in binary, as GNU tar does; all readers know that. */
function headerOf(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  const header = new Header({ path: name, mode: FILE_MODE, size: bytes, type: 'File', mtime: new Date(0) });
  header.encode(block, 0);
  return block;
}

function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}
