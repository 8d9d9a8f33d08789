// Where results go, as the station uses it: references followed, defaults filled in. Types only.

import type { RetryPolicy } from '../job/retry-clock.ts';

/** A place that instances go to, by what `type` says. */
export type Destination = DicomDestination;

/** What destinations of every kind have. */
export interface DestinationBase {
  /**
   * Made from what it is when not given: AETitle (and IP, PORT where needed). Equal destinations of several streams
   * share a name.
   */
  readonly name: string;
  /** Any entry may fit; within one, every keyword's glob must. Empty: everything fits. */
  readonly filter: readonly Readonly<Record<string, string>>[];
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
