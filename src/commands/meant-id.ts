// The JobId or DeliveryId that a person means by it or by its beginning.

import { findDeliveryByBeginning, findJobByBeginning, type Meant } from '../flow/find-by-beginning.ts';
import type { Layout } from '../spool/layout.ts';
import { UsageFault } from './usage-fault.ts';

/** So many of those that are meant equally well are told. */
const MOST_CANDIDATES = 3;

/** @throws {UsageFault} where none or several begin so */
export async function meantJobId(layout: Layout, word: string): Promise<string> {
  return only('job', 'dts jobs', word, await findJobByBeginning(layout, word));
}

/** @throws {UsageFault} where none or several begin so */
export async function meantDeliveryId(layout: Layout, word: string): Promise<string> {
  return only('delivery', 'dts deliveries', word, await findDeliveryByBeginning(layout, word));
}

function only(kind: string, lister: string, word: string, meant: Meant): string {
  if ('id' in meant) return meant.id;
  const { candidates } = meant;
  if (candidates.length === 0) {
    throw new UsageFault(`there is no ${kind} ${word}; ${lister} lists those that there are`);
  }
  const some = candidates.slice(0, MOST_CANDIDATES).join(', ');
  const more = candidates.length > MOST_CANDIDATES ? ` and ${candidates.length - MOST_CANDIDATES} more` : '';
  throw new UsageFault(`${word} begins several ids (${some}${more}); give more of it`);
}
