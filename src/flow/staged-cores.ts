// The cores of a job as they were configured when it was staged: core.json.

import type { CoreSpecification } from '../config/core-specification.ts';
import { nextAttempt } from '../job/next-attempt.ts';
import { findAttempt } from '../spool/job-store.ts';
import type { JobFolder } from '../spool/layout.ts';
import { findJson } from '../spool/read.ts';

/**
 * In the order in which they run; undefined where the job is not staged. Older versions of the station knew one core a
 * job, which stands alone in the file.
 */
export async function findStagedCores(folder: JobFolder): Promise<readonly CoreSpecification[] | undefined> {
  const cores = await findJson<CoreSpecification | readonly CoreSpecification[]>(folder.cores);
  return cores === undefined || isList(cores) ? cores : [cores];
}

/** The one that runs or is to be started next; undefined where the job is not staged or all have done their part. */
export async function findCoreInTurn(folder: JobFolder): Promise<CoreSpecification | undefined> {
  return (await findStagedCores(folder))?.[nextAttempt(await findAttempt(folder)).core - 1];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
