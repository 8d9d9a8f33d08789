// Sends what is due. Destinations are independent of each other and worked on side by side; to one place, one delivery
// goes at a time, or as many as its destination allows: whoever sends there holds one of the place's leases, and that of
// the delivery that it sends.

import type { ReachableDestination } from '../../config/destination.ts';
import { placeOf } from '../../config/place-of.ts';
import { failureText } from '../../job/failure-text.ts';
import { isTemporary, type Failure } from '../../job/failure.ts';
import type { Delivery } from '../../job/delivery.ts';
import { isDue } from '../../job/retry-clock.ts';
import { findDelivery, listDeliveryIds, type StoredDelivery } from '../../spool/delivery-store.ts';
import { findClock } from '../../spool/job-store.ts';
import { withLease, type Lease } from '../../spool/lease.ts';
import { advanceJob } from '../job/advance-job.ts';
import { commitDelivery } from './commit-delivery.ts';
import { deliveryLease, findDestination } from './find-destination.ts';
import { faultOf } from '../fault.ts';
import { groupBy } from '../group-by.ts';
import { forgetTrouble, noteTrouble } from '../route/place-trouble.ts';
import { probePlace } from './probe-place.ts';
import { resumeJob } from '../job/resume-job.ts';
import { sendDelivery, type Sent } from './send-delivery.ts';
import type { Station } from '../station.ts';
import { isFirstTold } from '../told.ts';

/** What one run came to. */
export interface DeliverOutcome {
  readonly done: number;
  readonly postponed: number;
  /** Until a person has looked. */
  readonly held: number;
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

/** For one delivery. */
export interface SendOptions extends DeliverOptions {
  /** Why its place is known not to be there; then it is not tried. */
  readonly absence?: Failure | undefined;
}

export async function deliverDue(station: Station, options: DeliverOptions = {}): Promise<DeliverOutcome> {
  const ids = options.only === undefined ? await listDeliveryIds(station.layout, 'pending') : [options.only];
  const due: DueDelivery[] = [];
  for (const DeliveryId of ids) {
    const found = await findIfDue(station, DeliveryId, options);
    if (found !== undefined) due.push(found);
  }
  const total = { done: 0, postponed: 0, held: 0, failed: 0, stuck: 0 };
  await Promise.all([...groupBy(due, ({ place }) => place)].map(async ([place, group]) => {
    const destination = group.find((due) => due.destination !== undefined)?.destination;
    const round: Round = { DeliveryIds: group.map(({ DeliveryId }) => DeliveryId), destination, total, isOver: false };
    const slots = Math.min(group.length, ...group.map((due) => due.destination?.parallel ?? 1));
    await Promise.all(Array.from({ length: slots }, async (_, index) => {
      const slot = index === 0 ? place : `${place} ${index + 1}`;
      return withLease(station.layout, slot, () => deliverRound(station, round, options)); // 'busy': another run's
    }));
  }));
  return total;
}

/** A delivery whose turn has come. */
interface DueDelivery {
  readonly DeliveryId: string;
  readonly place: string;
  /** Absent: it is configured no more, and the delivery fails. */
  readonly destination?: ReachableDestination;
}

/** @returns undefined where it is not due, or not pending any more */
async function findIfDue(
  station: Station, DeliveryId: string, { only }: DeliverOptions,
): Promise<DueDelivery | undefined> {
  try {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) return undefined;
    const destination = findDestination(station, stored.delivery);
    if ('failure' in destination) return { DeliveryId, place: stored.delivery.place };
    const isItsTime = only !== undefined || isDue(await findClock(stored.folder), station.now());
    return isItsTime ? { DeliveryId, place: placeOf(destination), destination } : undefined;
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, station.layout.delivery('pending', DeliveryId)));
    return undefined;
  }
}

/** What is due for one place, and what has come of it; shared by those who send there side by side. */
interface Round {
  /** Those that nobody has begun. */
  readonly DeliveryIds: string[];
  /** What stands for the place. */
  readonly destination: ReachableDestination | undefined;
  /** Once one of them has asked: why the place is not there. */
  absence?: Promise<Failure | undefined>;
  readonly total: { -readonly [Became in keyof DeliverOutcome]: number };
  /** The place itself is in trouble, or the caller wants an end: the others wait for their next tick. */
  isOver: boolean;
}

/** One delivery after the other, each under its lease, so that a person can change those whose turn has not come. */
async function deliverRound(station: Station, round: Round, options: DeliverOptions): Promise<void> {
  round.absence ??= options.only === undefined ? findAbsence(station, round, options) : Promise.resolve(undefined);
  const absence = await round.absence;
  for (let next = round.DeliveryIds.shift(); next !== undefined && !round.isOver; next = round.DeliveryIds.shift()) {
    const DeliveryId = next;
    if (options.signal?.aborted === true) return;
    const delivered = await withLease(station.layout, deliveryLease(DeliveryId), (lease) => {
      return deliverOne(lease, station, DeliveryId, { ...options, absence });
    });
    if (delivered === 'busy' || delivered === 'gone') continue; // a person changes it just now, or has changed it
    if (delivered === 'stopped') return;
    round.total[delivered.became] += 1;
    if (delivered.place === 'in trouble') round.isOver = true;
  }
}

/** Of a place that did not work: it is asked once for all that is due there. */
async function findAbsence(
  station: Station, { destination }: Round, { signal }: DeliverOptions,
): Promise<Failure | undefined> {
  const absence = destination === undefined ? undefined : await probePlace(station, destination, signal);
  if (destination === undefined || absence === undefined || signal?.aborted === true) return undefined;
  await noteTrouble(station, destination, absence);
  return absence;
}

/** What became of a delivery, and of the place that it was tried on. */
interface Delivered {
  readonly became: keyof DeliverOutcome;
  readonly place?: Sent['place'] | undefined;
}

async function deliverOne(
  lease: Lease, station: Station, DeliveryId: string, options: SendOptions,
): Promise<Delivered | 'gone' | 'stopped'> {
  const path = station.layout.delivery('pending', DeliveryId);
  try {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) return 'gone';
    const begun = performance.now();
    const destination = findDestination(station, stored.delivery);
    const sent = await trySending(station, stored, destination, options);
    if (sent.stopped === true) return 'stopped';
    if (!('failure' in destination)) await noteHowItIs(station, destination, sent);
    const seconds = Math.round((performance.now() - begun) / 1000);
    const retry = 'failure' in destination ? undefined : destination.retry;
    const became = await commitDelivery(lease, station, stored, { sent, retry, seconds });
    if (became !== 'postponed') await finishItsJob(station, stored.delivery);
    return { became, place: sent.place };
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, path));
    return { became: 'stuck' };
  }
}

/** Keeps what the try has shown of the place, for all who go there. What is for good concerns this delivery alone. */
async function noteHowItIs(
  station: Station, destination: ReachableDestination, { place, postponed }: Sent,
): Promise<void> {
  if (place === 'works') await forgetTrouble(station, destination);
  if (place === 'in trouble' && postponed !== undefined) await noteTrouble(station, destination, postponed);
}

/** What goes wrong on our side concerns this delivery alone. */
async function trySending(
  station: Station, stored: StoredDelivery, destination: ReturnType<typeof findDestination>, options: SendOptions,
): Promise<Sent> {
  const nothing = { stored: 0, missing: stored.delivery.instances.length };
  if ('failure' in destination) return { ...nothing, refused: [destination.failure] };
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
