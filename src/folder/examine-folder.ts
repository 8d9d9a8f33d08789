// Looks whether files could be put into somebody's folder, without putting any there.

import { access, constants, stat } from 'node:fs/promises';
import { readSpace, type Space } from '../spool/space.ts';
import { withRoot, type FolderToFill } from './open-placing.ts';
import type { FolderFault } from './placing.ts';

/** A folder that can be filled. */
export interface UsableFolder {
  readonly space: Space;
  /** Of its file system. */
  readonly device: number;
}

export async function examineFolder(where: Omit<FolderToFill, 'rights'>): Promise<UsableFolder | FolderFault> {
  return withRoot(where, async ({ path }) => {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return { space: await readSpace(where.root), device: (await stat(where.root)).dev };
  });
}
