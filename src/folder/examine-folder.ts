// Looks whether files could be put into somebody's folder, without putting any there.

import { access, constants, stat } from 'node:fs/promises';
import { readSpace, type Space } from '../spool/space.ts';
import { findRoot, folderFaultOf, type FolderToFill } from './open-placing.ts';
import type { FolderFault } from './placing.ts';

/** A folder that can be filled. */
export interface UsableFolder {
  readonly space: Space;
  /** Of its file system. */
  readonly device: number;
}

export async function examineFolder(
  { root, mustContain }: Pick<FolderToFill, 'root' | 'mustContain'>,
): Promise<UsableFolder | FolderFault> {
  try {
    const folder = await findRoot(root);
    if ('reason' in folder) return folder;
    try {
      if (mustContain !== undefined && await folder.find(mustContain) === undefined) {
        return { reason: 'folder-unmarked', path: root, name: mustContain };
      }
      await access(folder.path, constants.R_OK | constants.W_OK | constants.X_OK);
      return { space: await readSpace(root), device: (await stat(root)).dev };
    } finally {
      await folder.close();
    }
  } catch (error) {
    const fault = folderFaultOf(error, root);
    if (fault === undefined) throw error;
    return fault;
  }
}
