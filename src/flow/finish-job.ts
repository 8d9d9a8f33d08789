// Ends a job whose deliveries have all ended.

import type { Failure } from '../job/failure.ts';
import { findDelivery, findDeliveryState } from '../spool/delivery-store.ts';
import { DeliveryFolder } from '../spool/layout.ts';
import type { StoredJob } from '../spool/job-store.ts';
import { exists, findJson } from '../spool/read.ts';
import type { Station } from './station.ts';
import type { Step } from './step.ts';

export async function finishJob(station: Station, { folder }: StoredJob): Promise<Step> {
  const { deliveries } = await findJson<{ deliveries: string[] }>(folder.deliveries) ?? { deliveries: [] };
  const failures: Failure[] = [];
  for (const DeliveryId of deliveries) {
    const state = await findDeliveryState(station.layout, DeliveryId);
    switch (state) {
      case 'pending': case 'held': return { wait: `for delivery ${DeliveryId}, which is ${state}` };
      case 'failed': failures.push(await whyItFailed(station, DeliveryId)); break;
      // One that a person cancelled, or took away once it had ended, is nobody's failure.
      case 'done': case 'cancelled': case undefined: break;
    }
  }
  return failures.length > 0 ? { failures } : { to: 'done' };
}

/** Whether a failed job got as far as its deliveries, so that these are all that is to be tried again. */
export async function failedOnlyByDeliveries({ folder }: StoredJob): Promise<boolean> {
  const failures = await findJson<Failure[]>(folder.failures) ?? [];
  return await exists(folder.deliveries) && failures.every(({ reason }) => reason === 'delivery-failed');
}

async function whyItFailed(station: Station, DeliveryId: string): Promise<Failure> {
  const stored = await findDelivery(station.layout, 'failed', DeliveryId);
  const folder = stored?.folder ?? new DeliveryFolder(station.layout.delivery('failed', DeliveryId));
  const [first] = await findJson<Failure[]>(folder.failures) ?? [];
  return { reason: 'delivery-failed', DeliveryId, first: first ?? { reason: 'input-output', path: folder.path, code: 'ENOENT' } };
}
