// Finds a program before it is started, so that a missing one is told by its name and not by a shell's exit code.

import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { hasCode } from '../spool/error-code.ts';

/**
 * Absolute path of a program that exists and may be executed; undefined otherwise.
 * @param name an absolute path, or a name without slashes that is looked for along `path`. Any other relative path
 *   would mean something else in every folder and is never found.
 * @param path directories divided by colons, as in the variable PATH.
 */
export async function findProgram(name: string, path: string): Promise<string | undefined> {
  if (isAbsolute(name)) return (await isExecutable(name)) ? name : undefined;
  if (name === '' || name.includes('/')) return undefined;
  for (const directory of path.split(':')) {
    const candidate = join(directory, name);
    if (isAbsolute(candidate) && (await isExecutable(candidate))) return candidate;
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES', 'ENAMETOOLONG', 'ELOOP')) return false;
    throw error;
  }
}
