// How many jobs of a stream are with Slurm, and whether another may be: `slurm.maxJobs`. Pure.

import type { CoreSpecification } from '../../config/core-specification.ts';
import { nameInIds, streamInJobId } from '../../job/job-id.ts';
import type { Job } from '../../job/job.ts';
import type { RunningCore } from './running-cores.ts';

/** @returns what is waited for; undefined where one more may be submitted */
export function waitForSlurm(job: Job, core: CoreSpecification, running: readonly RunningCore[]): string | undefined {
  const maxJobs = core.slurm?.maxJobs;
  if (maxJobs === undefined) return undefined;
  const stream = nameInIds(job.stream);
  const submitted = running.filter((other) => {
    return other.core?.executor === 'slurm' && streamInJobId(other.JobId) === stream;
  });
  if (submitted.length < maxJobs) return undefined;
  return `for Slurm: ${submitted.length} jobs of ${job.stream} are there, of slurm.maxJobs (${maxJobs})`;
}
