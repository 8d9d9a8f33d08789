// Where the program is installed: the folder of its package.json, whether it runs from dist/ or from src/.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasCode } from '../spool/error-code.ts';

const PACKAGE_NAME = 'data-transfer-station';

/** The absolute path of the program's root folder. A program torn out of its package is a bug. */
export function findProgramRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (packageNameOf(folder) !== PACKAGE_NAME) {
    const above = dirname(folder);
    if (above === folder) throw new Error(`no package.json of ${PACKAGE_NAME} above ${fileURLToPath(import.meta.url)}`);
    folder = above;
  }
  return folder;
}

/** dist/ has a package.json too, without a name. */
function packageNameOf(folder: string): unknown {
  try {
    const content: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return typeof content === 'object' && content !== null && 'name' in content ? content.name : undefined;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
