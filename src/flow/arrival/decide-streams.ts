// Decides for the streams whose time has come for an arrival: whether its headers fit, whether what is expected is
// there, and what is done then.

import type { Stream } from '../../config/configuration.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import type { Failure } from '../../job/failure.ts';
import type { Missing } from '../../job/missing.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import type { DecidedStream, WaitingStream } from '../../spool/arrival-notes.ts';
import type { Claim } from '../../spool/arrivals.ts';
import type { Lease } from '../../spool/lease.ts';
import { findJson } from '../../spool/read.ts';
import { aboutArrival } from '../about.ts';
import { expectationText } from './find-missing.ts';
import { asksHeaders, judgeStream, keywordsAskedBy, type Verdict } from './judge-stream.ts';
import { makeJobs, type MadeJobs } from './make-jobs.ts';
import { actionsFor } from './match-streams.ts';
import { closeRelay } from './relay-arriving.ts';
import { runAction, type ActionSubject } from './run-actions.ts';
import type { StudyDescription } from './series-description.ts';
import { statementOf } from './select-for-jobs.ts';
import { readSeriesFacts } from './series-facts.ts';
import { AskedFields } from './series-values.ts';
import type { Station } from '../station.ts';
import { isFirstTold } from '../told.ts';
import type { Standing, StreamStanding } from './survey-arrivals.ts';

/** What one run came to with an arrival. */
export interface Round {
  readonly decided: readonly DecidedStream[];
  readonly waiting: readonly WaitingStream[];
  /** Why a stream could not be decided for now. */
  readonly hindered?: Failure;
}

interface Judged {
  readonly stream: Stream;
  readonly due: Extract<Standing, { standing: 'due' }>;
  readonly judged: Verdict;
}

/**
 * Repeatable.
 * @param lease that of scan-arrived
 * @param streams all that want the arrival; its study is described where one of them is due
 */
export async function decideStreams(
  lease: Lease, station: Station, claim: Claim, streams: readonly StreamStanding[],
): Promise<Round> {
  const due = streams.flatMap(({ stream, standing }) => {
    return standing.standing === 'due' ? [{ stream, due: standing }] : [];
  });
  if (due.length === 0) return { decided: [], waiting: [] };
  const { StudyInstanceUID } = claim.origin;
  const study = await findJson<StudyDescription>(station.layout.studyDescription(StudyInstanceUID));
  if (study === undefined) throw new Error(`study ${StudyInstanceUID} was described and has no description`);
  const asking = due.map(({ stream }) => stream).filter(asksHeaders);
  const series = asking.length === 0 ? [] : await readArrivedSeries(station, claim, asking);
  const all = due.map((one): Judged => ({ ...one, judged: judgeStream(one.stream, series, one.due.isOver) }));
  tell(station, claim, study, all);

  const decided: DecidedStream[] = [];
  const waiting: WaitingStream[] = [];
  let hindered: Failure | undefined;
  for (const { stream, judged } of all) {
    const { name } = stream;
    switch (judged.verdict) {
      case 'unwanted':
        decided.push({ stream: name, wanted: false, jobs: [] });
        break;
      case 'waits':
        waiting.push({ stream: name, expected: expectationText(stream), missing: judged.missing });
        break;
      case 'goes': {
        const made = await act(lease, station, claim, stream, study, judged.missing);
        if ('jobs' in made) decided.push({ stream: name, wanted: true, jobs: made.jobs });
        else if (made.hindered !== 'busy') hindered = made.hindered;
        break;
      }
    }
  }
  return { decided, waiting, ...(hindered === undefined ? {} : { hindered }) };
}

/** Of a study all, of a series itself; with what some streams ask about them. */
async function readArrivedSeries(
  { layout }: Station, { origin }: Claim, asking: readonly Stream[],
): Promise<SeriesFacts[]> {
  const dictionary = await loadDictionary();
  const asked = new AskedFields(asking.map(statementOf), dictionary, asking.flatMap(keywordsAskedBy));
  const facts = await readSeriesFacts(layout, origin.StudyInstanceUID, asked);
  const { SeriesInstanceUID = undefined } = origin;
  return facts.filter((series) => SeriesInstanceUID === undefined || series.SeriesInstanceUID === SeriesInstanceUID);
}

/** Each once, however often what comes next is hindered. */
function tell({ events, layout }: Station, claim: Claim, study: StudyDescription, all: readonly Judged[]): void {
  const isNew = ({ stream, due, judged }: Judged): boolean => {
    const what = judged.verdict === 'waits' ? JSON.stringify([due.ends, judged.missing]) : judged.verdict;
    return isFirstTold(`${layout.claim(claim.name)}: ${stream.name} ${what}`);
  };
  const { StudyInstanceUID, AccessionNumber } = study;
  const fresh = all.filter(isNew);
  const going = fresh.filter(({ judged }) => judged.verdict === 'goes').map(({ stream }) => stream.name);
  const arrival = aboutArrival(claim.origin, study);
  if (going.length > 0) events.write({ event: 'arrival-matched', ...arrival, streams: going });
  for (const { stream: { name: stream, onIncomplete }, due, judged } of fresh) {
    if (judged.verdict === 'unwanted' || judged.missing.length === 0) continue;
    const about = { StudyInstanceUID, AccessionNumber, stream, missing: judged.missing };
    if (judged.verdict === 'goes') events.write({ event: 'arrival-incomplete', ...about, then: onIncomplete });
    else events.write({ event: 'arrival-waits', ...about, until: due.ends.toISOString() });
  }
}

/** What is incomplete and not to go on makes jobs for a person and nothing else. */
async function act(
  lease: Lease, station: Station, claim: Claim, stream: Stream, study: StudyDescription, missing: readonly Missing[],
): Promise<MadeJobs> {
  const isForPerson = missing.length > 0 && stream.onIncomplete !== 'proceed';
  const jobs: string[] = [];
  for (const [place, action] of actionsFor(stream, claim.origin).entries()) {
    if (action.type === 'job') {
      const made = stream.relay === 'as-they-arrive' ? { jobs: await closeRelay(lease, station, stream, claim) }
        : await makeJobs(station, stream, claim, study, missing);
      if ('hindered' in made) return made;
      jobs.push(...made.jobs);
    } else if (!isForPerson) {
      await runAction(station, stream, action, place, subjectOf(station, claim));
    }
  }
  return { jobs };
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
