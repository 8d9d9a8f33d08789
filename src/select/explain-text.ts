// A selection as text for a person: every series, each WHERE on it as a tree, and the jobs that would be made.
//
// Reads the same results that made the jobs. Colour only repeats what the words say: the text is complete without it.
// Values come from the network: they are shortened and shown without control characters.

import { formatComparison } from './format-condition.ts';
import type { ComparisonResult, ConditionResult } from './evaluate-condition.ts';
import { findHint, findPatternHint } from './hint.ts';
import { formatAmbiguities, formatJobs } from './outcome-text.ts';
import type { ClauseResult, Selection, SeriesTrial } from './selection.ts';
import { countOf, formatClauseName, formatPlace, quote, show, titleOf, type Colour } from './series-title.ts';

/** What was seen has a line of its own where it would not fit beside the condition on 80 columns, also in explain. */
const maxLineLength = 74;

/** The selection as text, lines separated by \n and ending in one. */
export function formatSelection(selection: Selection, colour: Colour): string {
  const { trials } = selection;
  const hasStudies = new Set(trials.map(({ StudyInstanceUID }) => StudyInstanceUID)).size > 1;
  const lines = [
    ...trials.flatMap((trial) => [...formatTrial(trial, hasStudies, colour), '']),
    ...(selection.kind === 'jobs'
      ? formatJobs(selection, hasStudies, colour)
      : formatAmbiguities(selection.ambiguities, trials, colour)),
  ];
  return `${lines.join('\n')}\n`;
}

function formatTrial(trial: SeriesTrial, hasStudies: boolean, colour: Colour): string[] {
  const modality = trial.Modality === '' ? '' : `${show(trial.Modality)}, `;
  return [
    colour('heading', `${titleOf(trial)}  ${modality}${countOf(trial.NumImages, 'instance')}`),
    ...formatPlace(trial, hasStudies, colour).map((place) => `  ${place}`),
    ...trial.clauses.flatMap((clause, index) => formatClause(clause, index + 1, colour)),
  ];
}

function formatClause(clause: ClauseResult, number: number, colour: Colour): string[] {
  switch (clause.kind) {
    case 'where':
      return [
        ...line(1, clause.holds, `WHERE ${formatClauseName({ number, name: clause.name })}`, '', colour),
        ...formatResult(clause.result, 2, colour),
      ];
    case 'glob': {
      const hint = clause.holds ? undefined : findPatternHint(clause.pattern, [clause.line]);
      return [
        ...line(1, clause.holds, `matches ${quote(clause.pattern)}`, '', colour),
        ...formatHint(hint, 2, colour),
        ...folded(`tried on ${show(clause.line, Infinity)}`).map((part) => colour('faint', `${indent(2)}${part}`)),
      ];
    }
  }
}

function formatResult(result: ConditionResult, depth: number, colour: Colour): string[] {
  switch (result.kind) {
    case 'comparison':
      return [
        ...line(depth, result.holds, formatComparison(result.comparison), formatSeen(result), colour),
        ...formatHint(findHint(result), depth + 1, colour),
      ];
    case 'everything':
      return line(depth, true, 'everything', '', colour);
    case 'not':
      return [...line(depth, result.holds, 'NOT', '', colour), ...formatResult(result.part, depth + 1, colour)];
    case 'all':
    case 'any':
      return [
        ...line(depth, result.holds, result.kind === 'all' ? 'all of (AND)' : 'at least one of (OR)', '', colour),
        ...result.parts.flatMap((part) => formatResult(part, depth + 1, colour)),
      ];
  }
}

function line(depth: number, holds: boolean, text: string, remark: string, colour: Colour): string[] {
  const verdict = holds ? colour('true', 'true ') : colour('false', 'false');
  const told = `${indent(depth)}${verdict}  ${text}`;
  if (remark === '') return [told];
  const seen = colour('faint', `<- ${remark}`);
  const length = indent(depth).length + 'false  '.length + text.length + '   <- '.length + remark.length;
  return length <= maxLineLength ? [`${told}   ${seen}`] : [told, `${indent(depth + 4)}${seen}`];
}

function formatHint(hint: string | undefined, depth: number, colour: Colour): string[] {
  return hint === undefined ? [] : [`${indent(depth)}${colour('warning', `hint: ${hint}`)}`];
}

function formatSeen({ values, varies }: ComparisonResult): string {
  if (values.length === 0) return 'no value';
  return `${values.map((value) => quote(value)).join(', ')}${varies ? ' in the first instance; others differ' : ''}`;
}

/** A long text in lines, broken behind commas. */
function folded(text: string): string[] {
  const lines = [''];
  for (const piece of text.split(/(?<=, )/)) {
    if ((lines.at(-1) ?? '').length + piece.trimEnd().length > maxLineLength - indent(2).length) lines.push('');
    lines.push(`${lines.pop() ?? ''}${piece}`);
  }
  return lines.map((one) => one.trimEnd()).filter((one) => one !== '');
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}
