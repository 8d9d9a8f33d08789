// Whether a person holds a destination, also under a name that it had when it was held.

import { placeOf } from '../../config/place-of.ts';
import type { HeldDestination } from '../../job/held-destination.ts';
import { findHeldDestination, listHeldDestinations } from '../../spool/held-destinations.ts';
import type { Station } from '../station.ts';

/**
 * By its name; else by its place, where nothing is configured any more under the name that was held: names that are made
 * of titles change with the other destinations. @param name of a destination or a choice @returns undefined: nobody does
 */
export async function findHold(station: Station, name: string): Promise<HeldDestination | undefined> {
  const { layout, configuration: { destinations } } = station;
  const own = await findHeldDestination(layout, name);
  if (own !== undefined) return own;
  const place = placeNamed(station, name);
  if (place === undefined) return undefined;
  return (await listHeldDestinations(layout)).find((held) => {
    return held.place === place && !destinations.some((one) => one.name === held.destination);
  });
}

/** undefined: it is none of its own, but a choice's or a sender's */
export function placeNamed({ configuration: { destinations } }: Station, name: string): string | undefined {
  const found = destinations.find((one) => one.name === name);
  return found === undefined || found.type === 'sender' ? undefined : placeOf(found);
}
