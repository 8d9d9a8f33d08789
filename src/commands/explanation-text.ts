// What dts explain prints: the arrivals of a study, each stream's trigger on them, and below it what its statement
// selects. Complete without colour.

import type { Explanation, ExplainedArrival } from '../flow/explain/explain-study.ts';
import type { ExplainedCondition, ExplainedStream } from '../flow/explain/explain.ts';
import { formatExplainedDeliveries } from './explained-deliveries-text.ts';
import { waitText, type ArrivalWait } from '../flow/arrival/list-waits.ts';
import { missingText, type Missing } from '../job/missing.ts';
import { oneLine } from '../job/one-line.ts';
import { formatSelection } from '../select/explain-text.ts';
import type { Colour } from '../select/series-title.ts';

/** What files would be made into. */
export interface FilesExplained {
  readonly studies: readonly {
    readonly StudyInstanceUID: string;
    readonly NumSeries: number;
    readonly streams: readonly ExplainedStream[];
  }[];
}

const STATE_MEANING: Readonly<Record<ExplainedArrival['state'], string>> = {
  waiting: 'not complete for every stream yet',
  claimed: 'being seen to by scan-arrived',
  rejected: 'set aside in rejected/: dts log tells why',
  wanted: 'wanted',
  unwanted: 'no stream wants it',
};

/** @param timezone the station's, for times of the week */
export function formatExplanation(explanation: Explanation, timezone: string, paint: Colour): string {
  const { StudyInstanceUID, archived, description, unreadable, arrivals, jobs } = explanation;
  const lines = [paint('heading', `Study ${StudyInstanceUID}`)];
  if (!archived) {
    lines.push(paint('warning', '  is not in the archive: nothing of it was received, or it was cleaned away'));
  }
  if (description !== undefined) {
    lines.push(`  ${oneLine(description.StudyDescription) || '(no description)'}, ${description.series.length} series, `
      + `${description.NumFiles} instances, accession ${oneLine(description.AccessionNumber) || '(none)'}`);
  }
  for (const { file, text } of unreadable) {
    lines.push(paint('warning', `  cannot be read: ${oneLine(file)}: ${oneLine(text)}`));
  }
  for (const { origin, state, streams, waits } of arrivals) {
    lines.push('', `${paint('heading', `Arrived ${origin.arrivedAt}`)} from ${oneLine(origin.callingAETitle)} `
      + `(${origin.address}) to ${oneLine(origin.calledAETitle)}: ${STATE_MEANING[state]}`);
    for (const stream of streams) {
      lines.push(...formatStream(stream, paint, waits.find((wait) => wait.stream === stream.stream)));
    }
  }
  if (jobs.length > 0) lines.push('', paint('heading', 'Jobs'));
  lines.push(...jobs.flatMap(({ JobId, state, waits, destinations }) => [
    `  ${JobId}: ${state}${waits === undefined ? '' : `, waits ${oneLine(waits)}`}`,
    ...formatExplainedDeliveries(destinations, timezone, paint),
  ]));
  return `${lines.join('\n')}\n`;
}

export function formatFilesExplained({ studies }: FilesExplained, paint: Colour): string {
  return studies.map(({ StudyInstanceUID, NumSeries, streams }) => [
    `${paint('heading', `Study ${StudyInstanceUID}`)}, ${NumSeries} series, if it arrived now`,
    ...streams.flatMap((stream) => formatStream(stream, paint)),
    '',
  ].join('\n')).join('\n');
}

function formatStream(explained: ExplainedStream, paint: Colour, wait?: ArrivalWait): string[] {
  const { stream, matched, conditions, missing, selection, selectionsOfSeries = [] } = explained;
  const verdict = matched ? paint('true', 'yes') : paint('false', 'no ');
  return [
    '',
    `  ${verdict}  ${paint('heading', `stream ${stream}`)}${matched ? `: ${whatItDoes(explained)}` : ''}`,
    ...conditions.filter(({ wanted, holds }) => !holds || !IS_OPEN.test(wanted))
      .flatMap((condition) => formatCondition(condition, paint)),
    ...(missing === undefined ? [] : [formatExpectation(missing, paint)]),
    ...(wait === undefined ? [] : [`       ${paint('warning', 'waits')} ${oneLine(waitText(wait))}`]),
    ...(selection === undefined ? [] : ['', ...indented(formatSelection(selection, paint))]),
    ...selectionsOfSeries.flatMap((one) => {
      return ['', '     When this series arrives:', ...indented(formatSelection(one.selection, paint))];
    }),
  ];
}

function formatExpectation(missing: readonly Missing[], paint: Colour): string {
  if (missing.length === 0) return `       ${paint('true', 'yes')}  all that it expects is there`;
  return `       ${paint('false', 'no ')}  not all that it expects is there: ${oneLine(missingText(missing))}`;
}

/** With what was seen, on one line of 80 columns. */
const LONGEST_CONDITION = 65;

/** Conditions that hold whatever arrives are not worth a line. */
const IS_OPEN = /^(true|\.\*)$/;

function formatCondition({ condition, wanted, found, holds, assumed }: ExplainedCondition, paint: Colour): string[] {
  const mark = assumed ? paint('warning', '?  ') : holds ? paint('true', 'yes') : paint('false', 'no ');
  const told = `${condition} ${oneLine(wanted)}`;
  const seen = `<- ${assumed ? 'not said, taken to fit' : `"${oneLine(found)}"`}`;
  const isLong = told.length + seen.length > LONGEST_CONDITION;
  return isLong ? [`       ${mark}  ${told}`, `              ${paint('faint', seen)}`]
    : [`       ${mark}  ${told}   ${paint('faint', seen)}`];
}

function whatItDoes(
  { studyActions, relay, reidentify, seriesActions, selection, selectionsOfSeries }: ExplainedStream,
): string {
  const study = relay === 'as-they-arrive' ? 'the study, instance by instance as it arrives' : 'the study';
  const all = [
    ...studyActions.map((action) => does(action, selection !== undefined, study)),
    ...seriesActions.map((action) => does(action, selectionsOfSeries !== undefined, 'each series')),
  ];
  const back = all.length === 0 || reidentify === undefined ? '' : `; brought back to its patient by profile ${oneLine(reidentify)}`;
  return `${all.join(', ') || 'has nothing to do with it'}${back}`;
}

function does(action: ExplainedStream['studyActions'][number], hasCore: boolean, object: string): string {
  switch (action) {
    case 'job': return hasCore ? `runs its core on ${object}` : `delivers ${object}, without a core`;
    case 'exec': return `runs a program for ${object}`;
    case 'send': return `posts the description of ${object}`;
  }
}

function indented(text: string): string[] {
  return text.trimEnd().split('\n').map((line) => (line === '' ? '' : `     ${line}`));
}
