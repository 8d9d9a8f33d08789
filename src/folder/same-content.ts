// Whether what lies in a folder already is the very thing that is to be put there.

import type { Stats } from 'node:fs';
import { readFile, readlink, stat } from 'node:fs/promises';
import { sameDataset } from '../spool/same-dataset.ts';
import type { FileToPlace } from './placing.ts';

/** @param there what has that path, not followed where it is a link */
export async function sameContent(path: string, there: Stats, content: FileToPlace['content']): Promise<boolean> {
  if ('text' in content) {
    return there.isFile() && there.size === Buffer.byteLength(content.text)
      && await readFile(path, 'utf8') === content.text;
  }
  if (there.isSymbolicLink()) return content.copies === 'symlink' && await readlink(path) === content.file;
  if (!there.isFile()) return false; // a pipe would never end
  const { dev, ino } = await stat(content.file);
  return (there.dev === dev && there.ino === ino) || sameDataset(content.file, path);
}
