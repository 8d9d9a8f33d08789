// A job that waits for its delivery, and the delivery, due: as run-one-job leaves them.

import { join } from 'node:path';
import { readFileMeta } from '../../../src/dicom/file-meta.ts';
import { deliveryId, jobId } from '../../../src/job/job-id.ts';
import type { Delivery } from '../../../src/job/delivery.ts';
import type { Job } from '../../../src/job/job.ts';
import { makeDelivery } from '../../../src/spool/delivery-store.ts';
import { makeDirectoryDurable, writeJsonDurable } from '../../../src/spool/durable.ts';
import { withLease } from '../../../src/spool/lease.ts';
import type { TestStation } from '../../rig/station.ts';
import type { InstanceSet } from '../instances/instance-set.ts';

/** Name and AE title. */
export const DESTINATION = 'BENCH';

const ARRIVED_AT = new Date(Date.UTC(2026, 10, 20));

/** Of all instances of a set, which lies on the file system of the station. */
export async function makeDueDelivery({ layout }: TestStation, set: InstanceSet): Promise<Delivery> {
  const { StudyInstanceUID } = set;
  const job: Job = {
    JobId: jobId(ARRIVED_AT, 'Relay', set.StudyInstanceUID),
    stream: 'Relay',
    createdAt: ARRIVED_AT.toISOString(),
    arrival: {
      callingAETitle: 'CT', calledAETitle: 'DTS', address: '10.0.0.1', StudyInstanceUID,
      arrivedAt: ARRIVED_AT.toISOString(),
    },
    selected: [],
    relay: true,
    AccessionNumber: 'A1',
    PatientID: 'P1',
  };
  const { JobId, stream, AccessionNumber, PatientID, createdAt } = job;
  const delivery: Delivery = {
    DeliveryId: deliveryId(JobId, DESTINATION),
    JobId, stream, StudyInstanceUID, AccessionNumber, PatientID, createdAt,
    destination: DESTINATION,
    place: '',
    instances: await describeSet(set),
  };
  const folder = layout.jobFolder('forwarding', JobId);
  await makeDirectoryDurable(folder.path);
  await writeJsonDurable(folder.job, job);
  await writeJsonDurable(folder.deliveries, { deliveries: [delivery.DeliveryId] });
  const files = set.instances.map(({ name }) => join(set.folder, name));
  const made = await withLease(layout, 'bench', (lease) => makeDelivery(lease, layout, delivery, files));
  if (made !== true) throw new Error(`the delivery was not made: ${made}`);
  return delivery;
}

/** All instances of a set are of one kind. */
async function describeSet({ folder, instances, StudyInstanceUID }: InstanceSet): Promise<Delivery['instances']> {
  const meta = await readFileMeta(join(folder, instances[0]?.name ?? ''));
  if ('notDicom' in meta) throw new Error(`the set ${meta.notDicom}`);
  const { MediaStorageSOPClassUID: SOPClassUID = '', TransferSyntaxUID } = meta;
  return instances.map(({ name, SOPInstanceUID, bytes }) => ({
    SOPInstanceUID, SOPClassUID, TransferSyntaxUID, SeriesInstanceUID: `${StudyInstanceUID}.1`, source: name, bytes,
  }));
}
