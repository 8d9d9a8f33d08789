// What becomes of a job's ticket when the job was looked at and is still where it was. One that has moved has left its
// ticket behind.

import type { QueuedJobState } from '../../job/job-state.ts';
import { isDue } from '../../job/retry-clock.ts';
import { findClock } from '../../spool/job-store.ts';
import { withLease } from '../../spool/lease.ts';
import { exists } from '../../spool/read.ts';
import { putOffTicket, putTicket, removeTicket } from '../../spool/tickets.ts';
import { jobLease, type Advance } from './advance-job.ts';
import { finishJob } from './finish-job.ts';
import type { Station } from '../station.ts';

/** @param advance what looking at it came to */
export async function settleTicket(
  station: Station, state: QueuedJobState, JobId: string, advance: Advance,
): Promise<void> {
  const { layout, now } = station;
  switch (advance.advance) {
    case 'moved': case 'failed': case 'held': case 'stuck':
      return;
    case 'postponed':
      putOffTicket(layout, state, JobId, new Date(advance.notBefore), now());
      return;
    case 'taken':
      await removeIfLeft(station, state, JobId);
      return;
    case 'waits': {
      const clock = await findClock(layout.jobFolder(state, JobId));
      if (clock !== undefined && !isDue(clock, now())) {
        putOffTicket(layout, state, JobId, new Date(clock.notBefore), now());
      } else if (state === 'forwarding') {
        await waitForDeliveries(station, JobId);
      }
    }
  }
}

/** Its deliveries make a ticket when they end; one may have ended between the look and the removal. */
async function waitForDeliveries(station: Station, JobId: string): Promise<void> {
  removeTicket(station.layout, 'forwarding', JobId);
  const step = await finishJob(station, station.layout.jobFolder('forwarding', JobId));
  if (!('wait' in step)) putTicket(station.layout, 'forwarding', JobId);
}

/** Under the lease, since whoever is about to move a job here makes its ticket first. */
async function removeIfLeft({ layout }: Station, state: QueuedJobState, JobId: string): Promise<void> {
  if (await exists(layout.job(state, JobId))) return;
  await withLease(layout, jobLease(JobId), async () => {
    if (!await exists(layout.job(state, JobId))) removeTicket(layout, state, JobId);
  });
}
