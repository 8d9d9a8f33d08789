// Writes down what a try at a delivery came to: all is stored, it is tried again later, a person must look first, or it
// has failed. The event is written before the rename that it tells of: after a crash it may stand twice, but no move
// goes without one.

import type { Destination } from '../../config/destination.ts';
import type { DeliveryHeld } from '../../job/delivery.ts';
import type { Failure } from '../../job/failure.ts';
import { clockAfterFailure, clockUntil, failingSeconds, isOver } from '../../job/retry-clock.ts';
import { moveDelivery, type StoredDelivery } from '../../spool/delivery-store.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import { findClock, removeClock, writeClock } from '../../spool/job-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { aboutDelivery } from '../about.ts';
import { removeCopies } from '../prepare/prepare.ts';
import type { Sent } from './send-delivery.ts';
import type { Station } from '../station.ts';

/** A try at sending a delivery. */
export interface Try {
  readonly sent: Sent;
  /** The destination's; undefined where it is not configured any more, and then nothing is postponed. */
  readonly retry: Destination['retry'] | undefined;
  readonly seconds: number;
  /** When it is worth another look, where that is known; ISO 8601 UTC. */
  readonly until?: string | undefined;
  /** Of a choice: which of its destinations has it. */
  readonly at?: string;
}

/** Of an instance whose status says that trying again may help, or not. */
export const MOST_LIMITED_TRIES = 5;

/** @param lease the delivery's */
export async function commitDelivery(
  lease: Lease, station: Station, stored: StoredDelivery, tried: Try,
): Promise<'done' | 'postponed' | 'held' | 'failed'> {
  const { sent: { postponed, refused, hold: held }, retry } = tried;
  if (held !== undefined) return hold(lease, station, stored, held);
  if (postponed !== undefined && retry !== undefined) return postpone(lease, station, stored, tried, postponed, retry);
  if (refused.length > 0) return fail(lease, station, stored, refused);
  return finish(lease, station, stored, tried);
}

/** For its next try, unless it has been tried for long enough. */
async function postpone(
  lease: Lease, station: Station, stored: StoredDelivery, { sent, until }: Try, failure: Failure,
  retry: Destination['retry'],
): Promise<'postponed' | 'failed'> {
  const { folder, delivery } = stored;
  const usual = clockAfterFailure(await findClock(folder), failure, retry, station.now());
  const clock = until === undefined ? usual : clockUntil(usual, until, station.now());
  if (isOver(clock, retry, station.now()) || isRefusedByNow(sent, clock.failedTries)) {
    const afterSeconds = failingSeconds(clock, station.now());
    const givenUp: Failure = { reason: 'delivery-given-up', afterSeconds, last: failure };
    return fail(lease, station, stored, [givenUp, ...sent.refused]);
  }
  await writeClock(folder, clock);
  station.events.write({
    event: 'delivery-postponed', ...aboutDelivery(delivery), failure, notBefore: clock.notBefore,
    delivered: sent.stored, missing: sent.missing,
  });
  return 'postponed';
}

/** A status such as 0110, processing failure, is worth a few tries and not a week of them; so is silence. */
function isRefusedByNow({ isLimited = false }: Sent, tries: number): boolean {
  return isLimited && tries >= MOST_LIMITED_TRIES;
}

async function hold(
  lease: Lease, station: Station, stored: StoredDelivery, failure: Failure,
): Promise<'held'> {
  const held: DeliveryHeld = { heldAt: station.now().toISOString(), failure };
  await writeJsonDurable(stored.folder.held, held);
  lease.assertHeld();
  station.events.write({ event: 'delivery-held', ...aboutDelivery(stored.delivery), failure });
  await moveDelivery(lease, station.layout, stored, 'held');
  return 'held';
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

async function finish(
  lease: Lease, station: Station, stored: StoredDelivery, { seconds, at }: Try,
): Promise<'done'> {
  const { delivery, folder } = stored;
  await removeClock(folder);
  await removeCopies(stored);
  const instances = delivery.instances.length;
  const where = at === undefined ? {} : { at };
  const bytes = delivery.instances.reduce((sum, instance) => sum + instance.bytes, 0);
  lease.assertHeld();
  station.events.write({ event: 'delivery-done', ...aboutDelivery(delivery), instances, bytes, seconds, ...where });
  await moveDelivery(lease, station.layout, stored, 'done');
  return 'done';
}
