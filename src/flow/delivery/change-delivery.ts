// What a person may do with a delivery: try it again, cancel it, hold it, let it go on.

import { storeStatus } from '../../dicom/status.ts';
import type { DeliveryState } from '../../job/delivery-state.ts';
import { mayMoveDelivery } from '../../job/delivery-state.ts';
import {
  findAnswers, findDelivery, findDeliveryState, moveDelivery, type StoredDelivery,
} from '../../spool/delivery-store.ts';
import { removeFileDurable, writeFileDurable } from '../../spool/durable.ts';
import { removeClock } from '../../spool/job-store.ts';
import { withLease } from '../../spool/lease.ts';
import { aboutDelivery } from '../about.ts';
import type { JobChange } from '../job/change-job.ts';
import { peerLease } from './delivery-peer.ts';
import { resumeJob } from '../job/resume-job.ts';
import type { Station } from '../station.ts';

export type DeliveryChangeOutcome =
  | { readonly moved: DeliveryState }
  | { readonly refused: DeliveryState }
  | 'unknown'
  | 'busy';

/** @param by the user who wants it */
export async function changeDelivery(
  station: Station, DeliveryId: string, change: JobChange, by?: string,
): Promise<DeliveryChangeOutcome> {
  const person = by === undefined ? {} : { by };
  const found = await findAnywhere(station, DeliveryId);
  if (found === undefined) return 'unknown';
  return withLease(station.layout, peerLease(station, found.delivery), async (lease) => {
    const stored = await findAnywhere(station, DeliveryId);
    if (stored === undefined) return 'unknown';
    const to = targetOf(stored.state, change);
    if (to === undefined || !mayMoveDelivery(stored.state, to)) return { refused: stored.state };
    if (to === 'pending') await forgetRefusals(stored);
    lease.assertHeld();
    const about = aboutDelivery(stored.delivery);
    station.events.write({ event: 'delivery-moved', ...about, from: stored.state, to, ...person });
    await moveDelivery(lease, station.layout, stored, to);
    if (to === 'pending') await resumeJob(station, stored.delivery.JobId, person);
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
  const lines = stored.map((answer) => `${JSON.stringify(answer)}\n`);
  if (answers.length > 0) await writeFileDurable(folder.answers, lines.join(''));
  await removeClock(folder);
  await removeFileDurable(folder.failures);
}

async function findAnywhere(station: Station, DeliveryId: string): Promise<StoredDelivery | undefined> {
  const state = await findDeliveryState(station.layout, DeliveryId);
  return state === undefined ? undefined : findDelivery(station.layout, state, DeliveryId);
}
