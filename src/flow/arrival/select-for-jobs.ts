// Which series a stream's jobs get: its select statement tried on what an arrival brought.

import type { Stream } from '../../config/configuration.ts';
import type { Failure } from '../../job/failure.ts';
import type { SelectedSeries } from '../../job/job.ts';
import type { Missing } from '../../job/missing.ts';
import { parseStatement } from '../../select/parse-statement.ts';
import { selectSeries } from '../../select/select-series.ts';
import type { Selection } from '../../select/selection.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import type { Statement } from '../../select/statement.ts';
import type { Claim } from '../../spool/arrivals.ts';
import { readCandidates } from './series-facts.ts';
import type { Station } from '../station.ts';

/** The series of one job to be, or why they cannot be told. */
export interface WantedJob {
  /** Tells jobs of one stream and arrival apart: the SeriesInstanceUID where there is one job a series. */
  readonly cause: string;
  readonly selected: readonly SelectedSeries[];
  readonly unselectable?: Failure;
}

/** That which selects for a stream. */
export function statementOf(stream: Stream): Statement {
  const statement = parseStatement(stream.cores[0]?.select);
  if (Array.isArray(statement)) throw new Error(`select statement of ${stream.name} was not checked before`);
  return statement;
}

/**
 * @param missing of what the stream expects; where the statement selects nothing for the lack of it, there is one job
 * all the same, of what there is, for a person to see. It cannot run.
 */
export async function selectForJobs(
  station: Station, stream: Stream, claim: Claim, missing: readonly Missing[],
): Promise<WantedJob[]> {
  const statement = statementOf(stream);
  const facts = await readFacts(station, statement, claim);
  const selection = selectSeries(statement, facts, claim.origin.StudyInstanceUID);
  if (selection.kind === 'ambiguous') {
    const [{ SeriesInstanceUID, clauses } = { SeriesInstanceUID: '', clauses: [] }] = selection.ambiguities;
    const names = clauses.map(({ name, number }) => `${number}: ${name}`);
    return [{ cause: '', selected: [], unselectable: { reason: 'selection-ambiguous', SeriesInstanceUID, names } }];
  }
  if (selection.jobs.length === 0 && missing.length > 0) {
    return [{ cause: '', selected: partlySelected(selection), unselectable: { reason: 'study-incomplete', missing } }];
  }
  return selection.jobs.map((selected) => ({ cause: causeOf(statement, selected, facts), selected }));
}

function partlySelected({ trials }: Selection): SelectedSeries[] {
  return trials.flatMap(({ StudyInstanceUID, SeriesInstanceUID, clauses }) => {
    const [clause] = clauses.filter(({ holds }) => holds);
    return clause === undefined ? [] : [{ StudyInstanceUID, SeriesInstanceUID, NameFromSelect: clause.name }];
  });
}

/**
 * What tells a job from others of the same statement and arrival: its series, its patient (a study may hold two by
 * mistake). Of a study or the project there is one job, as there is of a patient, whatever came in since an interrupted
 * run.
 */
function causeOf(statement: Statement, selected: readonly SelectedSeries[], facts: readonly SeriesFacts[]): string {
  const level = statement.kind === 'glob' ? 'series' : statement.level;
  switch (level) {
    case 'series': return selected.map(({ SeriesInstanceUID }) => SeriesInstanceUID).join();
    case 'patient': return patientOf(selected, facts);
    case 'study': case 'project': return '';
  }
}

/** The PatientID that all series of a job have; empty where they have none. */
function patientOf([first]: readonly SelectedSeries[], facts: readonly SeriesFacts[]): string {
  const series = facts.find(({ StudyInstanceUID, SeriesInstanceUID }) => {
    return StudyInstanceUID === first?.StudyInstanceUID && SeriesInstanceUID === first.SeriesInstanceUID;
  });
  return series?.PatientID ?? '';
}

async function readFacts({ layout }: Station, statement: Statement, { origin }: Claim): Promise<SeriesFacts[]> {
  const facts = await readCandidates(layout, statement, origin.StudyInstanceUID);
  if (origin.SeriesInstanceUID === undefined) return facts;
  return facts.filter((series) => series.SeriesInstanceUID === origin.SeriesInstanceUID);
}
