// A hard link where there can be one, else a copy. The archive may lie on another file system (EXDEV), or on one that
// has as many links to a file as it can (EMLINK) or allows none (EPERM).

import { copyFileDurable, linkOrKeep } from '../../spool/durable.ts';
import { hasCode } from '../../spool/error-code.ts';

/** What is at `to` already, of the same name and so the same instance, stays. */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await linkOrKeep(from, to);
  } catch (error) {
    if (!hasCode(error, 'EXDEV', 'EMLINK', 'EPERM')) throw error;
    await copyFileDurable(from, to);
  }
}
