// Root may read everything and would leave files behind that the station's own user cannot: commands that write refuse
// to run as root where the data directory is somebody else's.

import { stat } from 'node:fs/promises';
import { hasCode } from '../spool/error-code.ts';
import type { Layout } from '../spool/layout.ts';

/** ending.ts makes exit status 77 of it. */
export class WrongUser extends Error {}

/** @throws {WrongUser} */
export async function mustBeStationUser({ datadir }: Layout): Promise<void> {
  if (process.getuid?.() !== 0) return; // any other user is stopped by the modes of the files
  const owner = await findOwner(datadir);
  if (owner === undefined || owner === 0) return;
  throw new WrongUser(`${datadir} belongs to the user with uid ${owner}; run as that user: sudo -u '#${owner}' dts …`);
}

async function findOwner(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).uid;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
