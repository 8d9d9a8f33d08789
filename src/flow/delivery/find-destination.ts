// Where a delivery goes, by the configuration as it is now.

import type { Destination } from '../../config/destination.ts';
import { placeOf } from '../../config/place-of.ts';
import type { Delivery } from '../../job/delivery.ts';
import type { Station } from '../station.ts';

/**
 * The destination of a delivery as it is configured now, undefined where it is no more. Found by name, or, since names
 * that are made from titles change with the other destinations, by its place.
 */
export function findDestination(station: Station, { destination, place }: Delivery): Destination | undefined {
  const { destinations } = station.configuration;
  return destinations.find(({ name }) => name === destination)
    ?? destinations.find((candidate) => placeOf(candidate) === place);
}

/** Name of the lease that whoever sends or changes a delivery must hold. */
export function deliveryLease(DeliveryId: string): string {
  return `delivery ${DeliveryId}`;
}
