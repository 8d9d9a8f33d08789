// Tries the failed deliveries of a job again, where these alone have failed: the core does not run again, since part of
// its result may have been stored.

import { isOpenDelivery } from '../../job/delivery-state.ts';
import { findDeliveryState } from '../../spool/delivery-store.ts';
import { findDeliveryIds, findJob, type StoredJob } from '../../spool/job-store.ts';
import { changeDelivery } from './change-delivery.ts';
import { failedOnlyByDeliveries } from '../job/finish-job.ts';
import { resumeJob } from '../job/resume-job.ts';
import type { Station } from '../station.ts';

/**
 * The job goes back to `forwarding` with the first of them (resume-job.ts).
 * @param by the user who wants it @returns undefined where nothing of the job can be tried again so
 */
export async function retryDeliveries(
  station: Station, JobId: string, by: string | undefined,
): Promise<{ readonly moved: 'forwarding' } | 'busy' | undefined> {
  const stored = await findJob(station.layout, 'failed', JobId);
  const unsent = stored === undefined ? [] : await findDeliveriesToRetry(station, stored);
  const person = by === undefined ? {} : { by };
  for (const DeliveryId of unsent) { // one that is on its way again stays as it is
    if (await changeDelivery(station, DeliveryId, 'retry', person) === 'busy') return 'busy';
  }
  if (unsent.length === 0) return undefined;
  return await resumeJob(station, JobId, person) === 'busy' ? 'busy' : { moved: 'forwarding' };
}

/** Those that failed, or are on their way again, of a job that has failed for its deliveries alone; none of any other. */
export async function findDeliveriesToRetry({ layout }: Station, stored: StoredJob): Promise<string[]> {
  if (stored.state !== 'failed' || !await failedOnlyByDeliveries(stored)) return [];
  const unsent: string[] = [];
  for (const DeliveryId of await findDeliveryIds(stored.folder) ?? []) {
    const state = await findDeliveryState(layout, DeliveryId);
    if (state !== undefined && (state === 'failed' || isOpenDelivery(state))) unsent.push(DeliveryId);
  }
  return unsent;
}
