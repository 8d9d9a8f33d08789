// Sets the marks of arrivals: empty files whose time is that of the last instance.

import { utimesSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FILE_MODE, syncDirectory } from './durable.ts';
import { hasCode } from './error-code.ts';
import { failpoint } from './failpoint.ts';

/** Marks that this process has made and whose directory it has not synced since: to be there is not enough for them. */
const unsyncedMarks = new Set<string>();

/**
 * Sets a mark's time to now, making the mark where it is missing.
 * The mark is durable on return; its time is not (a lost second only makes the study wait no longer).
 */
export async function touchMark(path: string, now: Date): Promise<void> {
  if (setTime(path, now) && !unsyncedMarks.has(path)) return;
  failpoint('mark', path);
  unsyncedMarks.add(path);
  const file = await open(path, 'a', FILE_MODE);
  await file.close();
  await syncDirectory(dirname(path));
  unsyncedMarks.delete(path);
}

/** In place, for it is done for every instance that is received, and a matter of memory. @returns whether it is there */
function setTime(path: string, now: Date): boolean {
  try {
    utimesSync(path, now, now);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
