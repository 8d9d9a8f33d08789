// What a person may do with a job: try it again, cancel it, hold it, let it go on.

import type { Held, Rerun } from '../../job/job.ts';
import type { JobState } from '../../job/job-state.ts';
import { mayMove } from '../../job/job-state.ts';
import { removeFileDurable, removeTree, writeJsonDurable } from '../../spool/durable.ts';
import { findDeliveryIds, findJob, findJobState, removeClock, type StoredJob } from '../../spool/job-store.ts';
import type { JobFolder } from '../../spool/layout.ts';
import { withLease } from '../../spool/lease.ts';
import { exists, findJson, listDirectory } from '../../spool/read.ts';
import { jobLease } from './advance-job.ts';
import { changeDelivery } from '../delivery/change-delivery.ts';
import { findDeliveriesToRetry, retryDeliveries } from '../delivery/retry-deliveries.ts';
import { releaseAttempts } from '../attempt/release-attempts.ts';
import type { Station } from '../station.ts';
import { tellAndMove } from './tell-move.ts';
import { takeOutputRules, whyNotValidateAgain } from '../result/validate-again.ts';
import { endAttempt } from '../attempt/watch-attempt.ts';

export type JobChange = 'retry' | 'cancel' | 'hold' | 'release';

/** Where a job that is tried again begins. */
export const RETRY_FROM = ['staging', 'validation'] as const;
export type RetryFrom = (typeof RETRY_FROM)[number];

export interface ChangeDetails {
  /** Of a retry. Absent: deliveries where these alone have failed, else staging. */
  readonly from?: RetryFrom;
  /** Only where the job is in one of these states. Absent: from wherever it is possible. */
  readonly onlyFrom?: readonly JobState[];
  /** The user who wants it. */
  readonly by?: string;
  /** Why, for whoever looks later. */
  readonly reason?: string;
}

export type ChangeOutcome =
  | { readonly moved: JobState }
  /** It cannot be done from the state that the job is in. */
  | { readonly refused: JobState }
  /** It cannot be done with this job. */
  | { readonly impossible: string }
  /** It cannot be done now. */
  | { readonly hindered: string }
  | 'unknown'
  | 'busy';

export async function changeJob(
  station: Station, JobId: string, change: JobChange, details: ChangeDetails = {},
): Promise<ChangeOutcome> {
  const retried = isForDeliveries(change, details) ? await retryDeliveries(station, JobId, details.by) : undefined;
  if (retried !== undefined) return retried;
  return withLease(station.layout, jobLease(JobId), async (lease): Promise<ChangeOutcome> => {
    const stored = await findAnywhere(station, JobId);
    if (stored === undefined) return 'unknown';
    const planned = await planStored(stored, change, details);
    if (!('moved' in planned)) return planned;
    const hindered = await prepare(station, stored, change, details);
    if (hindered !== undefined) return { hindered };
    const { by, reason } = details;
    const person = { ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }) };
    await tellAndMove(lease, station, stored, planned.moved, person);
    return planned;
  });
}

/** What a change would come to, as far as that can be told without doing anything. */
export async function planChange(
  station: Station, JobId: string, change: JobChange, details: ChangeDetails = {},
): Promise<Exclude<ChangeOutcome, 'busy'>> {
  const stored = await findAnywhere(station, JobId);
  if (stored === undefined) return 'unknown';
  const toRetry = isForDeliveries(change, details) ? await findDeliveriesToRetry(station, stored) : [];
  return toRetry.length > 0 ? { moved: 'forwarding' } : planStored(stored, change, details);
}

/** A person who says where to begin does not mean the deliveries. */
function isForDeliveries(change: JobChange, { from }: ChangeDetails): boolean {
  return change === 'retry' && from === undefined;
}

async function findAnywhere({ layout }: Station, JobId: string): Promise<StoredJob | undefined> {
  const state = await findJobState(layout, JobId);
  return state === undefined ? undefined : findJob(layout, state, JobId);
}

async function planStored(
  stored: StoredJob, change: JobChange, details: ChangeDetails,
): Promise<Exclude<ChangeOutcome, string>> {
  const to = details.onlyFrom?.includes(stored.state) === false ? undefined : await targetOf(stored, change, details);
  if (to === undefined || !mayMove(stored.state, to)) return { refused: stored.state };
  const impossible = to === 'ran' && change === 'retry' ? await whyNotValidateAgain(stored) : undefined;
  return impossible === undefined ? { moved: to } : { impossible };
}

async function targetOf(
  { state, folder }: StoredJob, change: JobChange, { from }: ChangeDetails,
): Promise<JobState | undefined> {
  switch (change) {
    case 'retry': {
      if (from === 'validation') return state === 'failed' || state === 'done' ? 'ran' : undefined;
      return state === 'failed' || state === 'cancelled' || state === 'done' ? 'pending' : undefined;
    }
    case 'cancel': return 'cancelled';
    case 'hold': return state === 'running' ? undefined : 'held';
    case 'release': {
      if (state !== 'held') return undefined;
      return (await findJson<Held>(folder.heldFrom))?.from ?? 'pending';
    }
  }
}

/** What must be true before the move. Repeatable. @returns why that cannot be brought about now */
async function prepare(
  station: Station, stored: StoredJob, change: JobChange, { from, by, reason }: ChangeDetails,
): Promise<string | undefined> {
  const { folder, state } = stored;
  switch (change) {
    case 'retry':
      if (from === 'validation') {
        await takeOutputRules(station, stored);
      } else {
        await releaseAttempts(station, stored); // while they are still known
        await removeFileDurable(folder.attempt); // attempts count anew
      }
      await removeClock(folder);
      await countRun(folder);
      await removeTree(folder.result);
      await removeFileDurable(folder.resultList);
      await removeFileDurable(folder.failures);
      return undefined;
    case 'cancel': {
      const end = state === 'running' ? endAttempt : cancelDeliveries;
      const hindered = await end(station, stored, by);
      await releaseAttempts(station, stored);
      if (hindered === undefined) await removeInputs(folder); // a retry stages anew
      return hindered;
    }
    case 'hold': {
      const held: Held = {
        from: state, heldAt: station.now().toISOString(),
        ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }),
      };
      await writeJsonDurable(folder.heldFrom, held);
      return undefined;
    }
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
async function cancelDeliveries(
  station: Station, { folder }: StoredJob, by: string | undefined,
): Promise<string | undefined> {
  for (const DeliveryId of await findDeliveryIds(folder) ?? []) {
    const outcome = await changeDelivery(station, DeliveryId, 'cancel', by === undefined ? {} : { by });
    if (outcome === 'busy') return `delivery ${DeliveryId} is being sent; try again`;
  }
  return undefined;
}
