// Writes down what a try at a delivery came to: all is stored, it is tried again later, a person must look first, or it
// has failed.

import type { Destination } from '../../config/destination.ts';
import type { Failure } from '../../job/failure.ts';
import { clockAfterFailure, clockUntil, failingSeconds, isOver } from '../../job/retry-clock.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import { findClock, writeClock } from '../../spool/job-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { aboutDelivery } from '../about.ts';
import { awaitCommitment, failDelivery, finishDelivery, holdDelivery } from './end-delivery.ts';
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
  /** Name of the destination, where it is to commit itself to what it has stored. */
  readonly confirms?: string | undefined;
}

/** Of an instance whose status says that trying again may help, or not. */
export const MOST_LIMITED_TRIES = 5;

/** @param lease the delivery's */
export async function commitDelivery(
  lease: Lease, station: Station, stored: StoredDelivery, tried: Try,
): Promise<'done' | 'confirming' | 'postponed' | 'held' | 'failed'> {
  const { sent: { postponed, refused, hold }, retry, seconds, at, confirms } = tried;
  if (hold !== undefined) return holdDelivery(lease, station, stored, hold);
  if (postponed !== undefined && retry !== undefined) return postpone(lease, station, stored, tried, postponed, retry);
  if (refused.length > 0) return failDelivery(lease, station, stored, refused);
  return confirms === undefined ? finishDelivery(lease, station, stored, { seconds, ...(at === undefined ? {} : { at }) })
    : awaitCommitment(lease, station, stored, { seconds, destination: confirms });
}

/** For its next try, unless it has been tried for long enough. */
async function postpone(
  lease: Lease, station: Station, stored: StoredDelivery, { sent, until }: Try, failure: Failure,
  retry: Destination['retry'],
): Promise<'postponed' | 'failed'> {
  const { folder, delivery } = stored;
  const usual = clockAfterFailure(await findClock(folder), failure, retry, station.now());
  const clock = until === undefined ? usual : clockUntil(usual, until, station.now());
  if (isOver(clock, retry, station.now()) || isRefusedByNow(sent)) {
    const afterSeconds = failingSeconds(clock, station.now());
    const givenUp: Failure = { reason: 'delivery-given-up', afterSeconds, last: failure };
    return failDelivery(lease, station, stored, [givenUp, ...sent.refused]);
  }
  await writeClock(folder, clock);
  station.events.write({
    event: 'delivery-postponed', ...aboutDelivery(delivery), failure, notBefore: clock.notBefore,
    delivered: sent.stored, missing: sent.missing,
  });
  return 'postponed';
}

/** A status such as 0110, processing failure, is worth a few tries and not a week of them; so is silence. */
function isRefusedByNow({ limitedTries = 0 }: Sent): boolean {
  return limitedTries >= MOST_LIMITED_TRIES;
}
