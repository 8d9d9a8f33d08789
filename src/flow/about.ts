// What events say to identify the job or delivery that they are about.

import type { AboutDelivery, AboutJob, AboutPeer, AboutStudy } from '../log/event.ts';
import type { Delivery } from '../job/delivery.ts';
import type { ArrivalOrigin, Job } from '../job/job.ts';

/** @param study undefined where nothing describes it */
export function aboutArrival(
  { arrivedAt: _, ...origin }: ArrivalOrigin, study: { readonly AccessionNumber: string } | undefined,
): AboutStudy & AboutPeer & { readonly SeriesInstanceUID?: string } {
  return { ...origin, ...(study === undefined ? {} : { AccessionNumber: study.AccessionNumber }) };
}

export function aboutJob({ JobId, stream, arrival, AccessionNumber }: Job): AboutJob {
  return { JobId, stream, StudyInstanceUID: arrival.StudyInstanceUID, AccessionNumber };
}

export function aboutDelivery(delivery: Delivery): AboutDelivery {
  const { DeliveryId, destination, JobId, stream, StudyInstanceUID, AccessionNumber } = delivery;
  return { DeliveryId, destination, JobId, stream, StudyInstanceUID, AccessionNumber };
}
