// How many more jobs of a stream are to be staged: enough for the next ones to be ready, without filling the disk with
// copies of what will wait for long.

import type { Stream } from '../../config/configuration.ts';
import { usesHost } from '../../config/uses-host.ts';
import { nameInIds, streamInJobId } from '../../job/job-id.ts';
import { isDue } from '../../job/retry-clock.ts';
import { DamagedFile } from '../../spool/damaged-file.ts';
import { codeOf } from '../../spool/error-code.ts';
import { findClock, findJob, listJobIds } from '../../spool/job-store.ts';
import type { Station } from '../station.ts';
import { waitForWindow } from '../stream-of.ts';

/** So many jobs of a stream are staged and only wait for their turn. */
export const STAGED_AHEAD = 2;

/**
 * Of streams whose names look the same in JobIds, the roomiest counts. No limit for those that relay, which need no
 * room, and for those that are not configured any more, whose jobs fail.
 */
export async function roomToStage(station: Station, streams: readonly Stream[]): Promise<number> {
  const rooms = await Promise.all(streams.map((stream) => roomOf(station, stream)));
  return rooms.length === 0 ? Infinity : Math.max(...rooms);
}

/** None while its cores may not start; in all no more than could run, and those that wait for their clock count. */
async function roomOf(station: Station, stream: Stream): Promise<number> {
  const [core] = stream.cores;
  if (core === undefined) return Infinity;
  if (waitForWindow(station, stream) !== undefined) return 0;
  const { jobs, remoteJobs } = station.configuration.limits;
  const most = (usesHost(core) ? jobs : remoteJobs) + STAGED_AHEAD;
  let staged = 0;
  let ready = 0;
  for (const JobId of await listJobIds(station.layout, 'staged')) {
    if (streamInJobId(JobId) !== nameInIds(stream.name) || !await isReadable(station, JobId)) continue;
    staged += 1;
    if (isDue(await findClock(station.layout.jobFolder('staged', JobId)), station.now())) ready += 1;
  }
  return Math.min(STAGED_AHEAD - ready, most - staged);
}

/** One that cannot be read never has its turn, and waits for a person. */
async function isReadable({ layout }: Station, JobId: string): Promise<boolean> {
  try {
    return await findJob(layout, 'staged', JobId) !== undefined;
  } catch (error) {
    if (error instanceof DamagedFile || codeOf(error) !== undefined) return false;
    throw error;
  }
}
