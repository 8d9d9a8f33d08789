// What Slurm said a moment ago, so that a tick that looks at many jobs asks once and not for each of them.
//
// An old answer only ever says that a job was as it was; that one has ended is asked anew. A controller that did not
// answer is left alone for longer: each question would keep the tick waiting for some ten seconds.

import { ExecutorUnavailable } from '../executor-unavailable.ts';
import { findJobsOfName, findOwnJobs, type SlurmJob } from './scheduler.ts';

const ANSWER_MILLISECONDS = 1_000;
const SILENCE_MILLISECONDS = 20_000;

let answer: { readonly at: number; readonly jobs: readonly SlurmJob[] } | undefined;
let silence: { readonly at: number; readonly thrown: ExecutorUnavailable } | undefined;

/** Every job of the station's user, as of a moment ago. @throws {ExecutorUnavailable} */
export async function findJobsLately(): Promise<readonly SlurmJob[]> {
  if (answer === undefined || performance.now() - answer.at > ANSWER_MILLISECONDS) {
    const jobs = await unlessSilent(findOwnJobs);
    answer = { at: performance.now(), jobs };
  }
  return answer.jobs;
}

/** The jobs of a name, as of now. @throws {ExecutorUnavailable} also where Slurm did not answer a moment ago */
export async function findJobsNow(JobId: string): Promise<readonly SlurmJob[]> {
  return unlessSilent(() => findJobsOfName(JobId));
}

async function unlessSilent<T>(ask: () => Promise<T>): Promise<T> {
  if (silence !== undefined && performance.now() - silence.at < SILENCE_MILLISECONDS) throw silence.thrown;
  try {
    return await ask();
  } catch (thrown) {
    if (thrown instanceof ExecutorUnavailable) silence = { at: performance.now(), thrown };
    throw thrown;
  }
}
