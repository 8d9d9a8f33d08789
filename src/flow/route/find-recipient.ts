// What a delivery was made for, by the configuration as it is now.

import type { DestinationChoice, ReachableDestination } from '../../config/destination.ts';
import type { Delivery } from '../../job/delivery.ts';
import type { Failure } from '../../job/failure.ts';
import { findDestination, reachDestination } from '../delivery/find-destination.ts';
import type { Station } from '../station.ts';

/** A destination, a choice of such, or why there is neither. */
export function findRecipient(
  station: Station, delivery: Delivery,
): ReachableDestination | DestinationChoice | { readonly failure: Failure } {
  const choice = station.configuration.choices.find(({ name }) => name === delivery.destination);
  return choice ?? findDestination(station, delivery);
}

/** The destinations of a choice that there is a place for; a sender that nobody has told of has none. */
export function membersOf(
  station: Station, { oneOf }: DestinationChoice, { sender }: Delivery,
): readonly (ReachableDestination | { readonly name: string; readonly failure: Failure })[] {
  return oneOf.map((member) => {
    const reached = reachDestination(station, member, sender);
    return 'failure' in reached ? { name: member.name, ...reached } : reached;
  });
}
