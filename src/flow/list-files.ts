// The files that a person means by naming files and folders.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasCode } from '../spool/error-code.ts';

/** Every file at or below the paths, in order of name; or the first path that leads nowhere. Links are followed. */
export async function listFiles(paths: readonly string[]): Promise<string[] | { readonly missing: string }> {
  const files: string[] = [];
  for (const path of paths) {
    const isDirectory = await isDirectoryAt(path);
    if (isDirectory === undefined) return { missing: path };
    const inside = isDirectory ? await listFiles((await readdir(path)).sort().map((name) => join(path, name))) : [path];
    if ('missing' in inside) return inside;
    files.push(...inside);
  }
  return files;
}

/** Undefined where there is nothing. */
async function isDirectoryAt(path: string): Promise<boolean | undefined> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}
