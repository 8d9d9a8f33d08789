// What a person may do with a delivery: try it again, cancel it, hold it, let it go on.

import { storeStatus } from '../dicom/status.ts';
import type { Delivery } from '../job/delivery.ts';
import type { DeliveryState } from '../job/delivery-state.ts';
import { mayMoveDelivery } from '../job/delivery-state.ts';
import { findAnswers, findDelivery, findDeliveryState, moveDelivery, type StoredDelivery } from '../spool/delivery-store.ts';
import { removeFileDurable, writeFileDurable } from '../spool/durable.ts';
import { findJob, moveJob, removeClock } from '../spool/job-store.ts';
import { withLease } from '../spool/lease.ts';
import { aboutDelivery, aboutJob } from './about.ts';
import { jobLease } from './advance-job.ts';
import type { JobChange } from './change-job.ts';
import { destinationLease } from './deliver.ts';
import { failedOnlyByDeliveries } from './finish-job.ts';
import type { Station } from './station.ts';

export type DeliveryChangeOutcome =
  | { readonly moved: DeliveryState }
  | { readonly refused: DeliveryState }
  | 'unknown'
  | 'busy';

export async function changeDelivery(
  station: Station, DeliveryId: string, change: JobChange,
): Promise<DeliveryChangeOutcome> {
  const found = await findAnywhere(station, DeliveryId);
  if (found === undefined) return 'unknown';
  return withLease(station.layout, destinationLease(found.delivery.destination), async (lease) => {
    const stored = await findAnywhere(station, DeliveryId);
    if (stored === undefined) return 'unknown';
    const to = targetOf(stored.state, change);
    if (to === undefined || !mayMoveDelivery(stored.state, to)) return { refused: stored.state };
    if (to === 'pending') {
      if (await resumeItsJob(station, stored.delivery) === 'busy') return 'busy';
      await forgetRefusals(stored);
    }
    await moveDelivery(lease, station.layout, stored, to);
    station.events.write({ event: 'delivery-moved', ...aboutDelivery(stored.delivery), from: stored.state, to });
    return { moved: to };
  });
}

function targetOf(state: DeliveryState, change: JobChange): DeliveryState | undefined {
  switch (change) {
    case 'retry': return state === 'failed' || state === 'cancelled' ? 'pending' : undefined;
    case 'cancel': return 'cancelled';
    case 'hold': return 'held';
    case 'release': return state === 'held' ? 'pending' : undefined;
  }
}

/** Only what is stored counts as answered when a person wants another try. Repeatable. */
async function forgetRefusals({ folder }: StoredDelivery): Promise<void> {
  const answers = await findAnswers(folder);
  const stored = answers.filter((answer) => 'status' in answer && storeStatus(answer.status).outcome === 'stored');
  if (answers.length > 0) await writeFileDurable(folder.answers, stored.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
  await removeClock(folder);
  await removeFileDurable(folder.failures);
}

/**
 * A job that has failed for its deliveries alone waits for them again. Comes before the delivery's own move: after a crash
 * in between, the job finds its delivery failed, as it was.
 */
async function resumeItsJob(station: Station, { JobId }: Delivery): Promise<void | 'busy'> {
  return withLease(station.layout, jobLease(JobId), async (lease) => {
    const stored = await findJob(station.layout, 'failed', JobId);
    if (stored === undefined || !await failedOnlyByDeliveries(stored)) return;
    await removeFileDurable(stored.folder.failures);
    await moveJob(lease, station.layout, stored, 'forwarding');
    station.events.write({ event: 'job-moved', ...aboutJob(stored.job), from: 'failed', to: 'forwarding' });
  });
}

async function findAnywhere(station: Station, DeliveryId: string): Promise<StoredDelivery | undefined> {
  const state = await findDeliveryState(station.layout, DeliveryId);
  return state === undefined ? undefined : findDelivery(station.layout, state, DeliveryId);
}
