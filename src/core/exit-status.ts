// Reads an exit status as a shell reports it, which is also how container engines do: the code up to 128, above that
// 128 and the number of the signal that ended the program. A program that ends itself with such a code cannot be told
// from one that was killed.

import { constants } from 'node:os';
import type { CoreState } from './executor.ts';

/** How a core has ended. Statuses above 128 that are no signal's, such as 255, are exit codes. */
export function parseExitStatus(status: number): CoreState {
  const signal = signalName(status - 128);
  return signal === undefined ? { state: 'ended', exitCode: status } : { state: 'killed', signal };
}

/** The exit status that a shell makes of a signal. */
export function statusOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

function signalName(wanted: number): string | undefined {
  return Object.entries(constants.signals).find(([, number]) => number === wanted)?.[0];
}
