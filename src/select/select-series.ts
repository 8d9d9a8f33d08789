// The jobs that a statement makes of a study that arrived.
//
// Pure: works on the facts that it is given and opens nothing. A series that matches two WHERE makes the statement
// ambiguous, and then there is no job at all. Otherwise group-matches.ts makes the jobs.

import { groupMatches, type Match } from './group-matches.ts';
import type { Ambiguity, ClauseName, SelectedJob, Selection, SeriesTrial } from './selection.ts';
import type { SeriesFacts } from './series-facts.ts';
import { unnamed, type JobLevel, type Statement } from './statement.ts';
import { tryClauses } from './try-clauses.ts';

/**
 * Selects from all series that are known. `study` and `series` look at the study that arrived only, `patient` at all
 * studies of its PatientID (at that study alone where it has none), `project` at everything.
 */
export function selectSeries(
  statement: Statement,
  allSeries: readonly SeriesFacts[],
  arrivedStudyInstanceUID: string,
): Selection {
  const level = statement.kind === 'glob' ? 'series' : statement.level;
  const candidates = inScope(level, allSeries, arrivedStudyInstanceUID).sort(compareSeries);
  const tried = candidates.map((facts) => ({ facts, trial: tryClauses(statement, facts) }));
  const trials = tried.map(({ trial }) => trial);

  const ambiguities = trials.flatMap(findAmbiguity);
  if (ambiguities.length > 0) return { kind: 'ambiguous', trials, ambiguities };

  const matches = tried.flatMap(({ facts, trial }) => findMatch(facts, trial));
  const clauseNames = statement.kind === 'glob' ? [unnamed] : statement.clauses.map(({ name = unnamed }) => name);
  const checks = statement.kind === 'glob' ? [] : statement.checks;
  const { groups, omissions } = groupMatches(level, matches, clauseNames, checks);
  return { kind: 'jobs', trials, jobs: groups.map(selectedJob), omissions };
}

/** A new list of the series that a statement of this level may select from. */
function inScope(level: JobLevel, allSeries: readonly SeriesFacts[], arrived: string): SeriesFacts[] {
  const ofStudy = allSeries.filter(({ StudyInstanceUID }) => StudyInstanceUID === arrived);
  switch (level) {
    case 'series':
    case 'study':
      return ofStudy;
    case 'patient': {
      // An empty PatientID is nobody's: two studies without one are not of the same patient.
      const patients = new Set(ofStudy.map(({ PatientID }) => PatientID).filter((id) => id !== ''));
      return allSeries.filter((series) => series.StudyInstanceUID === arrived || patients.has(series.PatientID));
    }
    case 'project':
      return [...allSeries];
  }
}

function findAmbiguity({ StudyInstanceUID, SeriesInstanceUID, clauses }: SeriesTrial): Ambiguity[] {
  const matched = clauses.flatMap(({ name, holds }, index): ClauseName[] => {
    return holds ? [{ number: index + 1, name }] : [];
  });
  return matched.length > 1 ? [{ StudyInstanceUID, SeriesInstanceUID, clauses: matched }] : [];
}

function findMatch(facts: SeriesFacts, { clauses }: SeriesTrial): Match[] {
  return clauses.flatMap(({ name, holds }, clause) => (holds ? [{ facts, name, clause }] : []));
}

function selectedJob(group: readonly Match[]): SelectedJob {
  return group
    .toSorted((one, other) => compareSeries(one.facts, other.facts))
    .map(({ facts: { StudyInstanceUID, SeriesInstanceUID }, name }) => {
      return { StudyInstanceUID, SeriesInstanceUID, NameFromSelect: name };
    });
}

/** Most instances first, then by StudyInstanceUID, then by SeriesInstanceUID. */
function compareSeries(one: SeriesFacts, other: SeriesFacts): number {
  return other.NumImages - one.NumImages
    || compareText(one.StudyInstanceUID, other.StudyInstanceUID)
    || compareText(one.SeriesInstanceUID, other.SeriesInstanceUID);
}

function compareText(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
