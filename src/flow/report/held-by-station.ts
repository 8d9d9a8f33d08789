// Jobs and deliveries that the station itself holds for a person to look at. Whom a person holds, that person knows of.

import type { DeliveryHeld } from '../../job/delivery.ts';
import { failureText } from '../../job/failure-text.ts';
import type { Held } from '../../job/job.ts';
import { listDeliveryIds } from '../../spool/delivery-store.ts';
import { listJobIds } from '../../spool/job-store.ts';
import type { Layout } from '../../spool/layout.ts';
import { findText, parseLine } from '../../spool/read.ts';

export interface HeldJob {
  readonly JobId: string;
  readonly reason: string;
}

export interface HeldDelivery {
  readonly DeliveryId: string;
  readonly reason: string;
}

export async function findHeldJobs(layout: Layout): Promise<HeldJob[]> {
  const held: HeldJob[] = [];
  for (const JobId of await listJobIds(layout, 'held')) {
    const [why] = parseLine<Held>(await findText(layout.jobFolder('held', JobId).heldFrom) ?? '');
    if (why !== undefined && why.by === undefined && why.reason !== undefined) held.push({ JobId, reason: why.reason });
  }
  return held;
}

export async function findHeldDeliveries(layout: Layout): Promise<HeldDelivery[]> {
  const held: HeldDelivery[] = [];
  for (const DeliveryId of await listDeliveryIds(layout, 'held')) {
    const [why] = parseLine<DeliveryHeld>(await findText(layout.deliveryFolder('held', DeliveryId).held) ?? '');
    if (why?.failure !== undefined && why.by === undefined) held.push({ DeliveryId, reason: failureText(why.failure) });
  }
  return held;
}
