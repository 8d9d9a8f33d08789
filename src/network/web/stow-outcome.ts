// What is told of a try to store instances at a DICOMweb server, while it goes on and when it has ended. Types only.

import type { Failure } from '../../job/failure.ts';
import type { InstanceToSend } from '../store-scu.ts';

/** What became of one instance: a status as of C-STORE, or why there is none. */
export type StowResult =
  | { readonly instance: InstanceToSend; readonly status: number }
  | { readonly instance: InstanceToSend; readonly failure: Failure };

export interface StowHooks {
  /** Told of each of a request's instances before the next request is begun. What it throws is thrown. */
  answered(result: StowResult): Promise<void>;
  /** Ends at once, in the middle of an instance too. */
  readonly signal?: AbortSignal | undefined;
}

/** How it ended: nothing set: every instance has its answer. `hold`: the failure does not pass by itself. */
export interface StowOutcome {
  readonly failure?: Failure;
  readonly hold?: true;
  readonly stopped?: true;
}
