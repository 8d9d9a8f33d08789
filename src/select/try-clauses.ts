// Tries every WHERE of a statement, or the pattern of its short form, on one series.

import { evaluateCondition } from './evaluate-condition.ts';
import { matchesPattern } from './pattern.ts';
import type { ClauseResult, SeriesTrial } from './selection.ts';
import type { describedKeywords, SeriesFacts } from './series-facts.ts';
import { unnamed, type Statement } from './statement.ts';

/** The trial of one series. */
export function tryClauses(statement: Statement, facts: SeriesFacts): SeriesTrial {
  return {
    StudyInstanceUID: facts.StudyInstanceUID,
    SeriesInstanceUID: facts.SeriesInstanceUID,
    PatientID: facts.PatientID,
    NumImages: facts.NumImages,
    Modality: textOf(facts, 'Modality'),
    SeriesNumber: textOf(facts, 'SeriesNumber'),
    SeriesDescription: textOf(facts, 'SeriesDescription'),
    clauses: clauseResults(statement, facts),
  };
}

function clauseResults(statement: Statement, facts: SeriesFacts): ClauseResult[] {
  if (statement.kind === 'glob') {
    const line = describingLine(facts);
    const holds = matchesPattern(statement.pattern, line);
    return [{ kind: 'glob', name: unnamed, holds, pattern: statement.pattern, line }];
  }
  return statement.clauses.map(({ name = unnamed, condition }) => {
    const result = evaluateCondition(condition, facts);
    return { kind: 'where', name, holds: result.holds, result };
  });
}

/** The line that the short form is tried on. Its fields, their order and its signs are those of the original. */
function describingLine(facts: SeriesFacts): string {
  const fields: [name: string, text: string][] = [
    ['StudyInstanceUID', facts.StudyInstanceUID],
    ['SeriesInstanceUID', facts.SeriesInstanceUID],
    ['SeriesDescription', textOf(facts, 'SeriesDescription')],
    ['NumImages', String(facts.NumImages)],
    ['SeriesNumber', textOf(facts, 'SeriesNumber')],
    ['SequenceName', textOf(facts, 'SequenceName')],
    ['Modality', textOf(facts, 'Modality')],
    ['Manufacturer', textOf(facts, 'Manufacturer')],
    ['ManufacturerModelName', textOf(facts, 'ManufacturerModelName')],
    ['StudyDescription', textOf(facts, 'StudyDescription')],
    ['ClassifyType', facts.ClassifyTypes.join(', ')],
  ];
  return fields.map(([name, text]) => `${name}: ${text}`).join(', ');
}

function textOf(facts: SeriesFacts, keyword: (typeof describedKeywords)[number]): string {
  return facts.value(keyword).join(', ');
}
