// What every executor promises: a core is started by one command in one cron minute, looked at by others, and collected
// by whichever comes when it has ended. An executor keeps all it knows in the attempt's folder or with the container
// runtime, nothing in memory, so that any command may be killed at any instant.

import type { Failure } from '../job/failure.ts';
import type { CoreSpecification } from '../config/core-specification.ts';

/** One attempt to run a core for a job. All paths absolute; they stay valid until the attempt is collected. */
export interface CoreRun {
  readonly JobId: string;
  /** 1 for the first attempt; unique within the job, whichever core of a chain it runs. */
  readonly attempt: number;
  /** The core's place in the chain, 1 for the first. */
  readonly place: number;
  readonly stream: string;
  /** Exists; the executor's own files lie here, `stdout.log` and `stderr.log` among them. */
  readonly attemptFolder: string;
  /** `data` of the contract: input/, descr.json, input_view_dicom_series/. Not to be changed by the core. */
  readonly dataFolder: string;
  /** Exists, empty at the start, writable by the core. */
  readonly outputFolder: string;
  readonly core: CoreSpecification;
  /** The GPUs of this host that it has, by their indexes; none where it asks for none or runs elsewhere. */
  readonly gpus: readonly number[];
}

/** What an attempt is doing. */
export type CoreState =
  /** Nothing of it was ever started. */
  | { readonly state: 'not-started' }
  /** Waits with somebody else's scheduler, whose reason for it is told; the core's time limit does not count yet. */
  | { readonly state: 'queued'; readonly reason: string }
  | { readonly state: 'running'; readonly trouble?: CoreTrouble }
  /** Started on a host that is not this one, which alone can tell. */
  | { readonly state: 'elsewhere'; readonly host: string }
  /** With the digest of the image where the executor learns it only now. */
  | { readonly state: 'ended'; readonly exitCode: number; readonly imageDigest?: string }
  | { readonly state: 'killed'; readonly signal: string }
  /** It was started and is gone without having said how it ended: a reboot, a kill from outside. */
  | { readonly state: 'vanished' }
  /** It has ended, not well, in a way that only its executor knows; a temporary failure leads to another attempt. */
  | { readonly state: 'failed'; readonly outcome: string; readonly failure: Failure }
  /** Nobody can find out whether it was started, and starting it twice would show: a person must decide. */
  | { readonly state: 'undecided'; readonly failure: Failure };

/** What keeps us from asking how a core gets on. It may have ended long since. */
export interface CoreTrouble {
  readonly failure: Failure;
  /** Before this, ISO 8601 UTC, asking would change nothing. */
  readonly tryAgainAt: string;
}

/** What is recorded of a start, for `jobs show`. */
export interface CoreStarted {
  readonly started: true;
  /** What identifies the run to an administrator, such as `pid 4711` or `podman 2026…-AICore-1a2b3c4d`. */
  readonly handle: string;
  /** `sha256:…` of the image, containers only. */
  readonly imageDigest?: string;
  /** Set where it does not run yet but waits in a queue. */
  readonly queued?: string;
}

export interface Executor {
  /**
   * Starts the core and returns at once. Starting what is already started changes nothing (the same attempt never runs
   * twice, also when the command that started it was killed before it could write that down).
   */
  start(run: CoreRun): Promise<CoreStarted | Failure>;
  poll(run: CoreRun): Promise<CoreState>;
  /** Ends the core with everything it started: first politely, then not. Returns when it is gone. */
  cancel(run: CoreRun): Promise<void>;
  /** Completes `stdout.log` and `stderr.log` and releases what the run still holds (a container). Repeatable. */
  collect(run: CoreRun): Promise<void>;
  /**
   * Of an executor that keeps the run elsewhere: has it forgotten there, when the output has proved to be good or is
   * not wanted any more. Repeatable. @returns why that cannot be done now
   */
  release?(run: CoreRun): Promise<Failure | undefined>;
}
