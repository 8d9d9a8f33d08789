// A core's run as executors are given it, made of what lies in the job's folder.

import type { CoreSpecification } from '../../config/core-specification.ts';
import type { CoreRun } from '../../core/executor.ts';
import type { StoredJob } from '../../spool/job-store.ts';

/** @param place in the chain, 1 for the first */
export function runOfCore(
  { folder, job }: Pick<StoredJob, 'folder' | 'job'>, core: CoreSpecification, place: number, attempt: number,
  gpus: CoreRun['gpus'] = [],
): CoreRun {
  const { data: dataFolder, output: outputFolder } = folder.coreFolder(place);
  return {
    JobId: job.JobId, attempt, place, stream: job.stream, attemptFolder: folder.attemptFolder(attempt),
    dataFolder, outputFolder, core, gpus,
  };
}
