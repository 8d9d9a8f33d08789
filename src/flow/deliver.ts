// Sends what is due. Destinations are independent of each other and worked on side by side; to one destination, one
// delivery goes at a time, under its lease.

import { storeStatus } from '../dicom/status.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary, type Failure } from '../job/failure.ts';
import type { Delivery } from '../job/delivery.ts';
import { clockAfterFailure, isDue } from '../job/retry-clock.ts';
import type { Destination } from '../config/configuration.ts';
import { findDelivery, listDeliveryIds, moveDelivery, type StoredDelivery } from '../spool/delivery-store.ts';
import { writeJsonDurable } from '../spool/durable.ts';
import { findClock, removeClock, writeClock } from '../spool/job-store.ts';
import { withLease, type Lease } from '../spool/lease.ts';
import { aboutDelivery } from './about.ts';
import { advanceJob } from './advance-job.ts';
import { faultOf } from './fault.ts';
import { resumeJob } from './resume-job.ts';
import { sendDelivery, type Sent } from './send-delivery.ts';
import type { Station } from './station.ts';

/** Giving up takes so many tries at least: a clock that was set ahead must not end what was hardly begun. */
const FEWEST_TRIES = 3;

/** Of an instance whose status says that trying again may help, or not. */
const MOST_LIMITED_TRIES = 5;

const told = new Set<string>();

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
  const byPeer = new Map<string, string[]>();
  for (const DeliveryId of ids) {
    const peer = await findPeerIfDue(station, DeliveryId, options);
    if (peer !== undefined) byPeer.set(peer, [...byPeer.get(peer) ?? [], DeliveryId]);
  }
  const outcomes = await Promise.all([...byPeer].map(([peer, due]) => deliverTo(station, peer, due, options)));
  const total = { done: 0, postponed: 0, failed: 0, stuck: 0 };
  for (const outcome of outcomes) {
    for (const became of ['done', 'postponed', 'failed', 'stuck'] as const) total[became] += outcome[became];
  }
  return total;
}

/**
 * Name of the lease that whoever sends to a peer, or changes its deliveries, must hold. Of the peer, not of the destination:
 * several destinations may be the same archive.
 */
export function peerLease(station: Station, delivery: Delivery): string {
  const { AETitle, IP, PORT } = findDestination(station, delivery) ?? delivery.called;
  return `peer-${AETitle}-${IP}-${PORT}`;
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

/** @returns the lease of its peer; undefined where it is not due, or not pending any more */
async function findPeerIfDue(
  station: Station, DeliveryId: string, { only }: DeliverOptions,
): Promise<string | undefined> {
  try {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) return undefined;
    const policy = findDestination(station, stored.delivery)?.retry;
    const isItsTime = only !== undefined || policy === undefined
      || isDue(await findClock(stored.folder), policy, station.now());
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
    const became = await commit(lease, station, stored, destination, sent, seconds);
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

async function commit(
  lease: Lease, station: Station, stored: StoredDelivery, destination: Destination | undefined, sent: Sent, seconds: number,
): Promise<'done' | 'postponed' | 'failed'> {
  const { folder, delivery } = stored;
  const about = aboutDelivery(delivery);
  if (sent.postponed !== undefined && destination !== undefined) {
    const clock = clockAfterFailure(await findClock(folder), sent.postponed, destination.retry, station.now());
    const failingSeconds = (station.now().getTime() - Date.parse(clock.failingSince)) / 1000;
    const isOver = failingSeconds > destination.retry.giveUpAfterSeconds && clock.failedTries >= FEWEST_TRIES;
    if (!isOver && !isRefusedByNow(sent.postponed, clock.failedTries)) {
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
  const bytes = delivery.instances.reduce((sum, instance) => sum + instance.bytes, 0);
  lease.assertHeld();
  station.events.write({ event: 'delivery-done', ...about, instances: delivery.instances.length, bytes, seconds });
  await moveDelivery(lease, station.layout, stored, 'done');
  return 'done';
}

/** A status such as 0110, processing failure, is worth a few tries and not a week of them. */
function isRefusedByNow(failure: Failure, tries: number): boolean {
  return failure.reason === 'instance-postponed' && storeStatus(failure.status).limited && tries >= MOST_LIMITED_TRIES;
}

async function fail(
  lease: Lease, station: Station, stored: StoredDelivery, failures: readonly Failure[],
): Promise<'failed'> {
  await writeJsonDurable(stored.folder.failures, failures);
  lease.assertHeld();
  station.events.write({ event: 'delivery-failed', ...aboutDelivery(stored.delivery), failures });
  await moveDelivery(lease, station.layout, stored, 'failed');
  return 'failed';
}

/** The job's last delivery may have ended with this one. Where another command holds the job, that one will see it. */
async function finishItsJob(station: Station, { JobId }: Delivery): Promise<void> {
  await resumeJob(station, JobId);
  await advanceJob(station, 'forwarding', JobId);
}

/** Says once in a process what is wrong with a delivery that cannot even be failed. */
function tellStuck(station: Station, DeliveryId: string, failure: Failure): void {
  const text = `${DeliveryId}: ${failureText(failure)}`;
  if (told.has(text)) return;
  told.add(text);
  station.events.write({ event: 'delivery-stuck', DeliveryId, failure });
}
