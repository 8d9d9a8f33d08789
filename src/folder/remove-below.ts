// Removes what is in a folder that others may write in, too. Goes down from folders that are held open, as everything
// does there: whoever exchanges one of them for a link meanwhile gets nothing removed elsewhere.

import { removeName } from '../spool/durable.ts';
import { failpoint } from '../spool/failpoint.ts';
import type { OpenFolder } from './open-folder.ts';
import { enterFolder } from './settle-plan.ts';

/** A folder with all it holds, or whatever else has the name. Not atomic: only for what nothing needs. */
export async function removeBelow(folder: OpenFolder, name: string): Promise<void> {
  failpoint('remove-tree', folder.inside(name));
  await removeInside(folder, name);
}

async function removeInside(folder: OpenFolder, name: string): Promise<void> {
  const inside = await enterFolder(folder, name);
  if (inside === undefined) return;
  if (inside !== 'blocked') {
    try {
      for (const one of await inside.names()) await removeInside(inside, one);
    } finally {
      await inside.close();
    }
  }
  // What has been put in its place meanwhile goes instead: a link, and not what it leads to.
  const there = await folder.find(name);
  if (there !== undefined) await removeName(folder.inside(name), there.isDirectory());
}
