// A selection as text for a person: every series, each WHERE on it as a tree, and the jobs that would be made.
//
// Reads the same results that made the jobs. Colour only repeats what the words say: the text is complete without it.
// Values come from the network: they are shortened and shown without control characters.

import { formatComparison, formatField } from './format-condition.ts';
import type { ComparisonResult, ConditionResult } from './evaluate-condition.ts';
import type {
  Ambiguity, ClauseName, ClauseResult, Omission, SelectedJob, Selection, SeriesTrial,
} from './selection.ts';
import { unnamed, type CheckSide } from './statement.ts';

export type ExplanationStyle = 'heading' | 'true' | 'false' | 'faint' | 'warning';

/** Gives a piece of text its colour, or returns it as it is. */
export type Colour = (style: ExplanationStyle, text: string) => string;

/** The longest value that is shown whole. */
const maxValueLength = 60;

/** The explanation, lines separated by \n and ending in one. */
export function formatExplanation(selection: Selection, colour: Colour): string {
  const lines = [
    ...selection.trials.flatMap((trial) => [...formatTrial(trial, colour), '']),
    ...(selection.kind === 'jobs' ? formatJobs(selection, colour) : formatAmbiguities(selection.ambiguities, colour)),
  ];
  return `${lines.join('\n')}\n`;
}

function formatTrial(trial: SeriesTrial, colour: Colour): string[] {
  const title = [
    trial.SeriesNumber === '' ? 'Series' : `Series ${show(trial.SeriesNumber)}`,
    trial.SeriesDescription === '' ? '(no description)' : quote(trial.SeriesDescription),
    `${trial.Modality === '' ? '' : `${show(trial.Modality)}, `}${countOf(trial.NumImages, 'instance')}`,
  ].join('  ');
  return [
    colour('heading', title),
    colour('faint', `  ${trial.SeriesInstanceUID} in study ${trial.StudyInstanceUID}`),
    ...trial.clauses.flatMap((clause, index) => formatClause(clause, index + 1, colour)),
  ];
}

function formatClause(clause: ClauseResult, number: number, colour: Colour): string[] {
  switch (clause.kind) {
    case 'where':
      return [
        line(1, clause.holds, `WHERE ${formatClauseName({ number, name: clause.name })}`, '', colour),
        ...formatResult(clause.result, 2, colour),
      ];
    case 'glob':
      return [
        line(1, clause.holds, `matches ${quote(clause.pattern)}`, '', colour),
        colour('faint', `${indent(2)}tried on ${show(clause.line, Infinity)}`),
      ];
  }
}

/** `containing` means membership, which surprises those who expect a part of the text. */
function hintOf({ comparison, values, holds }: ComparisonResult): string[] {
  const wanted = comparison.value.text.toLowerCase();
  const isPart = values.some((value) => value.toLowerCase().includes(wanted));
  if (holds || !isPart || (comparison.operator !== 'containing' && comparison.operator !== '==')) return [];
  return [`${comparison.operator} compares whole values, and case counts; regexp finds parts: regexp "(?i)…"`];
}

function formatResult(result: ConditionResult, depth: number, colour: Colour): string[] {
  switch (result.kind) {
    case 'comparison':
      return [
        line(depth, result.holds, formatComparison(result.comparison), formatSeen(result), colour),
        ...hintOf(result).map((hint) => colour('warning', `${indent(depth + 1)}${hint}`)),
      ];
    case 'everything':
      return [line(depth, true, 'everything', '', colour)];
    case 'not':
      return [line(depth, result.holds, 'NOT', '', colour), ...formatResult(result.part, depth + 1, colour)];
    case 'all':
    case 'any':
      return [
        line(depth, result.holds, result.kind === 'all' ? 'all of (AND)' : 'at least one of (OR)', '', colour),
        ...result.parts.flatMap((part) => formatResult(part, depth + 1, colour)),
      ];
  }
}

function line(depth: number, holds: boolean, text: string, remark: string, colour: Colour): string {
  const verdict = holds ? colour('true', 'true ') : colour('false', 'false');
  return `${indent(depth)}${verdict}  ${text}${remark === '' ? '' : colour('faint', `   <- ${remark}`)}`;
}

function formatSeen({ values, varies }: ComparisonResult): string {
  if (values.length === 0) return 'the series has no value here';
  return `${values.map((value) => quote(value)).join(', ')}${varies ? ' in the first instance; others differ' : ''}`;
}

function formatJobs({ trials, jobs, omissions }: Selection & { kind: 'jobs' }, colour: Colour): string[] {
  const instances = new Map(trials.map(({ SeriesInstanceUID, NumImages }) => [SeriesInstanceUID, NumImages]));
  return [
    colour('heading', jobs.length === 0 ? 'No job would be made.' : `${countOf(jobs.length, 'job')} would be made.`),
    ...(trials.length === 0 ? ['  There is no series to select from.'] : []),
    ...(trials.length > 0 && jobs.length + omissions.length === 0 ? ['  No series matches any WHERE.'] : []),
    ...jobs.flatMap((job, index) => formatJob(job, index + 1, instances)),
    ...omissions.map((omission) => `  ${colour('warning', 'left out')}  ${formatOmission(omission)}`),
  ];
}

function formatJob(job: SelectedJob, number: number, instances: ReadonlyMap<string, number>): string[] {
  return [
    `  job ${number}: ${countOf(job.length, 'series', 'series')}`,
    ...job.map(({ NameFromSelect, SeriesInstanceUID, StudyInstanceUID }) => {
      const size = countOf(instances.get(SeriesInstanceUID) ?? 0, 'instance');
      return `    ${quote(NameFromSelect)}  ${SeriesInstanceUID} in study ${StudyInstanceUID}, ${size}`;
    }),
  ];
}

function formatOmission(omission: Omission): string {
  switch (omission.reason) {
    case 'clauses-unmatched': {
      const clauses = omission.clauses.map(formatClauseName).join(', ');
      return `${show(omission.group)}: ${omission.afterCheck ? 'after CHECK ' : ''}no series for WHERE ${clauses}`;
    }
    case 'no-partner': {
      const { left, right } = omission.check;
      return `series ${omission.SeriesInstanceUID}: no partner in CHECK ${formatSide(left)} == ${formatSide(right)}`;
    }
  }
}

function formatAmbiguities(ambiguities: readonly Ambiguity[], colour: Colour): string[] {
  return [
    colour('warning', 'The statement is ambiguous: no job would be made.'),
    ...ambiguities.map(({ SeriesInstanceUID, clauses }) => {
      return `  series ${SeriesInstanceUID} matches WHERE ${clauses.map(formatClauseName).join(' and WHERE ')}`;
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
