// What a delivery is: the content of delivery.json and of the lines of answers.jsonl. Types only.

import type { Failure } from './failure.ts';
import type { ResultInstance } from './job.ts';
import type { Match } from './match.ts';

/** delivery.json: written once, when the delivery is made. */
export interface Delivery {
  readonly DeliveryId: string;
  readonly JobId: string;
  readonly stream: string;
  readonly StudyInstanceUID: string;
  readonly AccessionNumber: string;
  readonly PatientID: string;
  readonly createdAt: string;
  /** Name of the destination; its address is looked up in the configuration each time. */
  readonly destination: string;
  /** The place that the name stood for when the delivery was made, by place-of.ts. */
  readonly place: string;
  /** The AE title that sent the study, where it goes back there. */
  readonly sender?: string;
  /** Its job does not wait for it, and does not fail with it. */
  readonly optional?: true;
  /** Why it is to get these instances of the result and not the others; absent where an older version made it. */
  readonly matches?: readonly Match[];
  readonly instances: readonly ResultInstance[];
}

/**
 * A line of answers.jsonl. The SOPInstanceUID is that of delivery.json, also where another one is sent. Where there is a
 * choice, `destination` names the one that answered.
 */
export type Answer = { readonly time: string; readonly SOPInstanceUID: string; readonly destination?: string } & (
  /**
   * As of C-STORE (PS3.4 table B.2-1), whatever the destination: 0 for what a folder has, and then `path` says where,
   * below the root of its destination. `sentAs` is the transfer syntax that it was converted to, where it was.
   */
  | { readonly status: number; readonly path?: string; readonly sentAs?: string }
  /** There was no status because it could not be sent: no presentation context, an unreadable file. */
  | { readonly failure: Failure }
);

/** held.json: why a delivery is held, and who let it go on. Stays with the delivery. */
export interface DeliveryHeld {
  /** ISO 8601 UTC. */
  readonly heldAt: string;
  /** The user who held it; absent where the station did. */
  readonly by?: string;
  /** In the words of that user. */
  readonly reason?: string;
  /** Why the station held it. */
  readonly failure?: Failure;
  readonly releasedAt?: string;
  readonly releasedBy?: string;
}
