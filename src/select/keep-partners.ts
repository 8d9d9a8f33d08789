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

/**
 * The series that pass every check, and what happened to the others. A series that leaves may have been the partner of
 * another under another check, so the checks are repeated until nobody leaves: each that stays has partners that stay.
 */
export function keepPartners<T extends NamedSeries>(
  matched: readonly T[],
  checks: readonly Check[],
): { kept: T[]; omissions: Omission[] } {
  let kept = [...matched];
  const omissions: Omission[] = [];
  let before: number;
  do {
    before = kept.length;
    for (const check of checks) {
      const hasPartner = findPartners(kept, check);
      for (const { facts } of kept.filter((series) => !hasPartner(series))) {
        const { StudyInstanceUID, SeriesInstanceUID } = facts;
        omissions.push({ reason: 'no-partner', StudyInstanceUID, SeriesInstanceUID, check });
      }
      kept = kept.filter(hasPartner);
    }
  } while (kept.length < before);
  return { kept, omissions };
}

/** Looks at each series once, so that thousands of them take no longer than their reading. */
function findPartners(present: readonly NamedSeries[], { left, right }: Check): (series: NamedSeries) => boolean {
  const keysOn = (side: CheckSide): Set<string> => new Set(present.flatMap((series) => keyOn(side, series) ?? []));
  const ofLeft = keysOn(left);
  const ofRight = keysOn(right);
  const partnerOn = (own: CheckSide, others: ReadonlySet<string>, series: NamedSeries): boolean => {
    if (series.name !== own.name) return true;
    const key = keyOn(own, series);
    return key !== undefined && others.has(key);
  };
  return (series) => partnerOn(left, ofRight, series) && partnerOn(right, ofLeft, series);
}

/** The values by which a series is somebody's partner on a side; undefined where it is of another name or has none. */
function keyOn({ name, field }: CheckSide, series: NamedSeries): string | undefined {
  if (series.name !== name) return undefined;
  const values = fieldValues(series.facts, field);
  return values.length === 0 ? undefined : keyOfValues(values);
}
