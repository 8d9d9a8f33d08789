// The cores of a job as they were configured when it was staged: core.json.

import type { CoreSpecification } from '../../config/core-specification.ts';
import { nextAttempt } from '../../job/next-attempt.ts';
import { JOB_RETRY } from '../../job/retry-clock.ts';
import { findAttempt } from '../../spool/job-store.ts';
import type { JobFolder } from '../../spool/layout.ts';
import { findJson } from '../../spool/read.ts';

/**
 * In the order in which they run; undefined where the job is not staged. Older versions of the station knew one core a
 * job, which stands alone in the file.
 */
export async function findStagedCores(folder: JobFolder): Promise<readonly CoreSpecification[] | undefined> {
  const cores = await findJson<CoreSpecification | readonly CoreSpecification[]>(folder.cores);
  if (cores === undefined) return undefined;
  return (isList(cores) ? cores : [cores]).map((core) => {
    return { ...LATER_KEYS, ...core, outputs: { ...LATER_RULES, ...core.outputs } };
  });
}

/** What older versions did not know of, and how it was then. */
const LATER_KEYS = { readOnlyRoot: true, tmpfs: [], settings: {}, retry: JOB_RETRY } as const;
const LATER_RULES = { minInstances: 0, expect: [], references: 'input' } as const;

/** The one that runs or is to be started next; undefined where the job is not staged or all have done their part. */
export async function findCoreInTurn(folder: JobFolder): Promise<CoreSpecification | undefined> {
  return (await findStagedCores(folder))?.[nextAttempt(await findAttempt(folder)).core - 1];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}
