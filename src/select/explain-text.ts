// A selection as text for a person: every series, each WHERE on it as a tree, and the jobs that would be made.
//
// Reads the same results that made the jobs. Colour only repeats what the words say: the text is complete without it.
// Values come from the network: they are shortened and shown without control characters.

import { formatComparison, formatField } from './format-condition.ts';
import type { ComparisonResult, ConditionResult } from './evaluate-condition.ts';
import { findHint, findPatternHint } from './hint.ts';
import type {
  Ambiguity, ClauseName, ClauseResult, Omission, SelectedJob, Selection, SeriesTrial,
} from './selection.ts';
import { unnamed, type CheckSide } from './statement.ts';

export type ExplanationStyle = 'heading' | 'true' | 'false' | 'faint' | 'warning';

/** Gives a piece of text its colour, or returns it as it is. */
export type Colour = (style: ExplanationStyle, text: string) => string;

/** The longest value that is shown whole. */
const maxValueLength = 60;

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

/** The series as people know it: by its number and description. */
function titleOf({ SeriesNumber, SeriesDescription }: SeriesTrial): string {
  const number = SeriesNumber === '' ? 'Series' : `Series ${show(SeriesNumber)}`;
  return `${number}  ${SeriesDescription === '' ? '(no description)' : quote(SeriesDescription)}`;
}

/** The series as systems know it; its study only where there is more than one. */
function formatPlace(
  { SeriesInstanceUID, StudyInstanceUID }: Pick<SeriesTrial, 'SeriesInstanceUID' | 'StudyInstanceUID'>,
  hasStudies: boolean, colour: Colour,
): string[] {
  const study = hasStudies ? [`in study ${StudyInstanceUID}`] : [];
  return [SeriesInstanceUID, ...study].map((text) => colour('faint', text));
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

function formatJobs(
  { trials, jobs, omissions }: Selection & { kind: 'jobs' }, hasStudies: boolean, colour: Colour,
): string[] {
  const trialOf = new Map(trials.map((trial) => [trial.SeriesInstanceUID, trial]));
  return [
    colour('heading', jobs.length === 0 ? 'No job would be made.' : `${countOf(jobs.length, 'job')} would be made.`),
    ...(trials.length === 0 ? ['  There is no series to select from.'] : []),
    ...(trials.length > 0 && jobs.length + omissions.length === 0 ? ['  No series matches any WHERE.'] : []),
    ...jobs.flatMap((job, index) => formatJob(job, index + 1, trialOf, hasStudies, colour)),
    ...omissions.map((omission) => `  ${colour('warning', 'left out')}  ${formatOmission(omission, trialOf)}`),
  ];
}

function formatJob(
  job: SelectedJob, number: number, trialOf: ReadonlyMap<string, SeriesTrial>, hasStudies: boolean, colour: Colour,
): string[] {
  return [
    `  job ${number}: ${countOf(job.length, 'series', 'series')}`,
    ...job.flatMap((selected) => {
      const trial = trialOf.get(selected.SeriesInstanceUID);
      const title = trial === undefined ? '' : `  ${titleOf(trial)}  ${countOf(trial.NumImages, 'instance')}`;
      return [
        `    ${quote(selected.NameFromSelect)}${title}`,
        ...formatPlace(selected, hasStudies, colour).map((place) => `      ${place}`),
      ];
    }),
  ];
}

function formatOmission(omission: Omission, trialOf: ReadonlyMap<string, SeriesTrial>): string {
  switch (omission.reason) {
    case 'clauses-unmatched': {
      const clauses = omission.clauses.map(formatClauseName).join(', ');
      return `${show(omission.group)}: ${omission.afterCheck ? 'after CHECK ' : ''}no series for WHERE ${clauses}`;
    }
    case 'no-partner': {
      const { check: { left, right }, SeriesInstanceUID } = omission;
      const trial = trialOf.get(SeriesInstanceUID);
      const series = trial === undefined ? SeriesInstanceUID : titleOf(trial);
      return `${series}: no partner in CHECK ${formatSide(left)} == ${formatSide(right)}`;
    }
  }
}

function formatAmbiguities(
  ambiguities: readonly Ambiguity[], trials: readonly SeriesTrial[], colour: Colour,
): string[] {
  return [
    colour('warning', 'The statement is ambiguous: its job fails, because nothing is guessed.'),
    ...ambiguities.flatMap(({ SeriesInstanceUID, clauses }) => {
      const trial = trials.find((one) => one.SeriesInstanceUID === SeriesInstanceUID);
      return [
        `  ${trial === undefined ? 'Series' : titleOf(trial)}`,
        `    ${SeriesInstanceUID}`,
        `    matches WHERE ${clauses.map(formatClauseName).join(' and WHERE ')}`,
      ];
    }),
    '  Narrow these conditions until each series matches one WHERE at most.',
  ];
}

function formatClauseName({ number, name }: ClauseName): string {
  return name === unnamed ? `${number}` : `${number} ${quote(name)}`;
}

function formatSide({ name, field }: CheckSide): string {
  return `${show(name)}@${formatField(field)}`;
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

function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function quote(text: string): string {
  return `"${show(text)}"`;
}

/** Text that is safe on a terminal. */
function show(text: string, maxLength = maxValueLength): string {
  const visible = text.replace(/\p{C}/gu, '\u00b7');
  return visible.length > maxLength ? `${visible.slice(0, maxLength - 1)}\u2026` : visible;
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}
