// What events say to identify the job or delivery that they are about.

import type { AboutDelivery, AboutJob } from '../log/event.ts';
import type { Delivery } from '../job/delivery.ts';
import type { Job } from '../job/job.ts';

export function aboutJob({ JobId, stream, arrival, AccessionNumber }: Job): AboutJob {
  return { JobId, stream, StudyInstanceUID: arrival.StudyInstanceUID, AccessionNumber };
}

export function aboutDelivery(delivery: Delivery): AboutDelivery {
  const { DeliveryId, destination, JobId, stream, StudyInstanceUID, AccessionNumber } = delivery;
  return { DeliveryId, destination, JobId, stream, StudyInstanceUID, AccessionNumber };
}
