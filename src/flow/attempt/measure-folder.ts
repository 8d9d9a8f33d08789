// How much a core has written so far. Links are not followed; what vanishes while counting, or cannot be reached, is
// not counted.

import { lstat, readdir } from 'node:fs/promises';
import { hasCode } from '../../spool/error-code.ts';

const SLASH = Buffer.from('/');

export interface FolderMeasure {
  readonly bytes: number;
  readonly files: number;
}

/** What an empty file counts for, as one with something in it does: a file system has so many inodes and no more. */
const LEAST_BYTES = 4096;

/** Allocated bytes of all files at any depth, so that a sparse file counts for what it takes. */
export async function measureFolder(folder: string | Buffer): Promise<FolderMeasure> {
  let bytes = 0;
  let files = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, encoding: 'buffer' }).catch(noneIfHindered)) {
    const path = Buffer.concat([Buffer.from(folder), SLASH, entry.name]); // a name need not be UTF-8
    if (entry.isDirectory()) {
      const inside = await measureFolder(path);
      bytes += inside.bytes;
      files += inside.files;
      continue;
    }
    bytes += await allocatedBytes(path);
    files += 1;
  }
  return { bytes, files };
}

async function allocatedBytes(path: Buffer): Promise<number> {
  try {
    return Math.max((await lstat(path)).blocks * 512, LEAST_BYTES);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES', 'ENAMETOOLONG')) return 0;
    throw error;
  }
}

/** What the core's own user has closed, or put too deep for a path, is looked at when the core has ended. */
function noneIfHindered(error: unknown): never[] {
  if (hasCode(error, 'ENOENT', 'EACCES', 'ENAMETOOLONG')) return [];
  throw error;
}
