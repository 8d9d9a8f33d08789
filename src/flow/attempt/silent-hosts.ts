// Hosts that have not been heard of for a while.

import { findHost } from '../../spool/host-beat.ts';
import type { Station } from '../station.ts';

/** Cron starts `run-one-job` every minute: after so long a person may take a host for dead. */
export const SILENCE_SECONDS = 900;

/** Infinity for one that has never given a sign: it bears another name now, or never ran this version. */
export function silentSeconds({ layout }: Station, host: string): number {
  return findHost(layout, host)?.silentSeconds ?? Infinity;
}

/** What to add to the name of a host that cores run on; empty of one that is well. */
export function silenceText(seconds: number): string {
  if (seconds < SILENCE_SECONDS) return '';
  const since = seconds === Infinity ? 'ever' : `for ${Math.round(seconds)} s`;
  return `; it has not been heard of ${since}: where it is gone for good, dts jobs cancel gives the core up`;
}
