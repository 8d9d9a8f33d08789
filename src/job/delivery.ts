// What a delivery is: the content of delivery.json and of the lines of answers.jsonl. Types only.

import type { Failure } from './failure.ts';
import type { ResultInstance } from './job.ts';

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
  /** What the name stood for when the delivery was made. */
  readonly called: { readonly AETitle: string; readonly IP: string; readonly PORT: number };
  readonly instances: readonly ResultInstance[];
}

/** A line of answers.jsonl. */
export type Answer =
  | { readonly time: string; readonly SOPInstanceUID: string; readonly status: number }
  /** There was no status because it could not be sent: no presentation context, an unreadable file. */
  | { readonly time: string; readonly SOPInstanceUID: string; readonly failure: Failure };
