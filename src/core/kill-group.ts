// Kills a process group as a whole.

import { hasCode } from '../spool/error-code.ts';

/** SIGKILL to every process of a group; one that is gone already is as good. */
export function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
