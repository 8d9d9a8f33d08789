// Why a study was or was not made into jobs: the arrivals it came in, each stream's trigger tried on them, and the
// select statement of each stream that wants it tried on every series. Evaluates with the functions that make jobs, by
// the configuration and the classification rules of today, on the instances that are there.

import type { Stream } from '../../config/configuration.ts';
import type { ArrivalOrigin } from '../../job/job.ts';
import type { Missing } from '../../job/missing.ts';
import { selectSeries } from '../../select/select-series.ts';
import type { Selection } from '../../select/selection.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import { findMissing } from '../arrival/find-missing.ts';
import { matchHeaders, matchStreams, type TriggerCondition } from '../arrival/match-streams.ts';
import { statementOf } from '../arrival/select-for-jobs.ts';
import type { StudyToExplain } from './study-to-explain.ts';
import type { Station } from '../station.ts';

export interface ExplainedStream {
  readonly stream: string;
  readonly matched: boolean;
  readonly conditions: readonly ExplainedCondition[];
  /** Of what the stream expects; none: it is all there. Absent where it expects nothing. */
  readonly missing?: readonly Missing[];
  /** What it does with the study. `job` without `selection`: it delivers what it received, all of it. */
  readonly studyActions: readonly Stream['studyActions'][number]['type'][];
  /** When it lets instances go on, where it runs no core. */
  readonly relay: Stream['relay'];
  readonly reidentify?: string;
  /** What it does with each series. */
  readonly seriesActions: readonly Stream['seriesActions'][number]['type'][];
  /** Of a stream that matched and runs a core: what it selects of the study. */
  readonly selection?: Selection;
  /** The same for a core that runs on each series as it arrives. */
  readonly selectionsOfSeries?: readonly { readonly SeriesInstanceUID: string; readonly selection: Selection }[];
}

export interface ExplainedCondition extends TriggerCondition {
  /** Set where nobody said what it is tried on: it is taken to hold. */
  readonly assumed?: true;
}

/** Which properties of an arrival nobody knows, because it is only supposed. */
export type Unknown = ReadonlySet<TriggerCondition['condition']>;

/** Tries every stream on an arrival of a study. */
export async function explainStreams(
  { configuration: { streams } }: Station, origin: ArrivalOrigin, study: StudyToExplain, unknown: Unknown = new Set(),
): Promise<ExplainedStream[]> {
  const explained: ExplainedStream[] = [];
  for (const { stream, conditions: tried } of matchStreams(streams, origin)) {
    const conditions = tried.map((one): ExplainedCondition => {
      return unknown.has(one.condition) ? { ...one, holds: true, assumed: true } : one;
    });
    conditions.push(...matchHeaders(stream, study.series));
    const matched = conditions.every(({ holds }) => holds);
    explained.push({
      stream: stream.name, matched, conditions,
      ...(matched && stream.expect !== undefined
        ? { missing: findMissing(stream.expect, statementOf(stream), study.series) } : {}),
      studyActions: stream.studyActions.map(({ type }) => type),
      relay: stream.relay,
      ...(stream.reidentify === undefined ? {} : { reidentify: stream.reidentify }),
      seriesActions: stream.seriesActions.map(({ type }) => type),
      ...(matched ? await explainSelection(stream, study) : {}),
    });
  }
  return explained;
}

async function explainSelection(
  stream: Stream, study: StudyToExplain,
): Promise<Pick<ExplainedStream, 'selection' | 'selectionsOfSeries'>> {
  if (stream.cores.length === 0) return {};
  const statement = statementOf(stream);
  const candidates = await study.candidates(statement);
  const { StudyInstanceUID } = study;
  return {
    ...(makesJobs(stream.studyActions) ? { selection: selectSeries(statement, candidates, StudyInstanceUID) } : {}),
    ...(makesJobs(stream.seriesActions) ? {
      selectionsOfSeries: study.series.filter((series) => fitsHeaders(stream, series)).map((series) => ({
        SeriesInstanceUID: series.SeriesInstanceUID,
        selection: selectSeries(statement, [series], StudyInstanceUID),
      })),
    } : {}),
  };
}

function fitsHeaders(stream: Stream, series: SeriesFacts): boolean {
  return matchHeaders(stream, [series]).every(({ holds }) => holds);
}

function makesJobs(actions: Stream['studyActions']): boolean {
  return actions.some(({ type }) => type === 'job');
}
