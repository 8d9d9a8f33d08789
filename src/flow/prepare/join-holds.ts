// One reason to hold a delivery out of those of its instances: of what a person must look at, all of it is named.

import type { Failure } from '../../job/failure.ts';

/** More are not named one by one. */
const MOST_NAMED = 20;

type BurntIn = Extract<Failure, { readonly reason: 'burnt-in-held' }>;

/** Undefined where there is none. What pixels may show is told last: another reason must be seen to first. */
export function joinHolds(holds: readonly Failure[]): { readonly hold: Failure } | undefined {
  const other = holds.find(({ reason }) => reason !== 'burnt-in-held');
  if (other !== undefined) return { hold: other };
  const burntIn = holds.filter((hold): hold is BurntIn => hold.reason === 'burnt-in-held');
  const [first] = burntIn;
  if (first === undefined) return undefined;
  const instances = burntIn.flatMap((hold) => hold.instances);
  const kinds = [...new Set(burntIn.flatMap((hold) => hold.kinds))];
  const others = instances.length - MOST_NAMED;
  const named = { ...first, kinds, instances: instances.slice(0, MOST_NAMED) };
  return { hold: others > 0 ? { ...named, others } : named };
}
