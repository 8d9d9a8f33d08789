// Sends what is due. Destinations are independent of each other and worked on side by side; to one destination, one
// delivery goes at a time, under its lease.

import type { Destination } from '../../config/configuration.ts';
import { failureText } from '../../job/failure-text.ts';
import { isTemporary, type Failure } from '../../job/failure.ts';
import type { Delivery } from '../../job/delivery.ts';
import { isDue } from '../../job/retry-clock.ts';
import { findDelivery, listDeliveryIds, type StoredDelivery } from '../../spool/delivery-store.ts';
import { findClock } from '../../spool/job-store.ts';
import { withLease, type Lease } from '../../spool/lease.ts';
import { advanceJob } from '../job/advance-job.ts';
import { commitDelivery } from './commit-delivery.ts';
import { findDestination, peerLease } from './delivery-peer.ts';
import { faultOf } from '../fault.ts';
import { groupBy } from '../group-by.ts';
import { resumeJob } from '../job/resume-job.ts';
import { sendDelivery, type Sent } from './send-delivery.ts';
import type { Station } from '../station.ts';
import { isFirstTold } from '../told.ts';

/** What one run came to. */
export interface DeliverOutcome {
  readonly done: number;
  readonly postponed: number;
  readonly failed: number;
  /** Neither sent nor failed: what went wrong could not even be written down. */
  readonly stuck: number;
}

export interface DeliverOptions {
  /** Only this delivery, due or not. */
  readonly only?: string;
  readonly signal?: AbortSignal;
  /** Told of every answer, for progress. */
  readonly answered?: (delivery: Delivery, stored: number) => void;
}

export async function deliverDue(station: Station, options: DeliverOptions = {}): Promise<DeliverOutcome> {
  const ids = options.only === undefined ? await listDeliveryIds(station.layout, 'pending') : [options.only];
  const due: { readonly DeliveryId: string; readonly peer: string }[] = [];
  for (const DeliveryId of ids) {
    const peer = await findPeerIfDue(station, DeliveryId, options);
    if (peer !== undefined) due.push({ DeliveryId, peer });
  }
  const outcomes = await Promise.all([...groupBy(due, ({ peer }) => peer)].map(([peer, group]) => {
    return deliverTo(station, peer, group.map(({ DeliveryId }) => DeliveryId), options);
  }));
  const total = { done: 0, postponed: 0, failed: 0, stuck: 0 };
  for (const outcome of outcomes) {
    for (const became of ['done', 'postponed', 'failed', 'stuck'] as const) total[became] += outcome[became];
  }
  return total;
}

/** @returns the lease of its peer; undefined where it is not due, or not pending any more */
async function findPeerIfDue(
  station: Station, DeliveryId: string, { only }: DeliverOptions,
): Promise<string | undefined> {
  try {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) return undefined;
    const isItsTime = only !== undefined || findDestination(station, stored.delivery) === undefined
      || isDue(await findClock(stored.folder), station.now());
    return isItsTime ? peerLease(station, stored.delivery) : undefined;
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, station.layout.delivery('pending', DeliveryId)));
    return undefined;
  }
}

/**
 * One delivery after the other, each under the lease, so that a person can change those whose turn has not come. Where
 * the peer itself is in trouble, the others wait for their next tick.
 */
async function deliverTo(
  station: Station, peer: string, due: readonly string[], options: DeliverOptions,
): Promise<DeliverOutcome> {
  const outcome = { done: 0, postponed: 0, failed: 0, stuck: 0 };
  for (const DeliveryId of due) {
    if (options.signal?.aborted === true) break;
    const delivered = await withLease(station.layout, peer, (lease) => deliverOne(lease, station, DeliveryId, options));
    if (delivered === 'busy' || delivered === 'stopped') break; // another run sends to it, or the caller wants an end
    if (delivered === 'gone') continue;
    outcome[delivered.became] += 1;
    if (delivered.peerInTrouble) break;
  }
  return outcome;
}

/** What became of a delivery, and whether others need not be tried on the same peer now. */
interface Delivered {
  readonly became: keyof DeliverOutcome;
  readonly peerInTrouble: boolean;
}

async function deliverOne(
  lease: Lease, station: Station, DeliveryId: string, options: DeliverOptions,
): Promise<Delivered | 'gone' | 'stopped'> {
  const path = station.layout.delivery('pending', DeliveryId);
  try {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) return 'gone';
    const begun = performance.now();
    const destination = findDestination(station, stored.delivery);
    const sent = await trySending(station, stored, destination, options);
    if (sent.stopped === true) return 'stopped';
    const seconds = Math.round((performance.now() - begun) / 1000);
    const became = await commitDelivery(lease, station, stored, { sent, retry: destination?.retry, seconds });
    if (became !== 'postponed') await finishItsJob(station, stored.delivery);
    return { became, peerInTrouble: sent.peerInTrouble === true };
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, path));
    return { became: 'stuck', peerInTrouble: false };
  }
}

/** What goes wrong on our side concerns this delivery alone. */
async function trySending(
  station: Station, stored: StoredDelivery, destination: Destination | undefined, options: DeliverOptions,
): Promise<Sent> {
  const nothing = { stored: 0, missing: stored.delivery.instances.length };
  if (destination === undefined) {
    return { ...nothing, refused: [{ reason: 'destination-unknown', destination: stored.delivery.destination }] };
  }
  try {
    return await sendDelivery(station, stored, destination, options);
  } catch (thrown) {
    const fault = faultOf(thrown, stored.folder.path);
    return isTemporary(fault) ? { ...nothing, refused: [], postponed: fault } : { ...nothing, refused: [fault] };
  }
}

/** The job's last delivery may have ended with this one. Where another command holds the job, that one will see it. */
async function finishItsJob(station: Station, { JobId }: Delivery): Promise<void> {
  await resumeJob(station, JobId);
  await advanceJob(station, 'forwarding', JobId);
}

/** Says once in a process what is wrong with a delivery that cannot even be failed. */
function tellStuck(station: Station, DeliveryId: string, failure: Failure): void {
  if (!isFirstTold(`${DeliveryId}: ${failureText(failure)}`)) return;
  station.events.write({ event: 'delivery-stuck', DeliveryId, failure });
}
