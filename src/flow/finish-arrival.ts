// Sees to one arrival: describes it, finds the streams that want it, does what they ask for, and removes the claim.
//
// Every step is repeatable; the claim, the cause of it all, is removed last.

import type { Action, Stream } from '../config/configuration.ts';
import { removeClaim, setAside, type Claim } from '../spool/arrivals.ts';
import { appendLineDurable } from '../spool/durable-lines.ts';
import { findJson } from '../spool/read.ts';
import { describeStudy } from './describe-study.ts';
import { makeClassify } from './make-classify.ts';
import { makeJobs } from './make-jobs.ts';
import { matchStreams } from './match-streams.ts';
import { readStudy, type ArchivedStudy } from './read-study.ts';
import { runAction, type ActionSubject } from './run-actions.ts';
import type { StudyDescription } from './series-description.ts';
import type { Station } from './station.ts';
import type { Lease } from '../spool/lease.ts';

/** A line of arrivals.jsonl beside the study's description: what became of an arrival. `explain` reads it. */
export interface FinishedArrival {
  /** The claim's name; the same arrival may stand twice after a crash. */
  readonly arrival: string;
  readonly finishedAt: string;
  readonly origin: Claim['origin'];
  readonly streams: readonly string[];
  readonly jobs: readonly string[];
}

/** @returns 'set aside' where something of what arrived cannot be read */
export async function finishArrival(lease: Lease, station: Station, claim: Claim): Promise<'finished' | 'set aside'> {
  const { layout, configuration, events } = station;
  const { StudyInstanceUID, SeriesInstanceUID } = claim.origin;
  const matched = matchStreams(configuration.streams, claim.origin).filter((match) => match.matched);
  const wanting = matched.map(({ stream }) => stream).filter((stream) => actionsFor(stream, claim).length > 0);
  if (SeriesInstanceUID !== undefined && wanting.length === 0) { // the study's own arrival tells the rest
    await removeClaim(lease, layout, claim);
    return 'finished';
  }

  const study = await readStudy(layout, StudyInstanceUID);
  // A part that cannot be read is no study to run a core on: a person has to look first.
  if (study.series.length === 0 || study.unreadable.length > 0) return rejectArrival(lease, station, claim, study);
  await describeStudy(layout, study, await makeClassify(station), configuration.participants);
  const description = await findJson<StudyDescription>(layout.studyDescription(StudyInstanceUID));
  if (description === undefined) throw new Error(`study ${StudyInstanceUID} was described and has no description`);

  const { callingAETitle, calledAETitle, address } = claim.origin;
  const about = {
    StudyInstanceUID, AccessionNumber: description.AccessionNumber, callingAETitle, calledAETitle, address,
    ...(SeriesInstanceUID === undefined ? {} : { SeriesInstanceUID }),
  };
  if (wanting.length === 0) events.write({ event: 'arrival-unmatched', ...about });
  else events.write({ event: 'arrival-matched', ...about, streams: wanting.map(({ name }) => name) });

  const jobs: string[] = [];
  for (const stream of wanting) {
    for (const [place, action] of actionsFor(stream, claim).entries()) {
      if (action.type === 'job') jobs.push(...await makeJobs(station, stream, claim, description));
      else await runAction(station, stream, action, place, subjectOf(station, claim));
    }
  }

  const finished: FinishedArrival = {
    arrival: claim.name, finishedAt: station.now().toISOString(), origin: claim.origin,
    streams: wanting.map(({ name }) => name), jobs,
  };
  await appendLineDurable(layout.arrivalsOfStudy(StudyInstanceUID), JSON.stringify(finished));
  await removeClaim(lease, layout, claim);
  return 'finished';
}

function actionsFor(stream: Stream, claim: Claim): readonly Action[] {
  return claim.origin.SeriesInstanceUID === undefined ? stream.studyActions : stream.seriesActions;
}

function subjectOf({ layout }: Station, { origin, name }: Claim): ActionSubject {
  const { StudyInstanceUID, SeriesInstanceUID } = origin;
  const actionsDone = layout.actionsDone(name);
  return SeriesInstanceUID === undefined
    ? { origin, path: layout.rawStudy(StudyInstanceUID), descriptionFile: layout.studyDescription(StudyInstanceUID),
        actionsDone }
    : { origin, path: layout.rawSeries(StudyInstanceUID, SeriesInstanceUID),
        descriptionFile: layout.seriesDescription(StudyInstanceUID, SeriesInstanceUID), actionsDone };
}

async function rejectArrival(
  lease: Lease, station: Station, claim: Claim, { unreadable, StudyInstanceUID }: ArchivedStudy,
): Promise<'set aside'> {
  const file = await setAside(lease, station.layout, station.layout.claim(claim.name), claim.name);
  const [first] = unreadable;
  const more = unreadable.length > 1 ? ` (and ${unreadable.length - 1} more)` : '';
  const text = first === undefined ? 'its study is not in the archive'
    : `${first.file} cannot be read: ${first.text}${more}; `
      + 'once it is mended or moved away, put the claim back into .claimed';
  station.events.write({ event: 'arrival-rejected', text, file, StudyInstanceUID });
  return 'set aside';
}
