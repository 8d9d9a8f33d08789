// Where results go, as the station uses it: references followed, defaults filled in. Types only.

import type { RetryPolicy } from '../job/retry-clock.ts';

/** A place that instances go to, by what `type` says. */
export type Destination = ReachableDestination | SenderDestination;

/** One that is itself a place. */
export type ReachableDestination = DicomDestination;

/** What destinations of every kind have. */
export interface DestinationBase {
  /**
   * Made from what it is when not given: AETitle (and IP, PORT where needed). Equal destinations of several streams
   * share a name.
   */
  readonly name: string;
  /** Any entry may fit; within one, every keyword's glob must. Empty: everything fits. */
  readonly filter: readonly Readonly<Record<string, string>>[];
  /** Name of the profile by which instances are de-identified; absent: they leave as they are. */
  readonly deidentify?: string | undefined;
  /** How many deliveries may go there at a time. */
  readonly parallel: number;
  readonly retry: RetryPolicy;
}

/** A DICOM node; instances go there by C-STORE. */
export interface DicomDestination extends DestinationBase {
  readonly type: 'dicom';
  readonly AETitle: string;
  readonly IP: string;
  readonly PORT: number;
  readonly OwnAETitle: string;
}

/** Back to where a study came from: the place that `senders` has for the AE title that sent it, see find-sender.ts. */
export interface SenderDestination extends DestinationBase {
  readonly type: 'sender';
}

/** An entry of `senders`. */
export interface Sender {
  /** An AE title, or a glob for several. */
  readonly AETitle: string;
  readonly destination: ReachableDestination;
}
