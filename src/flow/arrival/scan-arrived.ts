// Finds what has arrived and sees to it as far as the streams that want it need not wait: first what was claimed before,
// then what is claimed now. One run at a time, over all hosts.

import { removeRelease } from '../../spool/arrival-notes.ts';
import {
  claimMark, giveBackIfTouched, listClaims, listMarks, removeMark, removeOldNotes, setAside, type Claim,
} from '../../spool/arrivals.ts';
import { touchMark } from '../../spool/touch-mark.ts';
import { failureText } from '../../job/failure-text.ts';
import { isTemporary, type Failure } from '../../job/failure.ts';
import { formatStamp } from '../../job/stamp.ts';
import { nothingArrives } from '../../spool/idle.ts';
import { withLease, type Lease } from '../../spool/lease.ts';
import { faultOf } from '../fault.ts';
import { finishArrival } from './finish-arrival.ts';
import { relayArriving } from './relay-arriving.ts';
import type { Station } from '../station.ts';
import { isClaim, surveyArrivals, type Arriving } from './survey-arrivals.ts';
import { isFirstTold } from '../told.ts';

/** What one run came to. */
export interface ScanOutcome {
  /** Arrivals that were seen to, for all streams. */
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
  for (const claim of await listClaims(layout)) await giveBackIfTouched(lease, layout, claim);
  await beginQuietTimeOfFutureMarks(station);
  const { arrivals, released, strangers } = await surveyArrivals(station);
  for (const { reason } of await relayArriving(lease, station, arrivals)) {
    outcome[reason === 'internal-error' ? 'bugs' : 'postponed'] += 1;
  }
  const left = new Set<string>();
  for (const arriving of arrivals) {
    const isLeft = await advance(lease, station, arriving, outcome);
    if (isLeft) left.add(arriving.origin.StudyInstanceUID);
  }
  for (const StudyInstanceUID of released) {
    if (!left.has(StudyInstanceUID)) await removeRelease(lease, layout, StudyInstanceUID);
  }
  for (const name of strangers) {
    const file = await setAside(lease, layout, layout.mark(name), `${formatStamp(station.now())} ${name}`);
    station.events.write({ event: 'arrival-rejected', text: 'its name is not that of an arrival', file });
    outcome.setAside += 1;
  }
  return outcome;
}

/** The computer's clock was set back since: their quiet time begins now. */
async function beginQuietTimeOfFutureMarks({ layout, now }: Station): Promise<void> {
  for (const { name, markedAt } of (await listMarks(layout)).marks) {
    if (markedAt > now()) await touchMark(layout.mark(name), now());
  }
}

type Counts = { -readonly [Key in keyof ScanOutcome]: number };

/** @returns whether something of it is left */
async function advance(lease: Lease, station: Station, arriving: Arriving, outcome: Counts): Promise<boolean> {
  const { found, course } = arriving;
  switch (course) {
    case 'leave':
      return true;
    case 'remove': // an instance that still comes makes it anew
      if (!isClaim(found)) await removeMark(lease, station.layout, found);
      return false;
    case 'see-to': {
      const claim = isClaim(found) ? found : await claimMark(lease, station.layout, found);
      return claim === undefined || seeTo(lease, station, claim, arriving, outcome);
    }
  }
}

/** Whatever goes wrong with one arrival, the others are seen to. @returns whether something of it is left */
async function seeTo(
  lease: Lease, station: Station, claim: Claim, arriving: Arriving, outcome: Counts,
): Promise<boolean> {
  try {
    const ended = await finishArrival(lease, station, claim, arriving);
    if (ended.ending === 'finished') outcome.finished += 1;
    if (ended.ending === 'set aside') outcome.setAside += 1;
    if (ended.ending === 'waits' && ended.hindered !== undefined) postpone(station, claim, ended.hindered, outcome);
    return ended.ending === 'waits';
  } catch (thrown) {
    const { layout, events } = station;
    const failure = faultOf(thrown, layout.claim(claim.name));
    if (isTemporary(failure)) {
      postpone(station, claim, failure, outcome);
      return true;
    }
    const file = await setAside(lease, layout, layout.claim(claim.name), claim.name);
    events.write({
      event: 'arrival-rejected', text: failureText(failure), file, StudyInstanceUID: claim.origin.StudyInstanceUID,
    });
    outcome.setAside += 1;
    if (failure.reason === 'internal-error') outcome.bugs += 1;
    return false;
  }
}

function postpone({ events }: Station, { name, origin }: Claim, failure: Failure, outcome: Counts): void {
  outcome.postponed += 1;
  if (!isFirstTold(`${name}: ${failureText(failure)}`)) return;
  events.write({ event: 'arrival-postponed', StudyInstanceUID: origin.StudyInstanceUID, failure });
}
