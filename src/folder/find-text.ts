// Reads what somebody has, or we have, left in a folder that others may write in.

import { findText } from '../spool/read.ts';
import type { OpenFolder } from './open-folder.ts';
import { enterFolder } from './settle-plan.ts';

/** More is nothing that was written here. */
const MOST_BYTES = 64 * 1024 * 1024;

/** Of a regular file below a folder, with no link on the way; undefined where there is none. */
export async function findTextBelow(
  folder: OpenFolder, [name = '', ...inside]: readonly string[],
): Promise<string | undefined> {
  if (inside.length === 0) {
    const there = await folder.find(name);
    return there?.isFile() === true && there.size <= MOST_BYTES ? findText(folder.inside(name)) : undefined;
  }
  const next = await enterFolder(folder, name);
  if (next === undefined || next === 'blocked') return undefined;
  try {
    return await findTextBelow(next, inside);
  } finally {
    await next.close();
  }
}
