// Decides where a delivery goes now, or that it waits. Changes nothing.

import type { DestinationChoice, ReachableDestination } from '../../config/destination.ts';
import { chooseMember } from '../../job/choose-member.ts';
import type { Failure } from '../../job/failure.ts';
import type { RetryPolicy } from '../../job/retry-clock.ts';
import type { Consideration, Wait } from '../../job/route.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import { findHeldDestination } from '../../spool/held-destinations.ts';
import type { Station } from '../station.ts';
import { considerDestination, considerMembers } from './consider.ts';
import { findRecipient, membersOf } from './find-recipient.ts';

/** Where it goes. */
export interface Route {
  readonly to: ReachableDestination;
  /** Set where there was a choice. */
  readonly choice?: DestinationChoice;
  readonly considered: readonly Consideration[];
  /** What a person did not want to wait for. */
  readonly despite?: Wait['waitsFor'];
}

export type Routed =
  | Route
  | { readonly wait: Wait; readonly considered: readonly Consideration[]; readonly choice?: DestinationChoice }
  /** Nobody takes it, or nobody is configured to. */
  | { readonly failures: readonly Failure[] };

/** @param evenSo a person does not want to wait for a window, or for one that is in trouble */
export async function routeDelivery(station: Station, stored: StoredDelivery, evenSo = false): Promise<Routed> {
  const recipient = findRecipient(station, stored.delivery);
  if ('failure' in recipient) return { failures: [recipient.failure] };
  if (recipient.type !== 'choice') return routeTo(station, recipient, evenSo);
  const considered = await considerMembers(station, stored, recipient);
  if (await findHeldDestination(station.layout, recipient.name) !== undefined) {
    return { wait: { waitsFor: 'held' }, considered, choice: recipient };
  }
  const { failoverAfterSeconds } = recipient;
  const chosen = chooseMember(considered, { failoverAfterSeconds, evenSo }, station.now());
  if ('allRefused' in chosen) return { failures: considered.flatMap(({ refused = [] }) => refused) };
  if ('waitsFor' in chosen) return { wait: chosen, considered, choice: recipient };
  const to = membersOf(station, recipient, stored.delivery).find(({ name }) => name === chosen.chosen);
  if (to === undefined || 'failure' in to) throw new Error(`${chosen.chosen} was chosen and is not there`);
  const despite = chosen.despite === undefined ? {} : { despite: chosen.despite };
  return { to, choice: recipient, considered, ...despite };
}

async function routeTo(station: Station, destination: ReachableDestination, evenSo: boolean): Promise<Routed> {
  const considered = [await considerDestination(station, destination)];
  const chosen = chooseMember(considered, { failoverAfterSeconds: 0, evenSo }, station.now());
  if ('waitsFor' in chosen) return { wait: chosen, considered };
  const despite = 'despite' in chosen && chosen.despite !== undefined ? { despite: chosen.despite } : {};
  return { to: destination, considered, ...despite };
}

/** The policy by which a delivery is tried again, and given up; undefined where nothing is postponed any more. */
export function retryOf(routed: Routed): RetryPolicy | undefined {
  if ('failures' in routed) return undefined;
  if (routed.choice !== undefined) return routed.choice.retry;
  return 'to' in routed ? routed.to.retry : undefined;
}
