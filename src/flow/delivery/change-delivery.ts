// What a person may do with a delivery: try it again, cancel it, hold it, let it go on.

import type { ReachableDestination } from '../../config/destination.ts';
import { withTriesForgotten, type DeliveryCommitment } from '../../job/commitment.ts';
import type { Answer, Delivery, DeliveryHeld } from '../../job/delivery.ts';
import type { DeliveryState } from '../../job/delivery-state.ts';
import { mayMoveDelivery } from '../../job/delivery-state.ts';
import {
  findAnswers, findDelivery, findDeliveryState, moveDelivery, type StoredDelivery,
} from '../../spool/delivery-store.ts';
import { removeFileDurable, removeTree, writeFileDurable, writeJsonDurable } from '../../spool/durable.ts';
import { removeClock } from '../../spool/job-store.ts';
import { withLease } from '../../spool/lease.ts';
import { findJson } from '../../spool/read.ts';
import type { AboutPerson } from '../../log/event.ts';
import { aboutDelivery } from '../about.ts';
import type { JobChange } from '../job/change-job.ts';
import { meaningAt } from './answer-meaning.ts';
import { deliveryLease, findDestination } from './find-destination.ts';
import { finishJob } from '../job/finish-job.ts';
import { resumeJob } from '../job/resume-job.ts';
import type { Station } from '../station.ts';

export type DeliveryChangeOutcome =
  | { readonly moved: DeliveryState }
  | { readonly refused: DeliveryState }
  | 'unknown'
  | 'busy';

/** What a change would come to; nothing is changed. */
export async function planDeliveryChange(
  { layout }: Station, DeliveryId: string, change: JobChange,
): Promise<DeliveryChangeOutcome> {
  const state = await findDeliveryState(layout, DeliveryId);
  if (state === undefined) return 'unknown';
  const to = targetOf(state, change);
  return to === undefined || !mayMoveDelivery(state, to) ? { refused: state } : { moved: to };
}

/** @param person who wants it, and why */
export async function changeDelivery(
  station: Station, DeliveryId: string, change: JobChange, person: AboutPerson = {},
): Promise<DeliveryChangeOutcome> {
  return withLease(station.layout, deliveryLease(DeliveryId), async (lease) => {
    const stored = await findAnywhere(station, DeliveryId);
    if (stored === undefined) return 'unknown';
    const to = targetOf(stored.state, change);
    if (to === undefined || !mayMoveDelivery(stored.state, to)) return { refused: stored.state };
    await makeTrue(station, stored, change, person);
    lease.assertHeld();
    const about = aboutDelivery(stored.delivery);
    station.events.write({ event: 'delivery-moved', ...about, from: stored.state, to, ...person });
    await moveDelivery(lease, station.layout, stored, to);
    const { JobId } = stored.delivery;
    if (to === 'pending' || await hasNothingFailed(station, JobId)) await resumeJob(station, JobId, person);
    return { moved: to };
  });
}

/** Of a job that has failed: a person has just cancelled the last of its deliveries that had. */
async function hasNothingFailed(station: Station, JobId: string): Promise<boolean> {
  return !('failures' in await finishJob(station, station.layout.jobFolder('failed', JobId)));
}

function targetOf(state: DeliveryState, change: JobChange): DeliveryState | undefined {
  switch (change) {
    case 'retry': return state === 'failed' || state === 'cancelled' ? 'pending' : undefined;
    case 'cancel': return 'cancelled';
    case 'hold': return 'held';
    case 'release': return state === 'held' ? 'pending' : undefined;
  }
}

/** What must be true before the move. Repeatable. */
async function makeTrue(
  station: Station, stored: StoredDelivery, change: JobChange, { by, reason }: AboutPerson,
): Promise<void> {
  const now = station.now().toISOString();
  switch (change) {
    case 'retry': return forgetRefusals(station, stored);
    case 'cancel': return undefined;
    case 'hold': {
      const held: DeliveryHeld = {
        heldAt: now, ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }),
      };
      return writeJsonDurable(stored.folder.held, held);
    }
    case 'release': {
      const held = await findJson<DeliveryHeld>(stored.folder.held) ?? { heldAt: now };
      const released: DeliveryHeld = { ...held, releasedAt: now, ...(by === undefined ? {} : { releasedBy: by }) };
      await writeJsonDurable(stored.folder.held, released);
      return forgetRefusals(station, stored);
    }
  }
}

/** Only what is stored counts as answered when a person wants another try, and what leaves is made anew. Repeatable. */
async function forgetRefusals(station: Station, { delivery, folder }: StoredDelivery): Promise<void> {
  await removeTree(folder.allPrepared);
  const answers = await findAnswers(folder);
  const last = new Map(answers.map((answer) => { // what was stored and then not committed is not
    return [`${answer.destination ?? ''} ${answer.SOPInstanceUID}`, answer];
  }));
  const stored = [...last.values()].filter((answer) => {
    return meaningAt(whoAnswered(station, delivery, answer), answer) === 'stored';
  });
  const lines = stored.map((answer) => `${JSON.stringify(answer)}\n`);
  if (answers.length > 0) await writeFileDurable(folder.answers, lines.join(''));
  const asked = await findJson<DeliveryCommitment>(folder.transaction);
  if (asked !== undefined) await writeJsonDurable(folder.transaction, withTriesForgotten(asked));
  await removeClock(folder);
  await removeFileDurable(folder.failures);
  await removeFileDurable(folder.members);
}

/** undefined where it is configured no more */
function whoAnswered(station: Station, delivery: Delivery, { destination }: Answer): ReachableDestination | undefined {
  const found = findDestination(station, destination === undefined ? delivery : { ...delivery, destination });
  return 'failure' in found ? undefined : found;
}

async function findAnywhere(station: Station, DeliveryId: string): Promise<StoredDelivery | undefined> {
  const state = await findDeliveryState(station.layout, DeliveryId);
  return state === undefined ? undefined : findDelivery(station.layout, state, DeliveryId);
}
