// Why a study was or was not made into jobs: the arrivals it came in, each stream's trigger tried on them, and the
// select statement of each stream that wants it tried on every series. Evaluates with the functions that make jobs.

import { loadDictionary } from '../dicom/dictionary.ts';
import type { ArrivalOrigin } from '../job/job.ts';
import { parseStatement } from '../select/parse-statement.ts';
import { selectSeries } from '../select/select-series.ts';
import type { Selection } from '../select/selection.ts';
import { listClaims, listMarks } from '../spool/arrivals.ts';
import { exists, findJson, findJsonLines } from '../spool/read.ts';
import type { FinishedArrival } from './finish-arrival.ts';
import { findJobs } from './find-jobs.ts';
import { matchStreams, type TriggerCondition } from './match-streams.ts';
import { readSeriesFacts } from './series-facts.ts';
import type { StudyDescription } from './series-description.ts';
import type { Station } from './station.ts';

export interface Explanation {
  readonly StudyInstanceUID: string;
  readonly archived: boolean;
  readonly description?: StudyDescription;
  readonly arrivals: readonly ExplainedArrival[];
  readonly jobs: readonly { readonly JobId: string; readonly state: string }[];
}

export interface ExplainedArrival {
  readonly origin: ArrivalOrigin;
  /** `waiting`: not quiet long enough; `claimed`: being seen to; else what became of it. */
  readonly state: 'waiting' | 'claimed' | 'wanted' | 'unwanted';
  readonly streams: readonly ExplainedStream[];
}

export interface ExplainedStream {
  readonly stream: string;
  readonly matched: boolean;
  readonly conditions: readonly TriggerCondition[];
  /** Of a stream that matched and has a core. */
  readonly selection?: Selection;
}

export async function explainStudy(station: Station, StudyInstanceUID: string): Promise<Explanation> {
  const { layout } = station;
  const description = await findJson<StudyDescription>(layout.studyDescription(StudyInstanceUID));
  const arrivals: ExplainedArrival[] = [];
  for (const { origin, state } of await findArrivals(station, StudyInstanceUID)) {
    arrivals.push({ origin, state, streams: await explainStreams(station, origin) });
  }
  const jobs = await findJobs(layout, { study: StudyInstanceUID });
  return {
    StudyInstanceUID,
    archived: await exists(layout.archivedStudy(StudyInstanceUID)),
    ...(description === undefined ? {} : { description }),
    arrivals,
    jobs: jobs.map(({ job, state }) => ({ JobId: job.JobId, state })),
  };
}

/** Finished ones first, each once, then what is claimed and what is arriving. */
async function findArrivals(
  { layout }: Station, StudyInstanceUID: string,
): Promise<Pick<ExplainedArrival, 'origin' | 'state'>[]> {
  const finished = new Map<string, Pick<ExplainedArrival, 'origin' | 'state'>>();
  const lines = await findJsonLines<FinishedArrival>(layout.arrivalsOfStudy(StudyInstanceUID));
  for (const { arrival, origin, streams } of lines) {
    finished.set(arrival, { origin, state: streams.length > 0 ? 'wanted' : 'unwanted' });
  }
  const claims = (await listClaims(layout)).map(({ origin }) => ({ origin, state: 'claimed' as const }));
  const marks = (await listMarks(layout)).marks.map(({ origin }) => ({ origin, state: 'waiting' as const }));
  const current = [...claims, ...marks].filter(({ origin }) => origin.StudyInstanceUID === StudyInstanceUID);
  return [...finished.values(), ...current.filter(({ origin }) => origin.SeriesInstanceUID === undefined)];
}

async function explainStreams(station: Station, origin: ArrivalOrigin): Promise<ExplainedStream[]> {
  const streams: ExplainedStream[] = [];
  for (const { stream, matched, conditions } of matchStreams(station.configuration.streams, origin)) {
    const [core] = stream.cores;
    const statement = matched && core !== undefined ? parseStatement(core.select) : undefined;
    const selection = statement === undefined || Array.isArray(statement) ? undefined : selectSeries(
      statement,
      await readSeriesFacts(station.layout, origin.StudyInstanceUID, await loadDictionary()),
      origin.StudyInstanceUID,
    );
    streams.push({ stream: stream.name, matched, conditions, ...(selection === undefined ? {} : { selection }) });
  }
  return streams;
}
