// What a file is packed as, by its first bytes: whatever a server says of it, or its name.

import { open } from 'node:fs/promises';

const TAR_BLOCK_BYTES = 512;
/** "PK" and the signature of a local file header, or of the end of a zip that holds nothing. */
const ZIP = [[0x50, 0x4b, 0x03, 0x04], [0x50, 0x4b, 0x05, 0x06]];
const GZIP = [0x1f, 0x8b];
const CHECKSUM = { at: 148, length: 8 };

/** `tar.gz` is a tar within gzip. @returns undefined for everything else */
export async function findKind(path: string): Promise<'zip' | 'tar' | 'tar.gz' | undefined> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(TAR_BLOCK_BYTES), 0, TAR_BLOCK_BYTES, 0);
    const head = buffer.subarray(0, bytesRead);
    if (ZIP.some((signature) => beginsWith(head, signature))) return 'zip';
    if (beginsWith(head, GZIP)) return 'tar.gz';
    return isTarBlock(head) ? 'tar' : undefined;
  } finally {
    await file.close();
  }
}

function beginsWith(head: Buffer, signature: readonly number[]): boolean {
  return signature.every((byte, index) => head[index] === byte);
}

/** By the checksum of the header, which tars of every age have; zeros alone are a tar that holds nothing. */
function isTarBlock(block: Buffer): boolean {
  if (block.length < TAR_BLOCK_BYTES) return false;
  if (block.every((byte) => byte === 0)) return true;
  const { at, length } = CHECKSUM;
  const said = Number.parseInt(block.toString('latin1', at, at + length).replace(/[\0 ]+/g, ''), 8);
  const sum = block.reduce((total, byte, index) => total + (index >= at && index < at + length ? 0x20 : byte), 0);
  return said === sum;
}
