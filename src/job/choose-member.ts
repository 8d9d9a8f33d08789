// Which of several destinations a delivery goes to. Pure.

import type { Consideration, Wait } from './route.ts';

/** The one that is taken, or why none is. */
export type Chosen =
  | { readonly chosen: string; readonly despite?: Wait['waitsFor'] }
  | Wait
  | { readonly allRefused: true };

export interface ChooseOptions {
  /** How long one may be in trouble before the next is taken. */
  readonly failoverAfterSeconds: number;
  /** A person does not want to wait. */
  readonly evenSo?: boolean;
}

/**
 * Of those that nobody holds and whose window is open, the first in this order: the one that has stored some of the
 * delivery last, then the cheaper, then the one that stands before. One in trouble is passed over until it is time to
 * try it again.
 * @param considered in the order in which they stand
 */
export function chooseMember(
  considered: readonly Consideration[], { failoverAfterSeconds, evenSo = false }: ChooseOptions, now: Date,
): Chosen {
  const ranked = considered.filter(({ refused }) => refused === undefined).sort(compare);
  if (ranked.length === 0) return { allRefused: true };
  const free = ranked.filter(({ held }) => held === undefined);
  if (free.length === 0) return { waitsFor: 'held' };
  const open = free.filter(({ window }) => window?.isOpen !== false);
  let patienceEnds: string | undefined;
  for (const { destination, trouble } of open) {
    if (trouble === undefined || trouble.isDue) return { chosen: destination };
    const failoverAt = Date.parse(trouble.since) + failoverAfterSeconds * 1000;
    if (failoverAt > now.getTime()) {
      patienceEnds = earlier(trouble.notBefore, new Date(failoverAt).toISOString());
      break;
    }
  }
  const [first = free[0]] = open;
  if (evenSo && first !== undefined) {
    return { chosen: first.destination, despite: open.length > 0 ? 'trouble' : 'window' };
  }
  const until = patienceEnds ?? free.map(comesAt).reduce(earlier, undefined);
  return { waitsFor: open.length > 0 ? 'trouble' : 'window', ...(until === undefined ? {} : { until }) };
}

function compare(one: Consideration, other: Consideration): number {
  return (other.begun ?? '').localeCompare(one.begun ?? '') || one.cost - other.cost;
}

/** When one that is closed or in trouble may be taken; undefined: never. */
function comesAt({ window, trouble }: Consideration): string | undefined {
  const opensAt = window === undefined || window.isOpen ? '' : window.opensAt;
  if (opensAt === undefined) return undefined;
  const notBefore = trouble?.isDue === false ? trouble.notBefore : '';
  return opensAt > notBefore ? opensAt : notBefore;
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return one < other ? one : other;
}
