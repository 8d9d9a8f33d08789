// Makes the deliveries of a validated job: one for each destination of its stream, or choice of such, that some instance
// fits and that the result, where it may, did not exclude.
//
// Repeatable: a delivery's id is computed from job and destination, so making it again finds it. The caller's rename to
// `forwarding` (or `done`, where nothing is to be sent) is the commit point.

import type { Recipient } from '../../config/destination.ts';
import { placeOf } from '../../config/place-of.ts';
import { readHeader, type Header } from '../../dicom/header.ts';
import { deliveryId } from '../../job/job-id.ts';
import type { Delivery } from '../../job/delivery.ts';
import type { DeliveriesOfJob, Rerun, Result, ResultInstance } from '../../job/job.ts';
import { makeDelivery } from '../../spool/delivery-store.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import type { StoredJob } from '../../spool/job-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { findJson } from '../../spool/read.ts';
import { aboutDelivery, aboutJob } from '../about.ts';
import { reachDestination } from './find-destination.ts';
import { matchInstances } from '../route/match-instances.ts';
import type { Station } from '../station.ts';
import { validateDestinations } from '../result/steering.ts';
import type { Step } from '../job/step.ts';

/** An instance of the result with what filters ask for. */
interface Sendable {
  readonly instance: ResultInstance;
  readonly file: string;
  readonly header: Header;
}

export async function makeDeliveries(lease: Lease, station: Station, { folder, job }: StoredJob): Promise<Step> {
  const stream = station.configuration.streams.find(({ name }) => name === job.stream);
  if (stream === undefined) return { failures: [{ reason: 'stream-unknown', stream: job.stream }] };
  const result = await findJson<Result>(folder.resultList);
  if (result === undefined) return { failures: [{ reason: 'result-missing', path: folder.resultList }] };
  const { steering = {} } = result;
  if (steering.discard === true) {
    station.events.write({ event: 'result-discarded', ...aboutJob(job) });
    return { to: 'done' };
  }
  const lost = validateDestinations(steering, stream); // the configuration may have changed since it was validated
  if (lost.length > 0) return { failures: lost };
  const destinations = stream.destinations.filter(({ name }) => steering.destinations?.includes(name) ?? true);
  const { run } = await findJson<Rerun>(folder.rerun) ?? { run: 1 };
  const sendable: Sendable[] = [];
  for (const instance of result.instances) {
    const file = folder.resultInstance(instance.SOPInstanceUID);
    const header = await readHeader(file);
    if ('notDicom' in header) return { failures: [{ reason: 'instance-unreadable', file, text: header.notDicom }] };
    sendable.push({ instance, file, header });
  }
  const planned: { readonly delivery: Delivery; readonly files: readonly string[] }[] = [];
  for (const destination of destinations) {
    const { going, matches } = await matchInstances(destination, sendable);
    if (going.length === 0) continue;
    const delivery: Delivery = {
      DeliveryId: deliveryId(job.JobId, destination.name, run),
      JobId: job.JobId,
      stream: job.stream,
      StudyInstanceUID: job.arrival.StudyInstanceUID,
      AccessionNumber: job.AccessionNumber,
      PatientID: job.PatientID,
      createdAt: station.now().toISOString(),
      destination: destination.name,
      ...whereTo(station, destination, job.arrival.callingAETitle),
      ...(destination.optional ? { optional: true } : {}),
      matches,
      instances: going.map(({ instance }) => instance),
    };
    planned.push({ delivery, files: going.map(({ file }) => file) });
  }
  if (planned.length === 0) {
    const isBatch = job.instances !== undefined; // of which others may fit
    if (sendable.length > 0 && stream.destinations.length > 0 && !isBatch) {
      station.events.write({ event: 'nothing-to-deliver', ...aboutJob(job) });
    }
    return { to: 'done' };
  }
  // Before the first is made: whoever cancels the job, or has it run again, must know of each that may leave.
  const optional = planned.flatMap(({ delivery }) => (delivery.optional ? delivery.DeliveryId : []));
  const deliveries: DeliveriesOfJob = {
    deliveries: planned.map(({ delivery }) => delivery.DeliveryId), ...(optional.length === 0 ? {} : { optional }),
  };
  await writeJsonDurable(folder.deliveries, deliveries);
  for (const { delivery, files } of planned) {
    const made = await makeDelivery(lease, station.layout, delivery, files);
    if (made) station.events.write({ event: 'delivery-made', ...aboutDelivery(delivery), instances: files.length });
  }
  return { to: 'forwarding' };
}

/**
 * A sender that nobody has told of has no place yet; it is looked for again when the delivery is due. Where there is a
 * choice, it is made then.
 */
function whereTo(
  station: Station, recipient: Recipient, callingAETitle: string,
): Pick<Delivery, 'place' | 'sender'> {
  const destinations = recipient.type === 'choice' ? recipient.oneOf : [recipient];
  const isToSender = destinations.some(({ type }) => type === 'sender');
  const sender = isToSender ? { sender: callingAETitle } : {};
  if (recipient.type === 'choice') return { place: `choice ${recipient.name}`, ...sender };
  const reached = reachDestination(station, recipient, callingAETitle);
  return { place: 'failure' in reached ? `sender ${callingAETitle}` : placeOf(reached), ...sender };
}
