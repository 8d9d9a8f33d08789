// Reads what the batch script has written about the end of a core: an exit status as a shell has it, and a word where
// Slurm stopped the core before its end, or where a container runtime noticed that it was killed for want of memory.

import type { CoreState } from '../executor.ts';
import { parseExitStatus } from '../exit-status.ts';

export interface SlurmStatus {
  readonly state: CoreState;
  /** SIGTERM came before the end. What the core did then, even if that was to exit with 0, was not its own end. */
  readonly isStopped: boolean;
}

/** undefined where nothing was written, or nothing that can be read. */
export function parseSlurmStatus(text: string | undefined): SlurmStatus | undefined {
  const [, status, word] = /^(\d{1,3})(?: (stopped|out-of-memory))?\n$/.exec(text ?? '') ?? [];
  if (status === undefined) return undefined;
  const isOutOfMemory = word === 'out-of-memory' && status !== '0';
  const state = isOutOfMemory ? { state: 'killed', signal: 'SIGKILL (out of memory)' } as const
    : parseExitStatus(Number(status));
  return { state, isStopped: word === 'stopped' };
}
