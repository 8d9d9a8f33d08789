// What a stream expects of a study and is not there yet. Pure: works on the facts of the series that came in.

import type { Expectation } from '../../config/arrival-policy.ts';
import type { Stream } from '../../config/configuration.ts';
import type { Missing } from '../../job/missing.ts';
import type { SeriesFacts } from '../../select/series-facts.ts';
import type { Statement } from '../../select/statement.ts';
import { tryClauses } from '../../select/try-clauses.ts';

/** What headers say about numbers of instances (PS3.4 section C.3.4, PS3.3 section C.7.6.1). */
export const COUNT_KEYWORDS = [
  'NumberOfStudyRelatedInstances', 'NumberOfSeriesRelatedInstances', 'ImagesInAcquisition',
] as const;

/** What was expected, as text: as long as it is the same, so is the answer. */
export function expectationText({ expect, cores: [core] }: Stream): string {
  return JSON.stringify([expect, core?.select]);
}

/** A series, and the names of the WHERE clauses that it fits. */
interface NamedSeries {
  readonly facts: SeriesFacts;
  readonly names: readonly string[];
}

/** @param statement the stream's, which gives series their names @param all the series that are there */
export function findMissing(
  { series: names, instances }: Expectation, statement: Statement, all: readonly SeriesFacts[],
): Missing[] {
  const named = all.map((facts): NamedSeries => {
    const clauses = tryClauses(statement, facts).clauses.filter(({ holds }) => holds);
    return { facts, names: clauses.map(({ name }) => name) };
  });
  const absent = names.filter((name) => largestOf(name, named) === undefined);
  return [
    ...absent.map((name): Missing => ({ what: 'series', name })),
    ...missingInstances(instances, named).filter((missing) => {
      return missing.what !== 'instances-of-name' || !absent.includes(missing.name); // that is said already
    }),
  ];
}

function missingInstances(expected: Expectation['instances'], named: readonly NamedSeries[]): Missing[] {
  if (expected === undefined) return [];
  if (typeof expected === 'number') return fewerThan(expected, named);
  if (expected === 'header') return fewerThanHeadersSay(named.filter(({ names }) => names.length > 0), named);
  return Object.entries(expected).flatMap(([name, count]): Missing[] => {
    const found = largestOf(name, named) ?? 0;
    return found < count ? [{ what: 'instances-of-name', name, found, expected: count }] : [];
  });
}

/** The number of instances in the fullest series of a name; undefined where there is none. */
function largestOf(name: string, named: readonly NamedSeries[]): number | undefined {
  const counts = named.filter(({ names }) => names.includes(name)).map(({ facts }) => facts.NumImages);
  return counts.length === 0 ? undefined : Math.max(...counts);
}

function fewerThan(expected: number, named: readonly NamedSeries[]): Missing[] {
  const found = named.reduce((sum, { facts }) => sum + facts.NumImages, 0);
  return found < expected ? [{ what: 'instances-of-study', found, expected }] : [];
}

/** What no header says is not expected. A series' own number goes before that of its acquisition. */
function fewerThanHeadersSay(selected: readonly NamedSeries[], all: readonly NamedSeries[]): Missing[] {
  const ofStudy = selected.flatMap(({ facts }) => countIn(facts, 'NumberOfStudyRelatedInstances') ?? []);
  return [
    ...ofStudy.length === 0 ? [] : fewerThan(Math.max(...ofStudy), all),
    ...selected.flatMap(({ facts }): Missing[] => {
      const { SeriesInstanceUID, NumImages: found } = facts;
      const expected = countIn(facts, 'NumberOfSeriesRelatedInstances') ?? countIn(facts, 'ImagesInAcquisition') ?? 0;
      return found < expected ? [{ what: 'instances-of-series', SeriesInstanceUID, found, expected }] : [];
    }),
  ];
}

/** A number of instances that a header states (IS, PS3.5 section 6.2). */
function countIn(facts: SeriesFacts, keyword: (typeof COUNT_KEYWORDS)[number]): number | undefined {
  const [text = ''] = facts.value(keyword);
  return /^\s*\+?\d+\s*$/.test(text) ? Number(text) : undefined;
}
