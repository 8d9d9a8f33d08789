// What is kept of a place that does not work: the content of outbox/.places/<place>.json. Types only.

import type { Clock } from './job.ts';

/**
 * A place of which the last try, of whatever delivery, ended in a failure of the place itself: it is away, silent, broke
 * off, rejects for now, has no room. Its delay says when it is asked again; there is none of a place that works.
 */
export interface PlaceTrouble extends Clock {
  /** As placeOf gives it. */
  readonly place: string;
  /** Name of the destination by which it was met last. */
  readonly destination: string;
}
