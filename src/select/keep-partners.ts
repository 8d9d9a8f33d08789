// CHECK: of the series that matched, keeps those that have a partner.
//
// For `A@f == B@g` a series named A stays if some series named B has in g the values that it has in f, and the other
// way round. Series of other names stay. A field without value equals nothing, not even another without value.

import { keyOfValues } from './compare-values.ts';
import type { Omission } from './selection.ts';
import { fieldValues, type SeriesFacts } from './series-facts.ts';
import type { Check, CheckSide } from './statement.ts';

/** A series, and the name of the WHERE that it matched. */
export interface NamedSeries {
  readonly facts: SeriesFacts;
  readonly name: string;
}

/** A series of the name of a check's side, and the values that a partner must have; no key where it has no value. */
interface SideOfSeries {
  readonly key: string | undefined;
}

/** A series, and what it is on the two sides of each check; undefined where it is of another name. */
interface Candidate<Series> {
  readonly series: Series;
  readonly sides: readonly (readonly [left: SideOfSeries | undefined, right: SideOfSeries | undefined])[];
}

/**
 * The series that pass every check, and what happened to the others. A series that leaves may have been the partner of
 * another under another check, so the checks are repeated until nobody leaves: each that stays has partners that stay.
 */
export function keepPartners<Series extends NamedSeries>(
  matched: readonly Series[],
  checks: readonly Check[],
): { kept: Series[]; omissions: Omission[] } {
  let kept = matched.map((series): Candidate<Series> => {
    return { series, sides: checks.map(({ left, right }) => [sideOf(series, left), sideOf(series, right)]) };
  });
  const omissions: Omission[] = [];
  let before: number;
  do {
    before = kept.length;
    for (const [place, check] of checks.entries()) {
      const hasPartner = findPartners(kept, place);
      for (const { series: { facts } } of kept.filter((one) => !hasPartner(one))) {
        const { StudyInstanceUID, SeriesInstanceUID } = facts;
        omissions.push({ reason: 'no-partner', StudyInstanceUID, SeriesInstanceUID, check });
      }
      kept = kept.filter(hasPartner);
    }
  } while (kept.length < before);
  return { kept: kept.map(({ series }) => series), omissions };
}

/** Whether a candidate has partners among those present, under the check in that place. Looks at each of them once. */
function findPartners(present: readonly Candidate<unknown>[], place: number): (one: Candidate<unknown>) => boolean {
  const ofLeft = new Set(present.flatMap(({ sides }) => sides[place]?.[0]?.key ?? []));
  const ofRight = new Set(present.flatMap(({ sides }) => sides[place]?.[1]?.key ?? []));
  const isMet = (side: SideOfSeries | undefined, others: ReadonlySet<string>): boolean => {
    return side === undefined || (side.key !== undefined && others.has(side.key));
  };
  return ({ sides }) => isMet(sides[place]?.[0], ofRight) && isMet(sides[place]?.[1], ofLeft);
}

function sideOf(series: NamedSeries, { name, field }: CheckSide): SideOfSeries | undefined {
  if (series.name !== name) return undefined;
  const values = fieldValues(series.facts, field);
  return { key: values.length === 0 ? undefined : keyOfValues(values) };
}
