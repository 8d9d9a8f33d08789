// Which streams want an arrival, and why or why not. Pure: `scan-arrived` acts on the answer, `explain` shows it.
//
// Who sent it to whom is told by its name; what the headers say is tried once the study is described.

import { compilePattern } from '../../config/python-pattern.ts';
import type { HeaderPatterns } from '../../config/arrival-policy.ts';
import type { Action, Stream } from '../../config/configuration.ts';
import { isFoundIn } from '../../config/search-pattern.ts';
import type { ArrivalOrigin } from '../../job/job.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import { makeAddressTest } from './address-test.ts';

/** One condition of a stream's trigger and how it came out. */
export interface TriggerCondition {
  readonly condition: 'enabled' | 'AETitleCalled' | 'AETitleCaller' | 'CallerIP' | 'match' | 'exclude';
  /** The pattern, as configured. */
  readonly wanted: string;
  /** What it was tried on. */
  readonly found: string;
  readonly holds: boolean;
}

export interface StreamMatch {
  readonly stream: Stream;
  readonly matched: boolean;
  readonly conditions: readonly TriggerCondition[];
}

/** Tries an arrival on every stream, in the order of the configuration, as far as who sent it tells. */
export function matchStreams(
  streams: readonly Stream[], arrival: Pick<ArrivalOrigin, 'callingAETitle' | 'calledAETitle' | 'address'>,
): StreamMatch[] {
  return streams.map((stream) => {
    const { enabled, trigger: { AETitleCalled, AETitleCaller, CallerIP } } = stream;
    const conditions: TriggerCondition[] = [
      { condition: 'enabled', wanted: 'true', found: String(enabled), holds: enabled },
      title('AETitleCalled', AETitleCalled, arrival.calledAETitle),
      title('AETitleCaller', AETitleCaller, arrival.callingAETitle),
      ...CallerIP.length === 0 ? [] : [callerIP(CallerIP, arrival.address)],
    ];
    return { stream, matched: conditions.every(({ holds }) => holds), conditions };
  });
}

/** Tries the headers of an arrival's series on a stream: one condition for `match`, one for `exclude`, where given. */
export function matchHeaders(
  { trigger: { match, exclude } }: Stream, series: readonly SeriesFacts[],
): TriggerCondition[] {
  const excluding = findFit(exclude, series);
  return [
    ...match.length === 0 ? [] : [headers('match', match, series, findFit(match, series), true)],
    ...exclude.length === 0 ? [] : [headers('exclude', exclude, series, excluding, false)],
  ];
}

/** What a stream does with an arrival of a study, or of a series; nothing: the arrival is not for it. */
export function actionsFor(
  stream: Stream, { SeriesInstanceUID }: Pick<ArrivalOrigin, 'SeriesInstanceUID'>,
): readonly Action[] {
  return SeriesInstanceUID === undefined ? stream.studyActions : stream.seriesActions;
}

/** Trigger patterns match from the start of the title, not necessarily to its end. */
function title(condition: 'AETitleCalled' | 'AETitleCaller', wanted: string, found: string): TriggerCondition {
  const compiled = compilePattern(wanted);
  return { condition, wanted, found, holds: compiled.kind === 'pattern' && compiled.expression.test(found) };
}

function callerIP(ranges: readonly string[], address: string): TriggerCondition {
  return { condition: 'CallerIP', wanted: ranges.join(', '), found: address, holds: makeAddressTest(ranges)(address) };
}

interface Fit {
  readonly entry: HeaderPatterns;
  readonly series: SeriesFacts;
}

/** The first entry all of whose patterns one series fits. */
function findFit(entries: readonly HeaderPatterns[], all: readonly SeriesFacts[]): Fit | undefined {
  for (const entry of entries) {
    const series = all.find((one) => Object.entries(entry).every(([keyword, pattern]) => {
      return one.value(keyword).some((value) => value !== '' && isFoundIn(pattern, value));
    }));
    if (series !== undefined) return { entry, series };
  }
  return undefined;
}

function headers(
  condition: 'match' | 'exclude', entries: readonly HeaderPatterns[], all: readonly SeriesFacts[], fit: Fit | undefined,
  wantsFit: boolean,
): TriggerCondition {
  const wanted = (fit === undefined ? entries : [fit.entry]).map(entryText).join(' or ');
  const found = fit === undefined ? valuesText(entries, all)
    : `series ${fit.series.SeriesInstanceUID}: ${valuesText([fit.entry], [fit.series])}`;
  return { condition, wanted, found, holds: (fit !== undefined) === wantsFit };
}

function entryText(entry: HeaderPatterns): string {
  return Object.entries(entry).map(([keyword, pattern]) => `${keyword} ${pattern}`).join(' and ');
}

/** The values of all keywords, each once: `Modality CT, OT; BodyPartExamined (none)`. */
function valuesText(entries: readonly HeaderPatterns[], series: readonly SeriesFacts[]): string {
  const keywords = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
  return keywords.map((keyword) => {
    const values = new Set(series.flatMap((one) => one.value(keyword)).filter((value) => value !== ''));
    return `${keyword} ${values.size === 0 ? '(none)' : [...values].join(', ')}`;
  }).join('; ');
}
