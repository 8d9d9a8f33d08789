// One try at one delivery, under its lease: where it goes now is found again, it is sent, and what came of it is kept.

import { placeOf } from '../../config/place-of.ts';
import type { Delivery } from '../../job/delivery.ts';
import { failureText } from '../../job/failure-text.ts';
import { isTemporary, type Failure } from '../../job/failure.ts';
import { findDelivery, type StoredDelivery } from '../../spool/delivery-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { aboutDelivery } from '../about.ts';
import { faultOf } from '../fault.ts';
import { advanceJob } from '../job/advance-job.ts';
import { resumeJob } from '../job/resume-job.ts';
import { noteRoute } from '../route/note-route.ts';
import { noteTry } from '../route/note-try.ts';
import { forgetTrouble, noteTrouble } from '../route/place-trouble.ts';
import { retryOf, routeDelivery, type Route, type Routed } from '../route/route-delivery.ts';
import type { Station } from '../station.ts';
import { isFirstTold } from '../told.ts';
import { commitDelivery } from './commit-delivery.ts';
import type { SendOptions } from './deliver.ts';
import { commitmentOf } from './find-destination.ts';
import { sendDelivery, type Sent } from './send-delivery.ts';

/**
 * What a try may come to. `confirming`: stored, and who has it is to commit itself. `stuck`: neither sent nor failed, for
 * what went wrong could not even be written down.
 */
export type Became = 'done' | 'confirming' | 'postponed' | 'held' | 'failed' | 'stuck';

/** What became of a delivery, and of the place that it was tried on. */
export interface Delivered {
  /** Absent: nothing was decided, it waits or goes on. */
  readonly became?: Became;
  readonly place?: Sent['place'] | undefined;
  /** It is to go to another place now. */
  readonly goesOn?: true;
}

/** @param place whose turn it is to get it */
export async function deliverOne(
  lease: Lease, station: Station, DeliveryId: string, place: string, options: SendOptions,
): Promise<Delivered | 'gone' | 'stopped'> {
  try {
    const stored = await findDelivery(station.layout, 'pending', DeliveryId);
    if (stored === undefined) return 'gone';
    const routed = await routeDelivery(station, stored, options.only !== undefined);
    if ('failures' in routed) {
      return await commit(lease, station, stored, routed, { ...nothingOf(stored), refused: routed.failures }, 0);
    }
    if ('wait' in routed) return await wait(lease, station, stored, routed, options);
    if (placeOf(routed.to) !== place) return { goesOn: true };
    return await tryAt(lease, station, stored, routed, options);
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, station.layout.delivery('pending', DeliveryId)));
    return { became: 'stuck' };
  }
}

async function tryAt(
  lease: Lease, station: Station, stored: StoredDelivery, route: Route, options: SendOptions,
): Promise<Delivered | 'stopped'> {
  const begun = performance.now();
  await noteRoute(station, stored, route, options.sentDespite);
  const sent = await trySending(station, stored, route, options);
  if (sent.stopped === true) return 'stopped';
  await noteHowItIs(station, route, sent);
  const seconds = Math.round((performance.now() - begun) / 1000);
  if (sent.closed === true) {
    station.events.write({
      event: 'delivery-interrupted', ...aboutDelivery(stored.delivery), at: route.to.name,
      delivered: sent.stored, missing: sent.missing,
    });
    return route.choice === undefined ? {} : { goesOn: true };
  }
  if (!await noteTry(station, stored, route, sent)) return commit(lease, station, stored, route, sent, seconds);
  const next = await routeDelivery(station, stored);
  if ('to' in next && next.to.name !== route.to.name) {
    const failure = sent.hold ?? sent.postponed ?? sent.refused[0];
    if (failure !== undefined) {
      station.events.write({
        event: 'delivery-rerouted', ...aboutDelivery(stored.delivery), from: route.to.name, to: next.to.name, failure,
      });
    }
    return { goesOn: true, place: sent.place };
  }
  return commit(lease, station, stored, next, 'failures' in next ? { ...sent, refused: next.failures } : sent, seconds);
}

/** A choice whose destination has just shown not to be there counts as tried, when the others cannot take over now. */
async function wait(
  lease: Lease, station: Station, stored: StoredDelivery, routed: Extract<Routed, { wait: unknown }>,
  { absence }: SendOptions,
): Promise<Delivered> {
  if (absence === undefined || routed.choice === undefined || routed.wait.waitsFor !== 'trouble') return {};
  return commit(lease, station, stored, routed, { ...nothingOf(stored), refused: [], postponed: absence }, 0);
}

async function commit(
  lease: Lease, station: Station, stored: StoredDelivery, routed: Routed, sent: Sent, seconds: number,
): Promise<Delivered> {
  const until = 'wait' in routed ? routed.wait.until : undefined;
  const at = 'to' in routed && routed.choice !== undefined ? { at: routed.to.name } : {};
  const confirms = 'to' in routed ? commitmentOf(routed.to) && routed.to.name : undefined;
  const became = await commitDelivery(lease, station, stored, {
    sent, retry: retryOf(routed), seconds, until, confirms, ...at,
  });
  if (became !== 'postponed' && became !== 'confirming') await finishItsJob(station, stored.delivery);
  return { became, place: sent.place };
}

/** Keeps what the try has shown of the place, for all who go there. What is for good concerns this delivery alone. */
async function noteHowItIs(station: Station, { to, choice }: Route, { place, postponed, hold }: Sent): Promise<void> {
  const trouble = postponed ?? (choice === undefined ? undefined : hold); // the others of a choice go elsewhere first
  if (place === 'works') await forgetTrouble(station, to);
  if (place === 'in trouble' && trouble !== undefined) await noteTrouble(station, to, trouble);
}

/** What goes wrong on our side concerns this delivery alone. */
async function trySending(
  station: Station, stored: StoredDelivery, route: Route, options: SendOptions,
): Promise<Sent> {
  try {
    return await sendDelivery(station, stored, route, options);
  } catch (thrown) {
    const fault = faultOf(thrown, stored.folder.path);
    return isTemporary(fault) ? { ...nothingOf(stored), refused: [], postponed: fault }
      : { ...nothingOf(stored), refused: [fault] };
  }
}

function nothingOf({ delivery: { instances } }: StoredDelivery): Pick<Sent, 'stored' | 'missing'> {
  return { stored: 0, missing: instances.length };
}

/** The job's last delivery may have ended with this one. Where another command holds the job, that one will see it. */
export async function finishItsJob(station: Station, { JobId }: Delivery): Promise<void> {
  await resumeJob(station, JobId);
  await advanceJob(station, 'forwarding', JobId);
}

/** Says once in a process what is wrong with a delivery that cannot even be failed. */
export function tellStuck(station: Station, DeliveryId: string, failure: Failure): void {
  if (!isFirstTold(`${DeliveryId}: ${failureText(failure)}`)) return;
  station.events.write({ event: 'delivery-stuck', DeliveryId, failure });
}
