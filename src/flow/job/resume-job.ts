// Takes a job that has failed for its deliveries alone back to where it waits for them: one of them is tried again, or
// has been stored after all.

import type { AboutPerson } from '../../log/event.ts';
import { removeFileDurable } from '../../spool/durable.ts';
import { findJob } from '../../spool/job-store.ts';
import { withLease } from '../../spool/lease.ts';
import { jobLease } from './advance-job.ts';
import { failedOnlyByDeliveries } from './finish-job.ts';
import type { Station } from '../station.ts';
import { tellAndMove } from './tell-move.ts';

/**
 * Comes after the delivery's own move. A crash in between leaves the job failed until the delivery ends, which asks for
 * this again. @returns 'busy' where another process works on the job
 */
export async function resumeJob(
  station: Station, JobId: string, person: AboutPerson = {},
): Promise<'resumed' | 'not failed so' | 'busy'> {
  if (await findJob(station.layout, 'failed', JobId) === undefined) return 'not failed so';
  return withLease(station.layout, jobLease(JobId), async (lease) => {
    const stored = await findJob(station.layout, 'failed', JobId);
    if (stored === undefined || !await failedOnlyByDeliveries(stored)) return 'not failed so';
    await removeFileDurable(stored.folder.failures);
    await tellAndMove(lease, station, stored, 'forwarding', person);
    return 'resumed';
  });
}
