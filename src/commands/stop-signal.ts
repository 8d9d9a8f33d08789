// SIGINT and SIGTERM as an AbortSignal, for commands that end in order when asked to. A second signal ends the process
// at once, which is safe too: every step is.

import { constants } from 'node:os';

const NAMES = ['SIGINT', 'SIGTERM'] as const;

let stoppedBy: (typeof NAMES)[number] | undefined;

/** The signal that came is the abort reason, such as 'SIGTERM'. */
export function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const listeners = NAMES.map((name) => ({
    name,
    listener() {
      // Not at once: proper-lockfile listens too, and where nobody else does it lets the signal end the process.
      setImmediate(() => { for (const { name: other, listener } of listeners) process.off(other, listener); });
      stoppedBy ??= name;
      stop.abort(stoppedBy);
    },
  }));
  for (const { name, listener } of listeners) process.on(name, listener);
  return stop.signal;
}

/** 128+n where signal n has stopped the command, as for a process that the signal itself has ended. */
export function statusOfStop(): number | undefined {
  return stoppedBy === undefined ? undefined : 128 + constants.signals[stoppedBy];
}
