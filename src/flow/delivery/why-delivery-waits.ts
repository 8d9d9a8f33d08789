// Says of a delivery that is open why it is not being sent now, and until when.

import type { DeliveryCommitment } from '../../job/commitment.ts';
import type { DeliveryHeld } from '../../job/delivery.ts';
import { failureText } from '../../job/failure-text.ts';
import type { HeldDestination } from '../../job/held-destination.ts';
import type { Clock } from '../../job/job.ts';
import { isDue } from '../../job/retry-clock.ts';
import type { Consideration, Wait } from '../../job/route.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import { findHeldDestination } from '../../spool/held-destinations.ts';
import { findClock } from '../../spool/job-store.ts';
import { findJson } from '../../spool/read.ts';
import { routeDelivery } from '../route/route-delivery.ts';
import { waitText } from '../route/route-text.ts';
import type { Station } from '../station.ts';

export interface DeliveryWait {
  /** Its next try; a report of storage commitment; what a route waits for; or a person, for this delivery alone. */
  readonly waitsFor: 'retry' | 'report' | 'release' | Wait['waitsFor'];
  /** Such as `after 2026-11-20T09:15:30.123Z: PACS at 10.0.0.1:104 cannot be reached`. */
  readonly text: string;
  /** ISO 8601 UTC, where that is known. */
  readonly until?: string;
}

/** undefined: it has ended, or is due, and the next `dts forward` takes it */
export async function whyDeliveryWaits(station: Station, stored: StoredDelivery): Promise<DeliveryWait | undefined> {
  switch (stored.state) {
    case 'pending': return whyPendingWaits(station, stored);
    case 'confirming': return whyConfirmingWaits(station, stored);
    case 'held': return whyHeldWaits(stored);
    default: return undefined;
  }
}

async function whyPendingWaits(station: Station, stored: StoredDelivery): Promise<DeliveryWait | undefined> {
  const routed = await routeDelivery(station, stored);
  if ('failures' in routed) return undefined; // the next run fails it
  if ('wait' in routed) {
    const { waitsFor, until } = routed.wait;
    const held = waitsFor === 'held' ? await findHoldOf(station, stored, routed.considered) : undefined;
    if (held !== undefined) return { waitsFor, text: `until ${held.destination} is released: ${heldText(held)}` };
    const text = waitText(routed.wait, routed.considered, station.configuration.receiver.timezone);
    return { waitsFor, text, ...(until === undefined ? {} : { until }) };
  }
  return whyRetryWaits(await findClock(stored.folder), station.now());
}

function whyRetryWaits(clock: Clock | undefined, now: Date): DeliveryWait | undefined {
  if (clock === undefined || isDue(clock, now)) return undefined;
  return { waitsFor: 'retry', text: `after ${clock.notBefore}: ${failureText(clock.last)}`, until: clock.notBefore };
}

/** A held destination is asked nothing more, but its report still comes. */
async function whyConfirmingWaits(station: Station, { folder }: StoredDelivery): Promise<DeliveryWait | undefined> {
  const clock = await findClock(folder);
  if (clock?.last.reason !== 'commitment-not-reported') return whyRetryWaits(clock, station.now());
  if (isDue(clock, station.now())) return undefined;
  const { destination = '', transactions = [] } = await findJson<DeliveryCommitment>(folder.transaction) ?? {};
  const asked = transactions.at(-1)?.askedAt ?? '';
  const text = `for a report of ${destination} on its storage commitment, asked at ${asked}, until ${clock.notBefore}`;
  return { waitsFor: 'report', text, until: clock.notBefore };
}

/** Of the choice, or of the first of its destinations that is held. */
export async function findHoldOf(
  { layout }: Station, { delivery }: StoredDelivery, considered: readonly Consideration[],
): Promise<HeldDestination | undefined> {
  const whole = await findHeldDestination(layout, delivery.destination);
  return whole ?? considered.find(({ held }) => held !== undefined)?.held;
}

async function whyHeldWaits({ folder }: StoredDelivery): Promise<DeliveryWait> {
  const held = await findJson<DeliveryHeld>(folder.held) ?? { heldAt: '' };
  const failure = held.failure === undefined ? '' : `: ${failureText(held.failure)}`;
  return { waitsFor: 'release', text: `until it is released: ${heldText(held)}${failure}` };
}

/** Such as `held by anna since 2026-11-20T08:15:30.123Z: it gets a new disk`. */
export function heldText({ heldAt, by, reason }: { heldAt: string; by?: string; reason?: string }): string {
  return `held${by === undefined ? '' : ` by ${by}`}${heldAt === '' ? '' : ` since ${heldAt}`}`
    + (reason === undefined ? '' : `: ${reason}`);
}
