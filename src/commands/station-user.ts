// Root may read everything and would leave files behind that the station's own user cannot: commands that write refuse
// to run as root where the data directory is somebody else's.

import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasCode } from '../spool/error-code.ts';
import type { Layout } from '../spool/layout.ts';

/** ending.ts makes exit status 77 of it. */
export class WrongUser extends Error {}

/** @throws {WrongUser} */
export async function mustBeStationUser({ datadir }: Layout): Promise<void> {
  if (process.getuid?.() !== 0) return; // any other user is stopped by the modes of the files
  const { path, owner } = await findOwner(datadir);
  if (owner === 0) return;
  const text = `${path} belongs to the user with uid ${owner}; run as that user: sudo -u '#${owner}' dts …`;
  throw new WrongUser(text);
}

/** Whose the data directory is, or, where it is yet to be made, the nearest folder above it. */
async function findOwner(path: string): Promise<{ readonly path: string; readonly owner: number }> {
  try {
    return { path, owner: (await stat(path)).uid };
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return findOwner(dirname(path));
    throw error;
  }
}
