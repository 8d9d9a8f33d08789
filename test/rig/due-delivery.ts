// A job that waits for a delivery, and the delivery, due: as run-one-job leaves them, without all that comes before.

import { link as hardLink, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { deliveryId, jobId } from '../../src/job/job-id.ts';
import type { Delivery } from '../../src/job/delivery.ts';
import type { Job } from '../../src/job/job.ts';
import type { InstanceToSend } from '../../src/network/store-scu.ts';
import { makeDelivery } from '../../src/spool/delivery-store.ts';
import { makeDirectoryDurable, writeJsonDurable } from '../../src/spool/durable.ts';
import { withLease } from '../../src/spool/lease.ts';
import type { TestStation } from './station.ts';

const ARRIVED_AT = new Date(Date.UTC(2026, 10, 20));

/**
 * A delivery of the stream Relay to each of the destinations, in their order.
 * @param instances files on the file system of the station
 */
export async function makeDueDeliveries(
  { layout, root }: TestStation, destinations: readonly string[], instances: readonly InstanceToSend[], StudyInstanceUID: string,
): Promise<Delivery[]> {
  const createdAt = ARRIVED_AT.toISOString();
  const job: Job = {
    JobId: jobId(ARRIVED_AT, 'Relay', StudyInstanceUID),
    stream: 'Relay',
    createdAt,
    arrival: {
      callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID, arrivedAt: createdAt,
    },
    selected: [],
    relay: true,
    AccessionNumber: 'A1',
    PatientID: 'P1',
  };
  const { JobId, stream, AccessionNumber, PatientID } = job;
  const listed = await Promise.all(instances.map(async ({ file, SOPInstanceUID, SOPClassUID, TransferSyntaxUID }) => ({
    SOPInstanceUID, SOPClassUID, TransferSyntaxUID, SeriesInstanceUID: `${StudyInstanceUID}.1`,
    source: `${SOPInstanceUID}.dcm`, bytes: (await stat(file)).size,
  })));
  const deliveries = destinations.map((destination): Delivery => ({
    DeliveryId: deliveryId(JobId, destination),
    JobId, stream, StudyInstanceUID, AccessionNumber, PatientID, createdAt, destination, place: '', instances: listed,
  }));
  const folder = layout.jobFolder('forwarding', JobId);
  await makeDirectoryDurable(folder.path);
  await writeJsonDurable(folder.job, job);
  await writeJsonDurable(folder.deliveries, { deliveries: deliveries.map(({ DeliveryId }) => DeliveryId) });
  const named = join(root, `sent ${StudyInstanceUID}`);
  await mkdir(named);
  const files = await Promise.all(instances.map(async ({ file, SOPInstanceUID }) => {
    const link = join(named, `${SOPInstanceUID}.dcm`);
    await hardLink(file, link);
    return link;
  }));
  for (const delivery of deliveries) {
    const made = await withLease(layout, 'test', (lease) => makeDelivery(lease, layout, delivery, files));
    if (made !== true) throw new Error(`the delivery to ${delivery.destination} was not made: ${made}`);
  }
  return deliveries;
}
