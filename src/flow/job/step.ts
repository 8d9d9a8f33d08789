// What a step of a job comes to. The step prepares, advance-job.ts commits: it alone writes failures, postpones and
// moves the job, so that every step has exactly one commit point.

import type { CoreTrouble } from '../../core/executor.ts';
import type { Failure } from '../../job/failure.ts';
import type { JobState } from '../../job/job-state.ts';

export type Step =
  /** All that the next state says is true and durable: move. */
  | { readonly to: JobState }
  /** Nothing to do now; the text says what is waited for, and `trouble` why we cannot even look. */
  | { readonly wait: string; readonly trouble?: CoreTrouble }
  /** A person must decide. Released, the job goes on in the state `from`. */
  | { readonly hold: Failure; readonly from: JobState }
  /** A temporary fault: try the step again later, from the state `to` where that is given. */
  | { readonly postpone: Failure; readonly to?: JobState }
  /** A lasting fault, with every reason. */
  | { readonly failures: readonly Failure[] };
