// Puts the series that matched together to jobs, as the level of the SELECT says.
//
// A study, patient or project is complete when every WHERE has at least one series in it, both before and after CHECK;
// an incomplete one makes no job, and the omission says which WHERE are missing.

import { keepPartners, type NamedSeries } from './keep-partners.ts';
import type { ClauseName, Omission } from './selection.ts';
import type { SeriesFacts } from './series-facts.ts';
import type { Check, JobLevel } from './statement.ts';

/** A series that matched, and the place of the WHERE that it matched, counted from 0. */
export interface Match extends NamedSeries {
  readonly clause: number;
}

interface Group {
  readonly label: string;
  readonly matches: readonly Match[];
}

/** The series of each job, and what came to nothing. `clauseNames` has one name for each WHERE. */
export function groupMatches(
  level: JobLevel,
  matches: readonly Match[],
  clauseNames: readonly string[],
  checks: readonly Check[],
): { groups: (readonly Match[])[]; omissions: Omission[] } {
  if (level === 'series') {
    // A job of one series cannot have all WHERE, so its partners are looked for in the whole study.
    const { kept, omissions } = keepPartners(matches, checks);
    return { groups: kept.map((match) => [match]), omissions };
  }

  const omissions: Omission[] = [];
  const isComplete = ({ label, matches: present }: Group, afterCheck: boolean): boolean => {
    const clauses = missingClauses(present, clauseNames);
    if (clauses.length > 0) omissions.push({ reason: 'clauses-unmatched', group: label, afterCheck, clauses });
    return clauses.length === 0;
  };

  const complete = groupBy(level === 'study' ? studyLabel : patientLabel, matches)
    .filter((group) => isComplete(group, false));
  const checked = (level === 'project' ? joinGroups(complete) : complete)
    .map(({ label, matches: present }) => {
      const partners = keepPartners(present, checks);
      omissions.push(...partners.omissions);
      return { label, matches: partners.kept };
    })
    .filter((group) => isComplete(group, true));
  return { groups: checked.map((group) => group.matches), omissions };
}

function studyLabel({ StudyInstanceUID }: SeriesFacts): string {
  return `study ${StudyInstanceUID}`;
}

/** A study without PatientID is a patient of its own. */
function patientLabel(facts: SeriesFacts): string {
  return facts.PatientID === '' ? studyLabel(facts) : `patient ${facts.PatientID}`;
}

function groupBy(labelOf: (facts: SeriesFacts) => string, matches: readonly Match[]): Group[] {
  const groups = new Map<string, Match[]>();
  for (const match of matches) {
    const label = labelOf(match.facts);
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [match]);
    else group.push(match);
  }
  return [...groups].map(([label, members]) => ({ label, matches: members }));
}

function joinGroups(groups: readonly Group[]): Group[] {
  return groups.length === 0 ? [] : [{ label: 'project', matches: groups.flatMap(({ matches }) => matches) }];
}

function missingClauses(present: readonly Match[], clauseNames: readonly string[]): ClauseName[] {
  const matched = new Set(present.map(({ clause }) => clause));
  return clauseNames.flatMap((name, clause) => (matched.has(clause) ? [] : [{ number: clause + 1, name }]));
}
