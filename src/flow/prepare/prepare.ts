// Makes of a delivery's instances what leaves for a destination: as they lie, where nothing asks for a change, else
// changed copies, which are made once and kept until the delivery is done.

import type { Destination } from '../../config/destination.ts';
import type { DeliveryHeld } from '../../job/delivery.ts';
import type { Failure } from '../../job/failure.ts';
import type { ResultInstance } from '../../job/job.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import { removeTree } from '../../spool/durable.ts';
import { findJson, listDirectory } from '../../spool/read.ts';
import type { OutgoingInstance } from '../carry/carry.ts';
import type { Station } from '../station.ts';
import { changesFor } from './changes-for.ts';
import { makeCopies, type MadeCopies, type NoCopies } from './make-copies.ts';
import { findReport, type ReportLine } from './report.ts';

/** What there is to send, and why some cannot leave. */
export interface Prepared {
  readonly instances: readonly OutgoingInstance[];
  readonly unfit: readonly { readonly SOPInstanceUID: string; readonly failure: Failure }[];
}

/**
 * What was prepared for the destination before stands, whatever its configuration is now.
 * @param wanted those of the delivery's instances that still have to be stored
 * @returns or why none of them leaves now, see MadeCopies
 */
export async function prepareInstances(
  station: Station, stored: StoredDelivery, destination: Destination, wanted: readonly ResultInstance[],
  signal?: AbortSignal,
): Promise<Prepared | NoCopies> {
  const report = await findOrMakeReport(station, stored, destination, wanted, signal);
  if ('hold' in report || 'postponed' in report || 'stopped' in report) return report;
  const { folder } = stored;
  const copies = folder.prepared(destination.name);
  const instances: OutgoingInstance[] = [];
  const unfit: { SOPInstanceUID: string; failure: Failure }[] = [];
  for (const { SOPInstanceUID, SOPClassUID, TransferSyntaxUID } of wanted) {
    const line = report.get(SOPInstanceUID);
    const asItLies = { SOPClassUID, SOPInstanceUID, TransferSyntaxUID, originalSOPInstanceUID: SOPInstanceUID };
    if (line?.failure !== undefined) unfit.push({ SOPInstanceUID, failure: line.failure });
    else if (line?.leavesAs === undefined) instances.push({ ...asItLies, file: folder.instance(SOPInstanceUID) });
    else instances.push({ ...asItLies, ...line.leavesAs, file: copies.instance(SOPInstanceUID) });
  }
  return { instances, unfit };
}

async function findOrMakeReport(
  station: Station, stored: StoredDelivery, destination: Destination, wanted: readonly ResultInstance[],
  signal: AbortSignal | undefined,
): Promise<MadeCopies> {
  const report = await findReport(stored.folder.prepared(destination.name));
  const isWhole = report.size > 0 && wanted.every(({ SOPInstanceUID }) => report.has(SOPInstanceUID));
  if (isWhole && (destination.deidentify === undefined || isDeidentified(report))) return report;
  const { stream } = stored.delivery;
  const changes = await changesFor({ station, destination, stream, isReleased: await isReleased(stored) });
  if ('hold' in changes) return changes;
  return changes.list.length === 0 || wanted.length === 0 ? report
    : makeCopies(station, stored, destination, wanted, changes, signal);
}

/** Copies that were made before the destination asked for it must not leave: the one exception to what was prepared. */
function isDeidentified(report: ReadonlyMap<string, ReportLine>): boolean {
  return [...report.values()].every(({ failure, changes }) => {
    return failure !== undefined || changes.some(({ element }) => element.includes('PatientIdentityRemoved'));
  });
}

/** Whether a person has looked at what the delivery was held for last, and let it go. */
async function isReleased({ folder }: StoredDelivery): Promise<boolean> {
  const held = await findJson<DeliveryHeld>(folder.held);
  return held?.failure?.reason === 'burnt-in-held' && held.releasedAt !== undefined;
}

/** Removes the copies, of which nothing leaves any more; what was changed in them stays told. Repeatable. */
export async function removeCopies({ folder }: StoredDelivery): Promise<void> {
  await removeTree(folder.preparing);
  for (const destination of await listDirectory(folder.allPrepared)) {
    await removeTree(folder.preparedAt(destination).instances);
  }
}
