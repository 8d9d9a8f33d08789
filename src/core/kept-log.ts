// How much is kept of what a core prints, whatever runs it: the last part. More is nobody's reading and fills the disk.

import { stat } from 'node:fs/promises';
import { writeFileDurable } from '../spool/durable.ts';
import { hasCode } from '../spool/error-code.ts';
import { readTail } from './attempt-files.ts';

/** Of each of stdout.log and stderr.log. */
export const KEPT_LOG_BYTES = 50 * 1024 * 1024;

/** Shortens a log to its last part. One that is short enough or missing stays as it is. */
export async function trimLog(path: string): Promise<void> {
  if (await logBytes(path) > KEPT_LOG_BYTES) await writeFileDurable(path, await readTail(path, KEPT_LOG_BYTES));
}

/** How long a log is; 0 where it is missing. */
export async function logBytes(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return 0;
    throw error;
  }
}
