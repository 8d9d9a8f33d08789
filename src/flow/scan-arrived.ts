// Finds what has arrived completely and sees to it: first what an interrupted run had claimed, then what has been quiet
// long enough. One run at a time, over all hosts.

import {
  claimMark, giveBackIfTouched, listClaims, listMarks, removeMark, removeOldNotes, setAside, type Claim,
} from '../spool/arrivals.ts';
import { failureText } from '../job/failure-text.ts';
import { isTemporary } from '../job/failure.ts';
import { formatStamp } from '../job/stamp.ts';
import { nothingArrives } from '../spool/idle.ts';
import { withLease, type Lease } from '../spool/lease.ts';
import { faultOf } from './fault.ts';
import { findComplete } from './find-complete.ts';
import { finishArrival } from './finish-arrival.ts';
import type { Station } from './station.ts';
import { isFirstTold } from './told.ts';

/** What one run came to. */
export interface ScanOutcome {
  /** Arrivals that were seen to. */
  readonly finished: number;
  /** Files that were set aside for a person. */
  readonly setAside: number;
  /** Arrivals that could not be seen to now; they stay claimed and are tried again. */
  readonly postponed: number;
  /** Bugs met; the arrivals they concern were set aside. */
  readonly bugs: number;
}

/** @returns 'busy' where another run is at it */
export async function scanArrived(station: Station): Promise<ScanOutcome | 'busy'> {
  if (nothingArrives(station.layout)) return { finished: 0, setAside: 0, postponed: 0, bugs: 0 };
  return withLease(station.layout, 'scan-arrived', (lease) => scan(lease, station));
}

async function scan(lease: Lease, station: Station): Promise<ScanOutcome> {
  const { layout } = station;
  const outcome = { finished: 0, setAside: 0, postponed: 0, bugs: 0 };
  await removeOldNotes(lease, layout);
  for (const claim of await listClaims(layout)) {
    if (!await giveBackIfTouched(lease, layout, claim)) await seeTo(lease, station, claim, outcome);
  }
  const { marks, strangers } = await listMarks(layout);
  for (const { mark, covered } of await findComplete(station, marks)) {
    if (covered) {
      await removeMark(lease, layout, mark);
      continue;
    }
    const claim = await claimMark(lease, layout, mark);
    if (claim !== undefined) await seeTo(lease, station, claim, outcome);
  }
  for (const name of strangers) {
    const file = await setAside(lease, layout, layout.mark(name), `${formatStamp(station.now())} ${name}`);
    station.events.write({ event: 'arrival-rejected', text: 'its name is not that of an arrival', file });
    outcome.setAside += 1;
  }
  return outcome;
}

/** Whatever goes wrong with one arrival, the others are seen to. */
async function seeTo(
  lease: Lease, station: Station, claim: Claim, outcome: { -readonly [Key in keyof ScanOutcome]: number },
): Promise<void> {
  const { layout, events } = station;
  const { StudyInstanceUID } = claim.origin;
  try {
    if (await finishArrival(lease, station, claim) === 'finished') outcome.finished += 1;
    else outcome.setAside += 1;
  } catch (thrown) {
    const failure = faultOf(thrown, layout.claim(claim.name));
    if (isTemporary(failure)) {
      outcome.postponed += 1;
      const isNews = isFirstTold(`${claim.name}: ${failureText(failure)}`);
      if (isNews) events.write({ event: 'arrival-postponed', StudyInstanceUID, failure });
      return;
    }
    const file = await setAside(lease, layout, layout.claim(claim.name), claim.name);
    events.write({ event: 'arrival-rejected', text: failureText(failure), file, StudyInstanceUID });
    outcome.setAside += 1;
    if (failure.reason === 'internal-error') outcome.bugs += 1;
  }
}
