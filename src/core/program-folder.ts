// Finds the folder of the program itself, for the placeholder `{dts}`.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from '../spool/error-code.ts';

/** Absolute path of the program's root folder, run from source or built: the nearest that holds a named package. */
export function programFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!holdsNamedPackage(folder)) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error(`no package.json with a name above ${fileURLToPath(import.meta.url)}`);
    folder = parent;
  }
  return folder;
}

// bin/ has a package.json, too, but without a name.
function holdsNamedPackage(folder: string): boolean {
  try {
    return 'name' in JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
