// Sends what is due. Destinations are independent of each other and worked on side by side; to one destination, one
// delivery goes at a time, under its lease.

import type { Failure } from '../job/failure.ts';
import type { Delivery } from '../job/delivery.ts';
import { clockAfterFailure, isDue } from '../job/retry-clock.ts';
import type { Destination } from '../config/configuration.ts';
import { findDelivery, listDeliveryIds, moveDelivery, type StoredDelivery } from '../spool/delivery-store.ts';
import { writeJsonDurable } from '../spool/durable.ts';
import { findClock, removeClock, writeClock } from '../spool/job-store.ts';
import { withLease, type Lease } from '../spool/lease.ts';
import { aboutDelivery } from './about.ts';
import { advanceJob } from './advance-job.ts';
import { sendDelivery, type Sent } from './send-delivery.ts';
import type { Station } from './station.ts';

/** What one run came to. */
export interface DeliverOutcome {
  readonly done: number;
  readonly postponed: number;
  readonly failed: number;
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
  const byDestination = new Map<string, string[]>();
  for (const DeliveryId of ids) {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined || !await isItsTime(station, stored, options)) continue;
    const { destination } = stored.delivery;
    byDestination.set(destination, [...byDestination.get(destination) ?? [], DeliveryId]);
  }
  const outcomes = await Promise.all([...byDestination].map(([destination, due]) => {
    return withLease(station.layout, destinationLease(destination), (lease) => deliverTo(lease, station, due, options));
  }));
  const total = { done: 0, postponed: 0, failed: 0 };
  for (const outcome of outcomes) {
    if (outcome === 'busy') continue; // another run sends to it
    total.done += outcome.done;
    total.postponed += outcome.postponed;
    total.failed += outcome.failed;
  }
  return total;
}

/** Name of the lease that whoever sends to a destination, or changes its deliveries, must hold. */
export function destinationLease(destination: string): string {
  return `destination-${destination}`;
}

/**
 * The destination of a delivery as it is configured now, undefined where it is no more. Found by name, or, since names
 * that are made from titles change with the other destinations, by title and address.
 */
export function findDestination(station: Station, { destination, called }: Delivery): Destination | undefined {
  const { destinations } = station.configuration;
  return destinations.find(({ name }) => name === destination) ?? destinations.find(({ AETitle, IP, PORT }) => {
    return AETitle === called.AETitle && IP === called.IP && PORT === called.PORT;
  });
}

async function isItsTime(station: Station, stored: StoredDelivery, { only }: DeliverOptions): Promise<boolean> {
  if (only !== undefined) return true;
  const policy = findDestination(station, stored.delivery)?.retry;
  return policy === undefined || isDue(await findClock(stored.folder), policy, station.now());
}

/** One delivery after the other; where the destination itself is in trouble, the others wait for their next tick. */
async function deliverTo(
  lease: Lease, station: Station, due: readonly string[], options: DeliverOptions,
): Promise<DeliverOutcome> {
  const outcome = { done: 0, postponed: 0, failed: 0 };
  for (const DeliveryId of due) {
    if (options.signal?.aborted === true) break;
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) continue;
    const begun = station.now();
    const destination = findDestination(station, stored.delivery);
    const sent: Sent = destination === undefined
      ? { stored: 0, missing: 0, refused: [{ reason: 'destination-unknown', destination: stored.delivery.destination }] }
      : await sendDelivery(station, stored, destination, options);
    if (sent.stopped === true) break;
    const seconds = Math.round((station.now().getTime() - begun.getTime()) / 1000);
    const became = await commit(lease, station, stored, destination, sent, seconds);
    outcome[became] += 1;
    if (became !== 'postponed') await finishItsJob(station, stored.delivery);
    if (sent.peerInTrouble === true) break;
  }
  return outcome;
}

async function commit(
  lease: Lease, station: Station, stored: StoredDelivery, destination: Destination | undefined, sent: Sent, seconds: number,
): Promise<keyof DeliverOutcome> {
  const { folder, delivery } = stored;
  const about = aboutDelivery(delivery);
  if (sent.postponed !== undefined && destination !== undefined) {
    const clock = clockAfterFailure(await findClock(folder), sent.postponed, destination.retry, station.now());
    const failingSeconds = (station.now().getTime() - Date.parse(clock.failingSince)) / 1000;
    if (failingSeconds <= destination.retry.giveUpAfterSeconds) {
      await writeClock(folder, clock);
      station.events.write({
        event: 'delivery-postponed', ...about, failure: sent.postponed, notBefore: clock.notBefore,
        delivered: sent.stored, missing: sent.missing,
      });
      return 'postponed';
    }
    const givenUp: Failure = { reason: 'delivery-given-up', afterSeconds: Math.round(failingSeconds), last: sent.postponed };
    return fail(lease, station, stored, [givenUp, ...sent.refused]);
  }
  if (sent.refused.length > 0) return fail(lease, station, stored, sent.refused);
  await removeClock(folder);
  await moveDelivery(lease, station.layout, stored, 'done');
  const bytes = delivery.instances.reduce((sum, instance) => sum + instance.bytes, 0);
  station.events.write({ event: 'delivery-done', ...about, instances: delivery.instances.length, bytes, seconds });
  return 'done';
}

async function fail(
  lease: Lease, station: Station, stored: StoredDelivery, failures: readonly Failure[],
): Promise<'failed'> {
  await writeJsonDurable(stored.folder.failures, failures);
  await moveDelivery(lease, station.layout, stored, 'failed');
  station.events.write({ event: 'delivery-failed', ...aboutDelivery(stored.delivery), failures });
  return 'failed';
}

/** The job's last delivery may have ended with this one. Where another command holds the job, that one will see it. */
async function finishItsJob(station: Station, { JobId }: Delivery): Promise<void> {
  await advanceJob(station, 'forwarding', JobId);
}

