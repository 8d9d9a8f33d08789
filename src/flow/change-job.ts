// What a person may do with a job: try it again, cancel it, hold it, let it go on.

import type { Rerun } from '../job/job.ts';
import type { JobState } from '../job/job-state.ts';
import { mayMove } from '../job/job-state.ts';
import { findDeliveryState } from '../spool/delivery-store.ts';
import { removeFileDurable, removeTree, writeJsonDurable } from '../spool/durable.ts';
import { findDeliveryIds, findJob, findJobState, removeClock, type StoredJob } from '../spool/job-store.ts';
import type { JobFolder } from '../spool/layout.ts';
import { withLease } from '../spool/lease.ts';
import { exists, findJson, listDirectory } from '../spool/read.ts';
import { jobLease } from './advance-job.ts';
import { changeDelivery } from './change-delivery.ts';
import { failedOnlyByDeliveries } from './finish-job.ts';
import type { Station } from './station.ts';
import { tellAndMove } from './tell-move.ts';
import { endAttempt } from './watch-attempt.ts';

export type JobChange = 'retry' | 'cancel' | 'hold' | 'release';

export type ChangeOutcome =
  | { readonly moved: JobState }
  /** It cannot be done from the state that the job is in. */
  | { readonly refused: JobState }
  /** It cannot be done now. */
  | { readonly hindered: string }
  | 'unknown'
  | 'busy';

export async function changeJob(station: Station, JobId: string, change: JobChange): Promise<ChangeOutcome> {
  const retried = change === 'retry' ? await retryDeliveries(station, JobId) : undefined;
  if (retried !== undefined) return retried;
  return withLease(station.layout, jobLease(JobId), async (lease): Promise<ChangeOutcome> => {
    const state = await findJobState(station.layout, JobId);
    const stored = state === undefined ? undefined : await findJob(station.layout, state, JobId);
    if (stored === undefined) return 'unknown';
    const to = await targetOf(stored, change);
    if (to === undefined || !mayMove(stored.state, to)) return { refused: stored.state };
    const hindered = await prepare(station, stored, change);
    if (hindered !== undefined) return { hindered };
    await tellAndMove(lease, station, stored, to);
    return { moved: to };
  });
}

/**
 * Of a job that failed for its deliveries alone, the core does not run again: part of its result may have been stored.
 * @returns undefined where the job did not, or none of them can be tried again
 */
async function retryDeliveries(station: Station, JobId: string): Promise<ChangeOutcome | undefined> {
  const stored = await findJob(station.layout, 'failed', JobId);
  if (stored === undefined || !await failedOnlyByDeliveries(stored)) return undefined;
  let outcome: ChangeOutcome | undefined;
  for (const DeliveryId of await findDeliveryIds(stored.folder) ?? []) {
    if (await findDeliveryState(station.layout, DeliveryId) !== 'failed') continue;
    if (await changeDelivery(station, DeliveryId, 'retry') === 'busy') return 'busy';
    outcome = { moved: 'forwarding' };
  }
  return outcome;
}

async function targetOf({ state, folder }: StoredJob, change: JobChange): Promise<JobState | undefined> {
  switch (change) {
    case 'retry': return state === 'failed' || state === 'cancelled' || state === 'done' ? 'pending' : undefined;
    case 'cancel': return 'cancelled';
    case 'hold': return 'held';
    case 'release': {
      if (state !== 'held') return undefined;
      return (await findJson<{ from: JobState }>(folder.heldFrom))?.from ?? 'pending';
    }
  }
}

/** What must be true before the move. Repeatable. @returns why that cannot be brought about now */
async function prepare(station: Station, stored: StoredJob, change: JobChange): Promise<string | undefined> {
  const { folder, state } = stored;
  switch (change) {
    case 'retry':
      await removeClock(folder);
      await removeFileDurable(folder.attempt); // attempts count anew
      await removeTree(folder.result);
      await removeFileDurable(folder.failures);
      await countRun(folder);
      return undefined;
    case 'cancel': {
      const end = state === 'running' ? endAttempt : cancelDeliveries;
      const hindered = await end(station, stored);
      if (hindered === undefined) await removeInputs(folder); // a retry stages anew
      return hindered;
    }
    case 'hold':
      await writeJsonDurable(folder.heldFrom, { from: state });
      return undefined;
    case 'release':
      await removeClock(folder);
      return undefined;
  }
}

/** Of every core; what they put out stays for the person who looks. */
async function removeInputs(folder: JobFolder): Promise<void> {
  await removeTree(folder.data);
  for (const place of await listDirectory(folder.laterCores)) await removeTree(folder.coreFolder(Number(place)).data);
}

/** What was delivered of an earlier run stays delivered; the new result goes out as deliveries of its own. */
async function countRun(folder: JobFolder): Promise<void> {
  if (!await exists(folder.deliveries)) return;
  const { run } = await findJson<Rerun>(folder.rerun) ?? { run: 1 };
  await writeJsonDurable(folder.rerun, { run: run + 1 });
  await removeFileDurable(folder.deliveries);
}

/** Those of a job that is forwarding; what is stored at its destination already cannot be called back. */
async function cancelDeliveries(station: Station, { folder }: StoredJob): Promise<string | undefined> {
  for (const DeliveryId of await findDeliveryIds(folder) ?? []) {
    const outcome = await changeDelivery(station, DeliveryId, 'cancel');
    if (outcome === 'busy') return `delivery ${DeliveryId} is being sent; try again`;
  }
  return undefined;
}
