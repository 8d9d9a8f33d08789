// Moves a job, and says so first: after a crash the event may stand twice, but no move goes without one.

import type { JobState } from '../../job/job-state.ts';
import type { AboutPerson } from '../../log/event.ts';
import { moveJob, type StoredJob } from '../../spool/job-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { aboutJob } from '../about.ts';
import type { Station } from '../station.ts';

/** The commit point of a step. @param lease the job's @param person who wanted it, where that was a person */
export async function tellAndMove(
  lease: Lease, station: Station, stored: StoredJob, to: JobState, person: AboutPerson = {},
): Promise<void> {
  lease.assertHeld();
  station.events.write({ event: 'job-moved', ...aboutJob(stored.job), from: stored.state, to, ...person });
  await moveJob(lease, station.layout, stored, to);
}
