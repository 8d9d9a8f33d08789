// Writes what somebody else sends into a file, and no more of it than there may be.

import { open } from 'node:fs/promises';

const FILE_MODE = 0o640;

/**
 * Stops as soon as more has come than may. Not durable: whoever calls it syncs.
 * @param flags `w` writes over what is there, `wx` rejects with EEXIST @returns how many bytes were written, or came
 */
export async function writeBounded(
  content: AsyncIterable<Uint8Array>, path: string, flags: 'w' | 'wx', mostBytes: number,
): Promise<number> {
  const file = await open(path, flags, FILE_MODE);
  try {
    let bytes = 0;
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > mostBytes) break;
      await file.writeFile(piece);
    }
    return bytes;
  } finally {
    await file.close();
  }
}
