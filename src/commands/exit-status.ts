// The exit statuses of dts, those of sysexits.h where it has one. Decided once, here; never 1.

export const EXIT = {
  /** Done, or nothing to do, also because another run holds the lock. */
  done: 0,
  usage: 64,
  /** Data is wrong and needs a person. */
  data: 65,
  /** A bug of ours; the stack is shown. */
  bug: 70,
  /** Trouble with disk or files. */
  inputOutput: 74,
  /** It will be tried again. */
  retry: 75,
  /** The other side refused for good. */
  refused: 76,
  permission: 77,
  /** The configuration is invalid; nothing was touched. */
  configuration: 78,
} as const;

export type ExitStatus = (typeof EXIT)[keyof typeof EXIT];

/** What each status means, as it stands in help texts. */
export const EXIT_MEANING: { readonly [Status in ExitStatus]: string } = {
  0: 'done, or nothing to do (also when another run is at it)',
  64: 'wrong options or arguments',
  65: 'data is wrong and a person has to look',
  70: 'a bug in dts; the stack is shown',
  74: 'trouble with disk or files',
  75: 'it will be tried again',
  76: 'the other side refused for good',
  77: 'no permission',
  78: 'the configuration is invalid; nothing was touched',
};

/** What stands below the statuses in help texts. */
export const SIGNAL_MEANING = 'ended by signal n: 130 for Ctrl-C, 143 for SIGTERM';

/** Of several outcomes, the one that a person should hear of first. */
export function worst(statuses: readonly ExitStatus[]): ExitStatus {
  const urgency: readonly ExitStatus[] = [EXIT.bug, EXIT.configuration, EXIT.permission, EXIT.inputOutput, EXIT.data,
    EXIT.refused, EXIT.retry, EXIT.usage, EXIT.done];
  return urgency.find((status) => statuses.includes(status)) ?? EXIT.done;
}
