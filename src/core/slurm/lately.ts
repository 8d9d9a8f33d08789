// What Slurm said a moment ago of all our jobs, so that a tick that looks at many of them asks once and not for each.
//
// An old answer only ever says that a job was alive; that one has ended is asked anew. A controller that did not answer
// is left alone for longer: each question would keep the tick waiting for some ten seconds.

import { ExecutorUnavailable } from '../executor-unavailable.ts';
import { findOwnJobs, type SlurmJob } from './scheduler.ts';

const ANSWER_MILLISECONDS = 2_000;
const SILENCE_MILLISECONDS = 20_000;

interface Lately {
  readonly at: number;
  readonly answer: readonly SlurmJob[] | ExecutorUnavailable;
}

let lately: Lately | undefined;

/** Every job of the station's user. @throws {ExecutorUnavailable} also where it did not answer a moment ago */
export async function findJobsLately(): Promise<readonly SlurmJob[]> {
  const age = lately === undefined ? Number.POSITIVE_INFINITY : performance.now() - lately.at;
  const isOld = age > (lately?.answer instanceof ExecutorUnavailable ? SILENCE_MILLISECONDS : ANSWER_MILLISECONDS);
  if (lately === undefined || isOld) {
    const answer = await findOwnJobs().catch((thrown: unknown) => {
      if (thrown instanceof ExecutorUnavailable) return thrown;
      throw thrown;
    });
    lately = { at: performance.now(), answer };
  }
  if (lately.answer instanceof ExecutorUnavailable) throw lately.answer;
  return lately.answer;
}
