// Ends a job whose deliveries have all ended.

import type { Failure } from '../../job/failure.ts';
import { findDeliveryState } from '../../spool/delivery-store.ts';
import type { JobFolder } from '../../spool/layout.ts';
import { findDeliveriesOf, type StoredJob } from '../../spool/job-store.ts';
import { exists, findJson } from '../../spool/read.ts';
import type { Station } from '../station.ts';
import type { Step } from './step.ts';

/** May be asked without the job's lease: it only looks. */
export async function finishJob(station: Station, folder: JobFolder): Promise<Step> {
  const ofJob = await findDeliveriesOf(folder);
  if (ofJob === undefined) return { failures: [{ reason: 'result-missing', path: folder.deliveries }] };
  const failures: Failure[] = [];
  const { deliveries, optional = [] } = ofJob;
  for (const DeliveryId of deliveries) {
    if (optional.includes(DeliveryId)) continue; // it goes on for itself, and what becomes of it is nobody's failure
    // It may be moved while its states are gone through: one that seems gone is looked for twice.
    const state = await findDeliveryState(station.layout, DeliveryId)
      ?? await findDeliveryState(station.layout, DeliveryId);
    switch (state) {
      case 'pending': case 'confirming': case 'held': return { wait: `for delivery ${DeliveryId}, which is ${state}` };
      case 'failed': failures.push(await whyItFailed(station, DeliveryId)); break;
      case undefined: failures.push({ reason: 'delivery-missing', DeliveryId }); break;
      case 'done': case 'cancelled': break; // what a person cancelled is nobody's failure
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
  const folder = station.layout.deliveryFolder('failed', DeliveryId);
  const [first] = await findJson<Failure[]>(folder.failures) ?? [];
  const unsaid: Failure = { reason: 'input-output', path: folder.path, code: 'ENOENT' };
  return { reason: 'delivery-failed', DeliveryId, first: first ?? unsaid };
}
