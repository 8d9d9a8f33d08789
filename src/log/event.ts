// Everything that is written to the event log, one type an event. The log is the truth about what happened; the console
// and whatever else tells of it is made from it. Text for people is made in event-text.ts.

import type { DeliveryState } from '../job/delivery-state.ts';
import type { Failure } from '../job/failure.ts';
import type { JobState } from '../job/job-state.ts';
import type { Prediction } from '../job/job.ts';
import type { Missing } from '../job/missing.ts';

/** How urgent an event is. `error` needs a person, `warning` is retried or odd, `info` is the normal course. */
export type Level = 'info' | 'warning' | 'error';

/** What identifies the study that an event is about. */
export interface AboutStudy {
  readonly StudyInstanceUID: string;
  readonly AccessionNumber?: string;
}

export interface AboutJob extends AboutStudy {
  readonly JobId: string;
  readonly stream: string;
}

export interface AboutAttempt {
  readonly attempt: number;
  /** Its core's place, 1 for the first, where the job has a chain of them. */
  readonly core?: number;
}

export interface AboutDelivery extends AboutJob {
  readonly DeliveryId: string;
  readonly destination: string;
}

export interface AboutPeer {
  readonly callingAETitle: string;
  readonly calledAETitle: string;
  readonly address: string;
}

/** Who wanted what happened, and why; nobody where the station itself did it. */
export interface AboutPerson {
  readonly by?: string;
  readonly reason?: string;
}

/** The events, by what happened. */
export type StationEvent =
  | { readonly event: 'receiver-started'; readonly address: string; readonly port: number; readonly tlsPort?: number;
      readonly AETitle: string }
  | { readonly event: 'receiver-stopped'; readonly signal: string; readonly abortedAssociations: number }
  /** `validTo` in ISO 8601 UTC. */
  | { readonly event: 'certificate-loaded'; readonly file: string; readonly subject: string; readonly validTo: string }
  /** `inUse` is another, read before, that stays in use. */
  | { readonly event: 'certificate-unusable'; readonly file: string; readonly text: string;
      readonly inUse: 'the one before' | 'none' }
  /** `untold` is how many more there were within an hour that have no event of their own. */
  | ({ readonly event: 'association-rejected'; readonly text: string; readonly untold?: number } & AboutPeer)
  | ({ readonly event: 'association-ended'; readonly how: 'released' | 'aborted' | 'lost'; readonly instances: number;
      readonly bytes: number; readonly refused: number; readonly known?: number; readonly seconds: number;
      readonly text?: string } & AboutPeer)
  | ({ readonly event: 'instance-refused'; readonly status: number; readonly text: string;
      readonly SOPInstanceUID: string } & AboutPeer)
  | ({ readonly event: 'instance-differs'; readonly SOPInstanceUID: string; readonly file: string } & AboutStudy)
  | ({ readonly event: 'arrival-matched'; readonly streams: readonly string[]; readonly SeriesInstanceUID?: string }
      & AboutStudy & AboutPeer)
  | ({ readonly event: 'arrival-unmatched'; readonly SeriesInstanceUID?: string } & AboutStudy & AboutPeer)
  | { readonly event: 'arrival-rejected'; readonly text: string; readonly file: string;
      readonly StudyInstanceUID?: string }
  | ({ readonly event: 'arrival-postponed'; readonly failure: Failure } & AboutStudy)
  /** `until` in ISO 8601 UTC. */
  | ({ readonly event: 'arrival-waits'; readonly stream: string; readonly until: string;
      readonly missing: readonly Missing[] } & AboutStudy)
  | ({ readonly event: 'arrival-incomplete'; readonly stream: string; readonly missing: readonly Missing[];
      readonly then: 'proceed' | 'hold' | 'fail' } & AboutStudy)
  /** `by` is the user who did not want to wait. */
  | ({ readonly event: 'arrival-released'; readonly by: string } & AboutStudy)
  | ({ readonly event: 'action-done'; readonly stream: string; readonly type: string } & AboutStudy)
  | ({ readonly event: 'action-failed'; readonly stream: string; readonly type: string; readonly text: string }
      & AboutStudy)
  | ({ readonly event: 'nothing-selected'; readonly stream: string } & AboutStudy)
  | ({ readonly event: 'job-made' } & AboutJob)
  | ({ readonly event: 'job-held'; readonly reason: string } & AboutJob)
  | ({ readonly event: 'job-moved'; readonly from: JobState; readonly to: JobState } & AboutJob & AboutPerson)
  | ({ readonly event: 'job-postponed'; readonly failure: Failure; readonly notBefore: string } & AboutJob)
  | { readonly event: 'job-stuck'; readonly JobId: string; readonly failure: Failure }
  | ({ readonly event: 'job-failed'; readonly failures: readonly Failure[] } & AboutJob)
  | ({ readonly event: 'attempt-started'; readonly handle: string; readonly imageDigest?: string }
      & AboutAttempt & AboutJob)
  /** A name stands for another image than it did; `from` and `to` are digests. */
  | ({ readonly event: 'image-changed'; readonly docker_image: string; readonly from: string; readonly since: string;
      readonly to: string } & AboutJob)
  | ({ readonly event: 'attempt-ended'; readonly outcome: string; readonly seconds: number } & AboutAttempt & AboutJob)
  | ({ readonly event: 'attempt-not-released'; readonly attempt: number; readonly failure: Failure } & AboutJob)
  /** `row` counts from 0 within the job's output.json: a row that stands twice after a crash is the same row. */
  | ({ readonly event: 'prediction'; readonly row: number } & Prediction & AboutJob)
  | ({ readonly event: 'core-asked-to-notify'; readonly text: string } & AboutJob)
  /** The core asked for it. */
  | ({ readonly event: 'result-discarded' } & AboutJob)
  | ({ readonly event: 'nothing-to-deliver' } & AboutJob)
  | ({ readonly event: 'delivery-made'; readonly instances: number } & AboutDelivery)
  /** What leaves was made: numbers of instances. */
  | ({ readonly event: 'delivery-prepared'; readonly changed: number; readonly unchanged: number; readonly unfit: number;
      readonly seconds: number } & AboutDelivery)
  | ({ readonly event: 'delivery-postponed'; readonly failure: Failure; readonly notBefore: string;
      readonly delivered: number; readonly missing: number } & AboutDelivery)
  /** `at`: which of the destinations of a choice has it. `committed`: who has it has committed itself to keep it. */
  | ({ readonly event: 'delivery-done'; readonly instances: number; readonly bytes: number; readonly seconds: number;
      readonly at?: string; readonly committed?: true } & AboutDelivery)
  /** It goes, as a whole, to another of the destinations of a choice. */
  | ({ readonly event: 'delivery-rerouted'; readonly from: string; readonly to: string; readonly failure: Failure }
      & AboutDelivery)
  /** The window of its destination has closed, and what is under way is not to be finished. */
  | ({ readonly event: 'delivery-interrupted'; readonly at: string; readonly delivered: number;
      readonly missing: number } & AboutDelivery)
  /** All is stored `at` a destination, which is asked to commit itself to keep it. */
  | ({ readonly event: 'delivery-confirming'; readonly instances: number; readonly bytes: number;
      readonly seconds: number; readonly at: string } & AboutDelivery)
  | ({ readonly event: 'commitment-asked'; readonly TransactionUID: string; readonly instances: number } & AboutDelivery)
  | ({ readonly event: 'commitment-postponed'; readonly failure: Failure; readonly notBefore: string } & AboutDelivery)
  /** They are sent again. */
  | ({ readonly event: 'delivery-not-committed'; readonly failures: readonly Failure[] } & AboutDelivery)
  | { readonly event: 'delivery-stuck'; readonly DeliveryId: string; readonly failure: Failure }
  | ({ readonly event: 'delivery-failed'; readonly failures: readonly Failure[] } & AboutDelivery)
  /** By the station: a person must look before anything leaves. */
  | ({ readonly event: 'delivery-held'; readonly failure: Failure; readonly isStored?: true } & AboutDelivery)
  | ({ readonly event: 'delivery-moved'; readonly from: DeliveryState; readonly to: DeliveryState }
      & AboutDelivery & AboutPerson)
  /** A peer said what became of what it was asked to commit; the numbers are those of instances. */
  | ({ readonly event: 'commitment-reported'; readonly TransactionUID: string; readonly DeliveryId: string;
      readonly committed: number; readonly failed: number } & AboutPeer)
  | ({ readonly event: 'commitment-report-refused'; readonly status: number; readonly text: string } & AboutPeer)
  /** A place does not work, for whatever delivery: told once, until it is back. */
  | { readonly event: 'destination-in-trouble'; readonly destination: string; readonly failure: Failure }
  /** Where links were wanted and could not be made. */
  | { readonly event: 'copied-instead'; readonly destination: string; readonly copies: string;
      readonly instances: number }
  | { readonly event: 'destination-back'; readonly destination: string; readonly since: string }
  | ({ readonly event: 'destination-held'; readonly destination: string } & AboutPerson)
  | ({ readonly event: 'destination-released'; readonly destination: string } & AboutPerson)
  | { readonly event: 'receiving-switched-off'; readonly file: string }
  | { readonly event: 'receiving-switched-on'; readonly file: string }
  | { readonly event: 'disk-short'; readonly path: string; readonly freeBytes: number; readonly neededBytes: number }
  | { readonly event: 'disk-unusable'; readonly path: string; readonly code: string }
  | { readonly event: 'disk-usable'; readonly path: string };

/** An event as it stands in the log: one JSON object a line, `time` in ISO 8601 UTC with milliseconds. */
export type LoggedEvent = StationEvent & { readonly time: string; readonly level: Level; readonly command: string };
