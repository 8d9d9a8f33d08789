// Identifiers of jobs and deliveries, computed from what they are for, so that repeating an interrupted step meets the
// same job or delivery again. They sort by arrival time and hold no patient data. Never random.

import { createHash } from 'node:crypto';
import { formatStamp } from './stamp.ts';

const LONGEST_NAME = 48;

/**
 * @param arrivedAt time of the arrival's last instance
 * @param cause what tells this job from others of that stream and instant: mark name and selected group
 * @returns `<UTC arrival time>-<stream>-<8 hex>`, also valid as a container name and a Slurm job name
 */
export function jobId(arrivedAt: Date, stream: string, cause: string): string {
  const stamp = formatStamp(arrivedAt);
  return `${stamp}-${nameInIds(stream)}-${hash8(`${stamp}\n${stream}\n${cause}`)}`;
}

/**
 * @param run 1, or more where a person had the job run again: its new result is another delivery
 * @returns `<JobId>-<destination>-<8 hex>`
 */
export function deliveryId(JobId: string, destination: string, run = 1): string {
  return `${JobId}-${nameInIds(destination)}-${hash8(`${JobId}\n${destination}${run === 1 ? '' : `\n${run}`}`)}`;
}

/** A name with all that could trouble a path, a container name or a shell replaced by `_`. The hash tells apart. */
export function nameInIds(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '_').slice(0, LONGEST_NAME);
}

/** The name of the stream in a JobId, as nameInIds gives it; names of different streams may look the same there. */
export function streamInJobId(JobId: string): string {
  return JobId.slice(JobId.indexOf('-') + 1, JobId.lastIndexOf('-'));
}

/** The job that a delivery belongs to. */
export function jobInDeliveryId(DeliveryId: string): string {
  return DeliveryId.split('-').slice(0, 3).join('-');
}

function hash8(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
