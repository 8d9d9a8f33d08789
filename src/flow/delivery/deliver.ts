// Sends what is due. Destinations are independent of each other and worked on side by side; to one place, one delivery
// goes at a time, or as many as its destination allows: whoever sends there holds one of the place's leases, and that of
// the delivery that it sends. A delivery that may go to another place when one does not work goes on there at once.

import type { ReachableDestination } from '../../config/destination.ts';
import { placeOf } from '../../config/place-of.ts';
import type { Failure } from '../../job/failure.ts';
import type { Delivery } from '../../job/delivery.ts';
import { isDue } from '../../job/retry-clock.ts';
import { findDelivery, listDeliveryIds } from '../../spool/delivery-store.ts';
import { findClock } from '../../spool/job-store.ts';
import { withLease } from '../../spool/lease.ts';
import { deliverOne, tellStuck, type Became } from './deliver-one.ts';
import { deliveryLease } from './find-destination.ts';
import { faultOf } from '../fault.ts';
import { groupBy } from '../group-by.ts';
import { noteTrouble } from '../route/place-trouble.ts';
import { routeDelivery } from '../route/route-delivery.ts';
import { probePlace } from './probe-place.ts';
import type { Station } from '../station.ts';

/** What one run came to. */
export type DeliverOutcome = Readonly<Record<Became, number>>;

export interface DeliverOptions {
  /** Only this delivery, due or not, whatever its destination's windows say. */
  readonly only?: string;
  readonly signal?: AbortSignal;
  /** Told of every answer, for progress. */
  readonly answered?: (delivery: Delivery, stored: number) => void;
  /** Told of what is sent though it would wait. */
  readonly sentDespite?: (text: string) => void;
}

/** For one delivery. */
export interface SendOptions extends DeliverOptions {
  /** Why its place is known not to be there; then it is not tried. */
  readonly absence?: Failure | undefined;
}

export async function deliverDue(station: Station, options: DeliverOptions = {}): Promise<DeliverOutcome> {
  const total = { done: 0, confirming: 0, postponed: 0, held: 0, failed: 0, stuck: 0 };
  const run: Run = { station, options, total, rounds: new Map(), taken: new Set() };
  const ids = options.only === undefined ? await listDeliveryIds(station.layout, 'pending') : [options.only];
  await deliverAll(run, await findDue(run, ids));
  return total;
}

/** What is shared by all that one run does. */
interface Run {
  readonly station: Station;
  readonly options: DeliverOptions;
  readonly total: Record<Became, number>;
  /** The latest of each place, and when its turns are over. Nobody who takes turns waits for another round. */
  readonly rounds: Map<string, { readonly round: Round; readonly turns: Promise<void> }>;
  /** Which delivery was to go to which place: to none twice. */
  readonly taken: Set<string>;
}

/** A delivery whose turn has come. */
interface DueDelivery {
  readonly DeliveryId: string;
  readonly place: string;
  /** Absent: it is configured no more, or refuses, and the delivery fails. */
  readonly destination?: ReachableDestination;
}

async function findDue(run: Run, DeliveryIds: readonly string[]): Promise<DueDelivery[]> {
  const due: DueDelivery[] = [];
  for (const DeliveryId of DeliveryIds) {
    const found = await findIfDue(run, DeliveryId);
    if (found !== undefined) due.push(found);
  }
  return due;
}

/** @returns undefined where it waits, or is not pending any more */
async function findIfDue({ station, options, total }: Run, DeliveryId: string): Promise<DueDelivery | undefined> {
  try {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) return undefined;
    const isForPerson = options.only !== undefined;
    if (!isForPerson && !isDue(await findClock(stored.folder), station.now())) return undefined;
    const routed = await routeDelivery(station, stored, isForPerson);
    if ('wait' in routed) return undefined;
    if ('failures' in routed) return { DeliveryId, place: stored.delivery.place };
    return { DeliveryId, place: placeOf(routed.to), destination: routed.to };
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, station.layout.delivery('pending', DeliveryId)));
    total.stuck += 1;
    return undefined;
  }
}

/** Ends when all of them, and those that went on from there to other places, have been seen to. */
async function deliverAll(run: Run, due: readonly DueDelivery[]): Promise<void> {
  const isNew = ({ DeliveryId, place }: DueDelivery): boolean => !run.taken.has(`${DeliveryId} ${place}`);
  await Promise.all([...groupBy(due.filter(isNew), ({ place }) => place)].map(async ([place, group]) => {
    for (const { DeliveryId } of group) run.taken.add(`${DeliveryId} ${place}`);
    const latest = run.rounds.get(place);
    if (latest !== undefined && latest.round.workers > 0 && !latest.round.isOver) {
      latest.round.DeliveryIds.push(...group.map(({ DeliveryId }) => DeliveryId));
      return; // whoever waits for that round waits for these
    }
    const destination = group.find((one) => one.destination !== undefined)?.destination;
    const slots = Math.min(group.length, ...group.map((one) => one.destination?.parallel ?? 1));
    const round: Round = {
      place, destination, workers: slots, isOver: false, onward: [],
      DeliveryIds: group.map(({ DeliveryId }) => DeliveryId),
    };
    const turns = (latest?.turns ?? Promise.resolve()).then(() => takeAllTurns(run, round, slots));
    run.rounds.set(place, { round, turns });
    await turns;
    await sendOnward(run, round);
  }));
}

/** What is due for one place, and what has come of it; shared by those who send there side by side. */
interface Round {
  readonly place: string;
  /** Those that nobody has begun. */
  readonly DeliveryIds: string[];
  /** What stands for the place. */
  readonly destination: ReachableDestination | undefined;
  /** How many still take from them. */
  workers: number;
  /** Once one of them has asked: why the place is not there. */
  absence?: Promise<Failure | undefined>;
  /** The place itself is in trouble: those that nobody has begun are not tried there now. */
  isOver: boolean;
  /** Those that are to go on to another place. */
  readonly onward: string[];
}

async function takeAllTurns(run: Run, round: Round, slots: number): Promise<void> {
  await Promise.all(Array.from({ length: slots }, async (_, index) => {
    const slot = index === 0 ? round.place : `${round.place} ${index + 1}`;
    const taken = await withLease(run.station.layout, slot, () => takeTurns(run, round));
    if (taken === 'busy') round.workers -= 1; // another run's
  }));
}

/** Takes to other places what is to go on, and what nobody has begun at a place in trouble. */
async function sendOnward(run: Run, round: Round): Promise<void> {
  if (run.options.signal?.aborted === true) return;
  const left = round.isOver ? round.DeliveryIds.splice(0) : [];
  const due = await findDue(run, [...round.onward.splice(0), ...left]);
  await deliverAll(run, due.filter(({ place }) => place !== round.place));
}

/** One delivery after the other, each under its lease, so that a person can change those whose turn has not come. */
async function takeTurns({ station, options, total }: Run, round: Round): Promise<void> {
  round.absence ??= options.only === undefined ? findAbsence(station, round, options) : Promise.resolve(undefined);
  const absence = await round.absence;
  try {
    while (round.DeliveryIds.length > 0 && !round.isOver && options.signal?.aborted !== true) {
      const DeliveryId = round.DeliveryIds.shift() ?? '';
      const delivered = await withLease(station.layout, deliveryLease(DeliveryId), (lease) => {
        return deliverOne(lease, station, DeliveryId, round.place, { ...options, absence });
      });
      if (delivered === 'busy' || delivered === 'gone') continue; // a person changes it just now, or has changed it
      if (delivered === 'stopped') return;
      if (delivered.goesOn === true) round.onward.push(DeliveryId);
      if (delivered.became !== undefined) total[delivered.became] += 1;
      if (delivered.place === 'in trouble') round.isOver = true;
    }
  } finally {
    round.workers -= 1; // in the same instant in which no more are taken: who brings more after it begins a new round
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
