// Finds what has arrived completely and sees to it: first what an interrupted run had claimed, then what has been quiet
// long enough. One run at a time, over all hosts.

import {
  claimMark, giveBackIfTouched, listClaims, listMarks, removeMark, removeOldNotes, setAside, type Claim,
} from '../spool/arrivals.ts';
import { codeOf } from '../spool/error-code.ts';
import { nothingArrives } from '../spool/idle.ts';
import { withLease, type Lease } from '../spool/lease.ts';
import { LeaseLost } from '../spool/lease-lost.ts';
import { findComplete } from './find-complete.ts';
import { finishArrival } from './finish-arrival.ts';
import type { Station } from './station.ts';

/** What one run came to. */
export interface ScanOutcome {
  /** Arrivals that were seen to. */
  readonly finished: number;
  /** Files that were set aside for a person. */
  readonly setAside: number;
  /** Bugs met; the arrivals they concern were set aside. */
  readonly bugs: readonly Error[];
  /** An arrival that could not be seen to because the disk failed; it stays claimed and is tried again. */
  readonly diskFault?: Error;
}

/** @returns 'busy' where another run is at it */
export async function scanArrived(station: Station): Promise<ScanOutcome | 'busy'> {
  const { layout } = station;
  if (nothingArrives(layout)) return { finished: 0, setAside: 0, bugs: [] };
  return withLease(layout, 'scan-arrived', (lease) => scan(lease, station));
}

async function scan(lease: Lease, station: Station): Promise<ScanOutcome> {
  const { layout } = station;
  const bugs: Error[] = [];
  let finished = 0;
  let aside = 0;

  async function see(claim: Claim): Promise<void> {
    try {
      if (await finishArrival(lease, station, claim) === 'finished') finished += 1;
      else aside += 1;
    } catch (error) {
      if (!(error instanceof Error) || error instanceof LeaseLost || codeOf(error) !== undefined) throw error;
      // A bug that one study brings to light must not keep the others waiting.
      bugs.push(error);
      const file = await setAside(lease, layout, layout.claim(claim.name), claim.name);
      const { StudyInstanceUID } = claim.origin;
      station.events.write({ event: 'arrival-rejected', text: `internal error: ${error.message}`, file, StudyInstanceUID });
      aside += 1;
    }
  }

  try {
    await removeOldNotes(lease, layout);
    for (const claim of await listClaims(layout)) {
      if (!await giveBackIfTouched(lease, layout, claim)) await see(claim);
    }
    const { marks, strangers } = await listMarks(layout);
    for (const { mark, covered } of await findComplete(station, marks)) {
      if (covered) {
        await removeMark(lease, layout, mark);
        continue;
      }
      const claim = await claimMark(lease, layout, mark);
      if (claim !== undefined) await see(claim);
    }
    for (const name of strangers) {
      const file = await setAside(lease, layout, layout.mark(name), name);
      station.events.write({ event: 'arrival-rejected', text: 'its name is not that of an arrival', file });
      aside += 1;
    }
  } catch (error) {
    if (!(error instanceof Error) || codeOf(error) === undefined) throw error;
    return { finished, setAside: aside, bugs, diskFault: error };
  }
  return { finished, setAside: aside, bugs };
}
