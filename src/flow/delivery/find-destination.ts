// Where a delivery goes, by the configuration as it is now.

import type { Destination, ReachableDestination, StorageCommitment } from '../../config/destination.ts';
import { findSender } from '../../config/find-sender.ts';
import { placeOf } from '../../config/place-of.ts';
import type { Delivery } from '../../job/delivery.ts';
import type { Failure } from '../../job/failure.ts';
import type { Station } from '../station.ts';

/**
 * The destination of a delivery as it is configured now, or why there is none. Found by name, or, since names that are
 * made from titles change with the other destinations, by its place.
 */
export function findDestination(
  station: Station, { destination, place, sender }: Delivery,
): ReachableDestination | { readonly failure: Failure } {
  const { destinations } = station.configuration;
  const named = destinations.find(({ name }) => name === destination);
  if (named !== undefined) return reachDestination(station, named, sender);
  const samePlace = destinations.find((candidate): candidate is ReachableDestination => {
    return candidate.type !== 'sender' && placeOf(candidate) === place;
  });
  return samePlace ?? { failure: { reason: 'destination-unknown', destination } };
}

/**
 * What stands for a destination of a study: the sender's node for one that is whoever sent it, under the
 * destination's own name and with all that the destination says of what goes there.
 * @param sender the AE title that sent the study
 */
export function reachDestination(
  { configuration }: Station, destination: Destination, sender: string | undefined,
): ReachableDestination | { readonly failure: Failure } {
  switch (destination.type) {
    case 'dicom':
    case 'dicomweb':
    case 'folder': return destination;
    case 'sender': {
      const found = sender === undefined ? undefined : findSender(configuration.senders, sender);
      if (found === undefined) return { failure: { reason: 'sender-unknown', AETitle: sender ?? '' } };
      const { type: _kind, ...itsOwn } = destination;
      return { ...found.destination, ...itsOwn };
    }
  }
}

/** Who is to commit itself to what is stored there; undefined where nobody is. */
export function commitmentOf(destination: ReachableDestination): StorageCommitment | undefined {
  return destination.type === 'dicom' ? destination.storageCommitment : undefined;
}

/** Name of the lease that whoever sends or changes a delivery must hold. */
export function deliveryLease(DeliveryId: string): string {
  return `delivery ${DeliveryId}`;
}
