// What lies below a folder, to compare before with after.

import { lstat, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** Every path below a folder with its kind, size, mode and time of change. */
export async function listTree(folder: string): Promise<string[]> {
  const lines: string[] = [];
  for (const name of (await readdir(folder)).sort()) {
    const path = join(folder, name);
    const { mode, size, mtimeMs } = await lstat(path);
    const stats = await lstat(path);
    if (stats.isDirectory()) lines.push(`${path}/ ${mode}`, ...await listTree(path));
    else if (stats.isSymbolicLink()) lines.push(`${path} -> ${await readlink(path)}`);
    else lines.push(`${path} ${mode} ${size} ${mtimeMs}`);
  }
  return lines;
}
