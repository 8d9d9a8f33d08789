// What a core's exit status means. Everything that is not listed is a failure.

export const CORE_EXIT = {
  done: 0,
  /** EX_TEMPFAIL of sysexits: run me again later. */
  later: 75,
} as const;
