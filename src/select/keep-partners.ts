// CHECK: of the series that matched, keeps those that have a partner.
//
// For `A@f == B@g` a series named A stays if some series named B has in g the values that it has in f, and the other
// way round. Series of other names stay. A field without value equals nothing, not even another without value.

import { sameValues } from './compare-values.ts';
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
      const present = kept;
      kept = present.filter((series) => hasPartner(series, present, check));
      for (const { facts } of present.filter((series) => !kept.includes(series))) {
        const { StudyInstanceUID, SeriesInstanceUID } = facts;
        omissions.push({ reason: 'no-partner', StudyInstanceUID, SeriesInstanceUID, check });
      }
    }
  } while (kept.length < before);
  return { kept, omissions };
}

function hasPartner(series: NamedSeries, present: readonly NamedSeries[], { left, right }: Check): boolean {
  const partnerOn = (own: CheckSide, other: CheckSide): boolean => {
    if (series.name !== own.name) return true;
    const values = fieldValues(series.facts, own.field);
    if (values.length === 0) return false;
    return present.some(({ name, facts }) => {
      return name === other.name && sameValues(values, fieldValues(facts, other.field));
    });
  };
  return partnerOn(left, right) && partnerOn(right, left);
}
