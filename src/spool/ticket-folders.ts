// Where the tickets of jobs lie, and whether any of them is due. Only looks. What tickets are: tickets.ts.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatStamp } from '../job/stamp.ts';
import type { QueuedJobState } from '../job/job-state.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';

/** No ticket waits longer for its next look, whatever a clock says: clocks of jobs and of computers may change. */
export const LONGEST_WAIT_SECONDS = 3600;

/** The folders of the tickets of one stream's jobs in one state. */
export class TicketFolders {
  readonly due: string;
  readonly later: string;

  /** @param stream as it stands in JobIds */
  constructor(layout: Layout, state: QueuedJobState, stream: string) {
    this.due = join(layout.queue(state), stream, 'due');
    this.later = join(layout.queue(state), stream, 'later');
  }
}

/** The streams, as they stand in JobIds, of which jobs in a state may have tickets. */
export function listQueuedStreams(layout: Layout, state: QueuedJobState): string[] {
  return namesIn(layout.queue(state));
}

/** Whether any ticket of a state is due. */
export function isAnyDue(layout: Layout, state: QueuedJobState, now: Date): boolean {
  return listQueuedStreams(layout, state).some((stream) => {
    const { due, later } = new TicketFolders(layout, state, stream);
    return namesIn(due).length > 0 || bucketsIn(later).some((bucket) => hasCome(bucket, now));
  });
}

/** `<day>/<minute>`, of a stamp or of the JobId that begins with one. */
export function bucketOf(stamp: string): string {
  return join(stamp.slice(0, 8), stamp.slice(9, 13));
}

/** Also of a bucket further ahead than any ticket can be put off: the clock was set back since. */
export function hasCome(bucket: string, now: Date): boolean {
  const latest = new Date(now.getTime() + LONGEST_WAIT_SECONDS * 1000);
  return bucket <= bucketOf(formatStamp(now)) || bucket > bucketOf(formatStamp(latest));
}

/** The buckets in a folder, in order. */
export function bucketsIn(folder: string): string[] {
  return namesIn(folder).flatMap((day) => namesIn(join(folder, day)).map((minute) => join(day, minute)));
}

/** In order, without hidden ones; none where the folder does not exist. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.')).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
