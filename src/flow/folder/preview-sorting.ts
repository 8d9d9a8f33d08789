// What would become of files that are sorted, as the folders are now. Changes nothing.

import { OpenFolder } from '../../folder/open-folder.ts';
import { folderFaultOf } from '../../folder/open-placing.ts';
import { previewPlacing } from '../../folder/place-files.ts';
import type { FileToPlace, FolderFault, Placed } from '../../folder/placing.ts';
import { hasCode } from '../../spool/error-code.ts';

/** Names that a dry run has given, by their folders: a real one would find them on disk. */
export class PlannedNames {
  readonly #byFolder = new Map<string, (readonly string[])[]>();

  add(placed: readonly Placed[]): void {
    for (const one of placed) {
      if (one.how === 'failed') continue;
      const folder = folderOf(one.names);
      const names = this.#byFolder.get(folder) ?? [];
      names.push(one.names);
      this.#byFolder.set(folder, names);
    }
  }

  /** In the folders that files want. */
  beside(files: readonly FileToPlace[]): (readonly string[])[] {
    const folders = new Set(files.map(({ names }) => folderOf(names)));
    return [...folders].flatMap((folder) => this.#byFolder.get(folder) ?? []);
  }
}

/** Another dataset under a name that was given in this run gets a number, whatever `onCollision` would do then. */
export async function previewSorting(
  { root }: { readonly root: string }, files: readonly FileToPlace[], planned: PlannedNames,
): Promise<Placed[] | FolderFault> {
  try {
    const folder = await findRoot(root);
    try {
      return await previewPlacing(folder, root, files, planned.beside(files));
    } finally {
      await folder?.close();
    }
  } catch (error) {
    const fault = folderFaultOf(error, root);
    if (fault === undefined) throw error;
    return fault;
  }
}

/** undefined where it is yet to be made. */
async function findRoot(root: string): Promise<OpenFolder | undefined> {
  try {
    return await OpenFolder.open(root);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function folderOf(names: readonly string[]): string {
  return names.slice(0, -1).join('/');
}
