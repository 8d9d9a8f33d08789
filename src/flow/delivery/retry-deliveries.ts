// Tries the failed deliveries of a job again, where these alone have failed: the core does not run again, since part of
// its result may have been stored.

import { findDeliveryState } from '../../spool/delivery-store.ts';
import { findDeliveryIds, findJob, type StoredJob } from '../../spool/job-store.ts';
import { changeDelivery } from './change-delivery.ts';
import { failedOnlyByDeliveries } from '../job/finish-job.ts';
import type { Station } from '../station.ts';

/**
 * The job goes back to `forwarding` with the first of them (resume-job.ts).
 * @param by the user who wants it @returns undefined where nothing of the job can be tried again so
 */
export async function retryDeliveries(
  station: Station, JobId: string, by: string | undefined,
): Promise<{ readonly moved: 'forwarding' } | 'busy' | undefined> {
  const stored = await findJob(station.layout, 'failed', JobId);
  const failed = stored === undefined ? [] : await findDeliveriesToRetry(station, stored);
  for (const DeliveryId of failed) {
    if (await changeDelivery(station, DeliveryId, 'retry', by === undefined ? {} : { by }) === 'busy') return 'busy';
  }
  return failed.length > 0 ? { moved: 'forwarding' } : undefined;
}

/** The failed deliveries of a job that has failed for its deliveries alone; none of any other. */
export async function findDeliveriesToRetry({ layout }: Station, stored: StoredJob): Promise<string[]> {
  if (stored.state !== 'failed' || !await failedOnlyByDeliveries(stored)) return [];
  const failed: string[] = [];
  for (const DeliveryId of await findDeliveryIds(stored.folder) ?? []) {
    if (await findDeliveryState(layout, DeliveryId) === 'failed') failed.push(DeliveryId);
  }
  return failed;
}
