// What is known of a place beyond a single delivery: that it does not work, since when, and when it is asked again.
// Noted by whoever tried it, under one of the place's leases; forgotten as soon as it works.

import type { ReachableDestination } from '../../config/destination.ts';
import { placeOf } from '../../config/place-of.ts';
import type { Failure } from '../../job/failure.ts';
import type { PlaceTrouble } from '../../job/place-trouble.ts';
import { clockAfterFailure } from '../../job/retry-clock.ts';
import { findTrouble, removeTrouble, writeTrouble } from '../../spool/place-troubles.ts';
import type { Station } from '../station.ts';

/** One more try has failed; the next one is due as the destination's `retry` has it. */
export async function noteTrouble(
  station: Station, destination: ReachableDestination, failure: Failure,
): Promise<PlaceTrouble> {
  const { layout, events } = station;
  const place = placeOf(destination);
  const before = await findTrouble(layout, place);
  const clock = clockAfterFailure(before, failure, destination.retry, station.now());
  const trouble: PlaceTrouble = { place, destination: destination.name, ...clock };
  if (before === undefined) {
    events.write({ event: 'destination-in-trouble', destination: destination.name, failure });
  }
  await writeTrouble(layout, trouble);
  return trouble;
}

/** It works. */
export async function forgetTrouble({ layout, events }: Station, destination: ReachableDestination): Promise<void> {
  const place = placeOf(destination);
  const trouble = await findTrouble(layout, place);
  if (trouble === undefined) return;
  events.write({ event: 'destination-back', destination: destination.name, since: trouble.failingSince });
  await removeTrouble(layout, place);
}
