// Holds a whole destination for a person, what comes for it later too, and lets it go on.

import { removeHeldDestination, writeHeldDestination } from '../../spool/held-destinations.ts';
import { withLease } from '../../spool/lease.ts';
import { findHold, placeNamed } from '../route/find-hold.ts';
import type { Station } from '../station.ts';

/** Who, and why. */
export interface HoldDetails {
  readonly by?: string;
  readonly reason?: string;
}

/** @returns false where somebody holds it already, whose reason stays; 'busy' where another person changes it now */
export async function holdDestination(
  station: Station, destination: string, { by, reason }: HoldDetails,
): Promise<boolean | 'busy'> {
  const { layout, events } = station;
  return withLease(layout, leaseOf(destination), async () => {
    if (await findHold(station, destination) !== undefined) return false;
    const why = { ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }) };
    const place = placeNamed(station, destination);
    const what = { destination, ...(place === undefined ? {} : { place }) };
    events.write({ event: 'destination-held', destination, ...why });
    await writeHeldDestination(layout, { ...what, heldAt: station.now().toISOString(), ...why });
    return true;
  });
}

/** @returns false where nobody holds it */
export async function releaseDestination(
  station: Station, destination: string, { by, reason }: HoldDetails,
): Promise<boolean | 'busy'> {
  const { layout, events } = station;
  return withLease(layout, leaseOf(destination), async () => {
    const held = await findHold(station, destination);
    if (held === undefined) return false;
    events.write({
      event: 'destination-released', destination,
      ...(by === undefined ? {} : { by }), ...(reason === undefined ? {} : { reason }),
    });
    await removeHeldDestination(layout, held.destination);
    return true;
  });
}

function leaseOf(destination: string): string {
  return `hold ${destination}`;
}
