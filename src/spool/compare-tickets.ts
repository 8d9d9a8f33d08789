// Compares the tickets with the jobs and makes those that are missing: of jobs that a person moved by hand, or whose
// deliveries a person did.

import { OPEN_DELIVERY_STATES } from '../job/delivery-state.ts';
import { jobInDeliveryId } from '../job/job-id.ts';
import { QUEUED_JOB_STATES } from '../job/job-state.ts';
import { noteComparison } from './comparison-due.ts';
import { listDeliveryIds } from './delivery-store.ts';
import { listJobIds } from './job-store.ts';
import type { Layout } from './layout.ts';
import { listTickets, putTicket } from './tickets.ts';

/** Several at once do no harm. */
export async function compareTickets(layout: Layout): Promise<void> {
  const begun = performance.now();
  for (const state of QUEUED_JOB_STATES) {
    const JobIds = await listJobIds(layout, state);
    if (JobIds.length === 0) continue;
    const ticketed = listTickets(layout, state);
    const waiting = state === 'forwarding' ? await listJobsWithOpenDeliveries(layout) : new Set<string>();
    for (const JobId of JobIds) {
      if (!ticketed.has(JobId) && !waiting.has(JobId)) putTicket(layout, state, JobId);
    }
  }
  noteComparison(layout, Math.round(performance.now() - begun));
}

/** The end of a delivery makes a ticket of its own. */
async function listJobsWithOpenDeliveries(layout: Layout): Promise<Set<string>> {
  const open = new Set<string>();
  for (const state of OPEN_DELIVERY_STATES) {
    for (const DeliveryId of await listDeliveryIds(layout, state)) open.add(jobInDeliveryId(DeliveryId));
  }
  return open;
}
