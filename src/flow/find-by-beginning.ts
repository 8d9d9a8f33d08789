// A job or delivery by its id, or by the beginning of its id as long as no other begins so: people do not type fifty
// characters.

import { DELIVERY_STATES } from '../job/delivery-state.ts';
import { JOB_STATES } from '../job/job-state.ts';
import { listDeliveryIds } from '../spool/delivery-store.ts';
import { listJobIds } from '../spool/job-store.ts';
import type { Layout } from '../spool/layout.ts';

/** The one id that is meant, or all that could be: none or several. */
export type Meant = { readonly id: string } | { readonly candidates: readonly string[] };

export async function findJobByBeginning(layout: Layout, beginning: string): Promise<Meant> {
  return findByBeginning(beginning, (await Promise.all(JOB_STATES.map((state) => listJobIds(layout, state)))).flat());
}

export async function findDeliveryByBeginning(layout: Layout, beginning: string): Promise<Meant> {
  const ids = await Promise.all(DELIVERY_STATES.map((state) => listDeliveryIds(layout, state)));
  return findByBeginning(beginning, ids.flat());
}

function findByBeginning(beginning: string, ids: readonly string[]): Meant {
  if (ids.includes(beginning)) return { id: beginning };
  const candidates = beginning === '' ? [] : ids.filter((id) => id.startsWith(beginning));
  const [only, ...others] = candidates;
  return only !== undefined && others.length === 0 ? { id: only } : { candidates };
}
