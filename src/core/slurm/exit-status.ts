// Reads what the batch script has written about the end of a core: an exit status as a shell has it and, where a
// container runtime noticed that the kernel took the core for want of memory, a word that says so.

import type { CoreState } from '../executor.ts';
import { parseExitStatus } from '../exit-status.ts';

/** undefined where nothing was written, or nothing that can be read. */
export function parseSlurmStatus(text: string | undefined): CoreState | undefined {
  const [, status, outOfMemory] = /^(\d{1,3})( out-of-memory)?\n$/.exec(text ?? '') ?? [];
  if (status === undefined) return undefined;
  if (outOfMemory !== undefined && status !== '0') return { state: 'killed', signal: 'SIGKILL (out of memory)' };
  return parseExitStatus(Number(status));
}
