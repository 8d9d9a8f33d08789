// How every arrival stands for every stream that wants it: docs/INTERNALS.md, "Arrivals", as code. Changes nothing:
// `scan-arrived` acts on it, `status` and `explain` show it.
//
// Costs a look at marks, claims and their notes; no instance is read.

import type { Stream } from '../../config/configuration.ts';
import type { ArrivalOrigin } from '../../job/job.ts';
import type { Missing } from '../../job/missing.ts';
import { findArrivalNote, listReleases, type ArrivalNote, type DecidedStream } from '../../spool/arrival-notes.ts';
import { listClaims, listMarks, type Claim, type Mark } from '../../spool/arrivals.ts';
import { findOpenStudies } from '../../spool/open-studies.ts';
import { expectationText } from './find-missing.ts';
import { groupBy } from '../group-by.ts';
import { actionsFor, matchStreams } from './match-streams.ts';
import type { Station } from '../station.ts';

/** How an arrival stands for one stream. */
export type Standing =
  | { readonly standing: 'decided'; readonly decided: DecidedStream }
  /** A newer arrival stands for it. */
  | { readonly standing: 'taken-over' }
  /** There is something to do since then; `isOver`: the time of what it expects is over, too, which ends at `ends`. */
  | { readonly standing: 'due'; readonly since: Date; readonly isOver: boolean; readonly ends: Date }
  | Wait;

/** What a stream waits for, and how long at the most. */
export type Wait =
  | { readonly standing: 'too-early'; readonly until: Date }
  | { readonly standing: 'held-back'; readonly until: Date }
  | { readonly standing: 'waiting'; readonly until: Date; readonly missing: readonly Missing[] };

export interface StreamStanding {
  readonly stream: Stream;
  readonly standing: Standing;
}

/** A mark or a claim, and how it stands for every stream that wants it as far as its sender tells. */
export interface Arriving {
  readonly found: Mark | Claim;
  readonly origin: ArrivalOrigin;
  /** Of a claim that a run of `scan-arrived` has come to its end with. */
  readonly note?: ArrivalNote;
  readonly streams: readonly StreamStanding[];
  /** What is to be done about it now. */
  readonly course: 'leave' | 'remove' | 'see-to';
}

export interface Survey {
  /** Claims, then marks, each oldest first. */
  readonly arrivals: readonly Arriving[];
  /** Studies that a person does not want to wait for. */
  readonly released: readonly string[];
  /** Names among the marks that are no marks. */
  readonly strangers: readonly string[];
}

export function isClaim(found: Mark | Claim): found is Claim {
  return 'markName' in found;
}

export async function surveyArrivals(station: Station): Promise<Survey> {
  const { layout } = station;
  const claims = await listClaims(layout);
  const { marks, strangers } = await listMarks(layout);
  const released = await listReleases(layout);
  const open = findOpenStudies(layout);
  const all: Wanted[] = [];
  for (const found of [...claims, ...marks]) {
    const note = isClaim(found) ? await findArrivalNote(layout, found.name) : undefined;
    all.push({ found, note, origin: found.origin, wanting: wantingStreams(station, found.origin) });
  }
  const bySubject = groupBy(all, ({ origin }) => `${origin.StudyInstanceUID} ${origin.SeriesInstanceUID ?? ''}`);
  const arrivals = [...bySubject.values()].flatMap((ofSubject) => {
    const { StudyInstanceUID, SeriesInstanceUID } = ofSubject[0].origin;
    const isReleased = released.includes(StudyInstanceUID);
    const isOpen = SeriesInstanceUID === undefined && open.has(StudyInstanceUID);
    return surveySubject(station, ofSubject, { isReleased, isOpen });
  });
  const claimsFirst = arrivals.sort((a, b) => Number(isClaim(b.found)) - Number(isClaim(a.found)));
  return { arrivals: claimsFirst, released, strangers };
}

interface Wanted {
  readonly found: Mark | Claim;
  readonly note: ArrivalNote | undefined;
  readonly origin: ArrivalOrigin;
  readonly wanting: readonly Stream[];
}

interface Circumstances {
  readonly isReleased: boolean;
  /** Whether an association that stores into it is open. */
  readonly isOpen: boolean;
}

function wantingStreams({ configuration }: Station, origin: ArrivalOrigin): Stream[] {
  const matches = matchStreams(configuration.streams, origin).filter(({ matched }) => matched);
  return matches.map(({ stream }) => stream).filter((stream) => actionsFor(stream, origin).length > 0);
}

/** @param all the arrivals of one study or series: claims, which were there first, then marks */
function surveySubject(station: Station, all: readonly Wanted[], circumstances: Circumstances): Arriving[] {
  return all.map(({ found, note, origin, wanting }, place) => {
    const streams = wanting.map((stream): StreamStanding => {
      const decided = note?.decided.find((one) => one.stream === stream.name);
      if (decided !== undefined) return { stream, standing: { standing: 'decided', decided } };
      const isTakenOver = all.slice(place + 1).some((newer) => newer.wanting.includes(stream));
      if (isTakenOver) return { stream, standing: { standing: 'taken-over' } };
      const lastAt = lastInstanceAt(station, all.filter((one) => one.wanting.includes(stream)));
      return { stream, standing: standingAt(station, lastAt, stream, note, circumstances) };
    });
    return {
      found, origin, ...(note === undefined ? {} : { note }), streams,
      course: streams.length > 0 ? courseOf(found, streams) : courseOfUnwanted(station, found, circumstances),
    };
  });
}

/** Of what came from all senders. A time that is still to come was written before somebody set the clock back. */
function lastInstanceAt({ now }: Station, arrivals: readonly Wanted[]): number {
  const times = arrivals.map(({ origin }) => Date.parse(origin.arrivedAt));
  return Math.max(...times.filter((time) => time <= now().getTime()), 0);
}

function standingAt(
  { configuration, now }: Station, lastAt: number, stream: Stream, note: ArrivalNote | undefined,
  { isReleased, isOpen }: Circumstances,
): Standing {
  const after = (seconds: number): Date => new Date(lastAt + seconds * 1000);
  const isToCome = (until: Date): boolean => until > now();
  const ends = after(stream.expect?.withinSeconds ?? 0);
  if (isReleased) return { standing: 'due', since: now(), isOver: true, ends };
  const quiet = after(stream.timeoutSeconds ?? configuration.timeoutSeconds);
  if (isToCome(quiet)) return { standing: 'too-early', until: quiet };
  const idle = after(configuration.receiver.limits.idleSeconds); // then the association itself is ended
  if (isOpen && isToCome(idle)) return { standing: 'held-back', until: idle };
  const tried = note?.waiting.find((one) => one.stream === stream.name);
  if (tried?.expected === expectationText(stream) && isToCome(ends)) {
    return { standing: 'waiting', until: ends, missing: tried.missing };
  }
  return { standing: 'due', since: tried === undefined ? quiet : ends, isOver: !isToCome(ends), ends };
}

function courseOf(found: Mark | Claim, streams: readonly StreamStanding[]): Arriving['course'] {
  const standings = streams.map(({ standing }) => standing.standing);
  if (standings.includes('due')) return 'see-to';
  if (!standings.every((standing) => standing === 'decided' || standing === 'taken-over')) return 'leave';
  return isClaim(found) ? 'see-to' : 'remove';
}

/** Nobody waits for it; it is told of when it is quiet. */
function courseOfUnwanted(
  { configuration, now }: Station, found: Mark | Claim, { isReleased }: Circumstances,
): Arriving['course'] {
  const quietSeconds = (now().getTime() - Date.parse(found.origin.arrivedAt)) / 1000;
  return isClaim(found) || isReleased || quietSeconds >= configuration.timeoutSeconds ? 'see-to' : 'leave';
}
