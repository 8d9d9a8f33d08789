// What a command was asked for could not be written to stdout. ending.ts tells a full disk from a reader that has gone.

export class OutputFault extends Error {
  /** Of the system, such as EPIPE or ENOSPC. */
  readonly code: string | undefined;

  constructor(cause: NodeJS.ErrnoException) {
    super(cause.message, { cause });
    this.code = cause.code;
  }
}
