// Sees to one arrival: describes it, decides for the streams whose time has come, and removes the claim once that was
// done for all that want it.
//
// Every step is repeatable; the claim, the cause of it all, is removed last.

import type { Failure } from '../../job/failure.ts';
import { writeArrivalNote, type ArrivalNote, type DecidedStream } from '../../spool/arrival-notes.ts';
import { removeClaim, setAside, type Claim } from '../../spool/arrivals.ts';
import { appendLineDurable } from '../../spool/durable-lines.ts';
import type { Lease } from '../../spool/lease.ts';
import { findJson } from '../../spool/read.ts';
import { aboutArrival } from '../about.ts';
import { decideStreams } from './decide-streams.ts';
import { describeArrival } from './describe-arrival.ts';
import { findJobsOfArrival } from './late-arrival.ts';
import type { StudyDescription } from './series-description.ts';
import type { Station } from '../station.ts';
import type { Arriving } from './survey-arrivals.ts';

/** A line of arrivals.jsonl beside the study's description: what became of an arrival. `explain` reads it. */
export interface FinishedArrival {
  /** The claim's name. There is a line each time streams were decided for, and the last one says it all. */
  readonly arrival: string;
  readonly finishedAt: string;
  readonly origin: Claim['origin'];
  readonly streams: readonly string[];
  readonly jobs: readonly string[];
}

/** What came of it: `waits` for the time of some stream, or until what hinders one is over. */
export type ArrivalEnding =
  | { readonly ending: 'finished' }
  | { readonly ending: 'waits'; readonly hindered?: Failure }
  /** Something of what arrived cannot be read. */
  | { readonly ending: 'set aside' };

/** @param arriving how it stands for each stream */
export async function finishArrival(
  lease: Lease, station: Station, claim: Claim, { note, streams }: Pick<Arriving, 'note' | 'streams'>,
): Promise<ArrivalEnding> {
  const { layout } = station;
  const { StudyInstanceUID, SeriesInstanceUID } = claim.origin;
  if (SeriesInstanceUID !== undefined && streams.length === 0) { // the study's own arrival tells the rest
    await removeClaim(lease, layout, claim);
    return { ending: 'finished' };
  }
  const isDescribed = streams.length > 0 && !streams.some(({ standing }) => standing.standing === 'due');
  const unreadable = isDescribed ? undefined : await describeArrival(station, StudyInstanceUID);
  if (unreadable !== undefined) return rejectArrival(lease, station, claim, unreadable);

  const round = await decideStreams(lease, station, claim, streams);
  const settled = [...await decidedByInterruptedRun(station, claim, streams), ...round.decided];
  const decided = [...note?.decided ?? [], ...settled];
  const open = streams.filter(({ stream, standing }) => {
    return standing.standing !== 'taken-over' && !decided.some((one) => one.stream === stream.name);
  });
  const isTakenOver = streams.some(({ standing }) => standing.standing === 'taken-over');
  if (open.length === 0 && !isTakenOver && !decided.some(({ wanted }) => wanted)) await tellUnmatched(station, claim);
  if (settled.length > 0 || streams.length === 0) await noteFinished(station, claim, decided);
  if (open.length === 0) {
    await removeClaim(lease, layout, claim);
    return { ending: 'finished' };
  }
  if (settled.length + round.waiting.length > 0) {
    const isOpenStill = ({ stream }: ArrivalNote['waiting'][number]) => {
      return open.some((one) => one.stream.name === stream) && !round.waiting.some((one) => one.stream === stream);
    };
    const waiting = [...(note?.waiting ?? []).filter(isOpenStill), ...round.waiting];
    await writeArrivalNote(lease, layout, claim.name, { decided, waiting });
  }
  return { ending: 'waits', ...(round.hindered === undefined ? {} : { hindered: round.hindered }) };
}

/**
 * For streams that a newer arrival stands for by now: what a run had made that did not come to noting it, so that the
 * newer one knows itself to be late.
 */
async function decidedByInterruptedRun(
  station: Station, claim: Claim, streams: Arriving['streams'],
): Promise<DecidedStream[]> {
  const decided: DecidedStream[] = [];
  for (const { stream, standing } of streams) {
    if (standing.standing !== 'taken-over') continue;
    const jobs = await findJobsOfArrival(station, stream, claim);
    if (jobs.length > 0) decided.push({ stream: stream.name, wanted: true, jobs });
  }
  return decided;
}

async function tellUnmatched({ layout, events }: Station, claim: Claim): Promise<void> {
  const description = await findJson<StudyDescription>(layout.studyDescription(claim.origin.StudyInstanceUID));
  events.write({ event: 'arrival-unmatched', ...aboutArrival(claim.origin, description) });
}

async function noteFinished(
  { layout, now }: Station, { name, origin }: Claim, decided: readonly DecidedStream[],
): Promise<void> {
  const wanted = decided.filter((one) => one.wanted);
  const finished: FinishedArrival = {
    arrival: name, finishedAt: now().toISOString(), origin,
    streams: wanted.map(({ stream }) => stream), jobs: wanted.flatMap(({ jobs }) => jobs),
  };
  await appendLineDurable(layout.arrivalsOfStudy(origin.StudyInstanceUID), JSON.stringify(finished));
}

async function rejectArrival(
  lease: Lease, { layout, events }: Station, { name, origin }: Claim, text: string,
): Promise<ArrivalEnding> {
  const file = await setAside(lease, layout, layout.claim(name), name);
  events.write({ event: 'arrival-rejected', text, file, StudyInstanceUID: origin.StudyInstanceUID });
  return { ending: 'set aside' };
}
