// Asks a peer to commit itself to instances of a delivery, and puts down what was asked before it is, and what came of
// it: steps 1 to 5 of docs/INTERNALS.md, "Storage commitment".

import type { DicomDestination, StorageCommitment } from '../../config/destination.ts';
import { createUID } from '../../dicom/new-uid.ts';
import {
  withAccepted, withTransactions, type AskedInstance, type DeliveryCommitment, type OpenTransaction,
} from '../../job/commitment.ts';
import type { Failure } from '../../job/failure.ts';
import { requestCommitment } from '../../network/commitment-scu.ts';
import type { Peer } from '../../network/peer.ts';
import { noteTransaction } from '../../spool/commitment-store.ts';
import type { StoredDelivery } from '../../spool/delivery-store.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import type { Lease } from '../../spool/lease.ts';
import { findJson } from '../../spool/read.ts';
import { aboutDelivery } from '../about.ts';
import { peerOf } from '../carry/carry-by-dimse.ts';
import { prepareInstances } from '../prepare/prepare.ts';
import { receiveReport } from '../receive/receive-report.ts';
import type { Station } from '../station.ts';

/** Of one transaction, so that neither a request nor its report grows without end. */
export const MOST_INSTANCES = 5000;

/** Whom to ask for what. */
export interface Asking {
  readonly destination: DicomDestination;
  readonly from: StorageCommitment;
  /** SOPInstanceUIDs of delivery.json. */
  readonly SOPInstanceUIDs: readonly string[];
}

/**
 * @param lease the delivery's
 * @returns why not all was asked; `stopped`: by the signal. Nothing set: reports will come, or lie there already
 */
export async function askForCommitment(
  lease: Lease, station: Station, stored: StoredDelivery, { destination, from, SOPInstanceUIDs }: Asking,
  signal?: AbortSignal,
): Promise<{ readonly failure?: Failure; readonly stopped?: true }> {
  const wanted = new Set(SOPInstanceUIDs);
  const instances = stored.delivery.instances.filter(({ SOPInstanceUID }) => wanted.has(SOPInstanceUID));
  const prepared = await prepareInstances(station, stored, destination, instances, signal);
  if ('stopped' in prepared) return { stopped: true };
  if ('hold' in prepared) return { failure: prepared.hold };
  if ('postponed' in prepared) return { failure: prepared.postponed };
  const [unfit] = prepared.unfit;
  if (unfit !== undefined) return { failure: unfit.failure };
  const peer = peerOfCommitment(destination, from);
  const failure = await requestCommitment(peer, {
    begin: async () => {
      const transactions = await begin(lease, station, stored, prepared.instances);
      return transactions.map(({ TransactionUID, instances: asked }) => ({ TransactionUID, instances: asked }));
    },
    accepted: async (TransactionUID) => {
      const commitment = withAccepted(await commitmentOfStored(stored), TransactionUID);
      const asked = commitment.transactions.find((one) => one.TransactionUID === TransactionUID)?.instances ?? [];
      lease.assertHeld();
      station.events.write({
        event: 'commitment-asked', ...aboutDelivery(stored.delivery), TransactionUID, instances: asked.length,
      });
      await writeJsonDurable(stored.folder.transaction, commitment);
    },
    reported: (message) => receiveReport(station, {
      ...message,
      peer: { callingAETitle: peer.calledAETitle, calledAETitle: peer.callingAETitle, address: peer.address },
    }),
    waitSeconds: from.waitSeconds,
    signal,
  });
  if (signal?.aborted === true) return { stopped: true };
  return failure === undefined ? {} : { failure };
}

/** New transactions, put down before anything of them is asked. */
async function begin(
  lease: Lease, station: Station, stored: StoredDelivery, instances: readonly AskedInstance[],
): Promise<readonly OpenTransaction[]> {
  const askedAt = station.now().toISOString();
  const transactions: OpenTransaction[] = [];
  for (let start = 0; start < instances.length; start += MOST_INSTANCES) {
    const asked = instances.slice(start, start + MOST_INSTANCES)
      .map(({ SOPClassUID, SOPInstanceUID, originalSOPInstanceUID }): AskedInstance => {
        return { SOPClassUID, SOPInstanceUID, originalSOPInstanceUID };
      });
    transactions.push({ TransactionUID: createUID(), askedAt, instances: asked });
  }
  const { DeliveryId } = stored.delivery;
  for (const { TransactionUID } of transactions) {
    await noteTransaction(station.layout, { TransactionUID, DeliveryId, askedAt });
  }
  const commitment = withTransactions(await commitmentOfStored(stored), transactions);
  lease.assertHeld();
  await writeJsonDurable(stored.folder.transaction, commitment); // from here on a report counts
  return transactions;
}

/** As it lies there: a person may have removed it, and then nothing is committed. */
export async function commitmentOfStored({ folder, delivery }: StoredDelivery): Promise<DeliveryCommitment> {
  const nothing = { destination: delivery.destination, committed: [], transactions: [] };
  return await findJson<DeliveryCommitment>(folder.transaction) ?? nothing;
}

/** As the destination is called, under its own address where who commits has another. */
function peerOfCommitment(destination: DicomDestination, { AETitle, IP, PORT }: StorageCommitment): Peer {
  return { ...peerOf(destination), calledAETitle: AETitle, address: IP, port: PORT };
}
