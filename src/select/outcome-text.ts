// What a selection comes to, as text for a person: the jobs, what was left out of them and why, or why there are none.

import { formatField } from './format-condition.ts';
import type { Ambiguity, Omission, SelectedJob, Selection, SeriesTrial } from './selection.ts';
import { countOf, formatClauseName, formatPlace, quote, show, titleOf, type Colour } from './series-title.ts';
import type { CheckSide } from './statement.ts';

/** The lines about the jobs that would be made. */
export function formatJobs(
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

/** The lines about series that fit more than one WHERE. */
export function formatAmbiguities(
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

function formatSide({ name, field }: CheckSide): string {
  return `${show(name)}@${formatField(field)}`;
}
