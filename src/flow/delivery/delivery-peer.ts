// Where a delivery goes, by the configuration as it is now.

import type { Destination } from '../../config/configuration.ts';
import type { Delivery } from '../../job/delivery.ts';
import type { Station } from '../station.ts';

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

/**
 * Name of the lease that whoever sends to a peer, or changes its deliveries, must hold. Of the peer, not of the
 * destination: several destinations may be the same archive.
 */
export function peerLease(station: Station, delivery: Delivery): string {
  const { AETitle, IP, PORT } = findDestination(station, delivery) ?? delivery.called;
  return `peer-${AETitle}-${IP}-${PORT}`;
}
