// Takes what peers have reported of storage commitment over into the deliveries that it is about, whatever state
// these are in. What comes of it is decided elsewhere, from the files.

import { takeReport, type DeliveryCommitment } from '../../job/commitment.ts';
import type { Answer } from '../../job/delivery.ts';
import type { DeliveryState } from '../../job/delivery-state.ts';
import { findReport, findTransaction, listReports, removeReport } from '../../spool/commitment-store.ts';
import { findAnswers, findDelivery, findDeliveryState, type StoredDelivery } from '../../spool/delivery-store.ts';
import { LineWriter } from '../../spool/durable-lines.ts';
import { writeJsonDurable } from '../../spool/durable.ts';
import { withLease, type Lease } from '../../spool/lease.ts';
import { findJson } from '../../spool/read.ts';
import { finishItsJob, tellStuck } from '../delivery/deliver-one.ts';
import { finishDelivery } from '../delivery/end-delivery.ts';
import { deliveryLease } from '../delivery/find-destination.ts';
import { faultOf } from '../fault.ts';
import type { Station } from '../station.ts';

/**
 * A report is removed when what it leads to is done. Of deliveries that are confirming that is for the caller.
 * @returns these, with the transactions of their reports
 */
export async function takeReports(station: Station): Promise<ReadonlyMap<string, readonly string[]>> {
  const reported = new Map<string, readonly string[]>();
  for (const TransactionUID of await listReports(station.layout)) {
    const { layout } = station;
    const transaction = await findTransaction(layout, TransactionUID);
    if (transaction === undefined) {
      await removeReport(layout, TransactionUID); // its note was swept
      continue;
    }
    const { DeliveryId } = transaction;
    await withLease(layout, deliveryLease(DeliveryId), async (lease) => { // 'busy': the report waits for the next run
      try {
        if (await takeOver(lease, station, DeliveryId, TransactionUID) === 'confirming') {
          reported.set(DeliveryId, [...reported.get(DeliveryId) ?? [], TransactionUID]);
        } else {
          await removeReport(layout, TransactionUID);
        }
      } catch (thrown) {
        tellStuck(station, DeliveryId, faultOf(thrown, layout.commitmentReport(TransactionUID)));
      }
    });
  }
  return reported;
}

/** @returns the state of the delivery; undefined where it has none that a report could change */
async function takeOver(
  lease: Lease, station: Station, DeliveryId: string, TransactionUID: string,
): Promise<DeliveryState | undefined> {
  const stored = await findUnended(station, DeliveryId);
  if (stored === undefined) return undefined;
  await takeReportOf(lease, station, stored, TransactionUID);
  if (stored.state === 'failed' && await isCommitted(stored)) {
    await finishDelivery(lease, station, stored, { seconds: 0, committed: true });
    await finishItsJob(station, stored.delivery);
  }
  return stored.state;
}

async function isCommitted({ folder, delivery: { instances } }: StoredDelivery): Promise<boolean> {
  const { committed = [] } = await findJson<DeliveryCommitment>(folder.transaction) ?? {};
  const all = new Set(committed);
  return instances.every(({ SOPInstanceUID }) => all.has(SOPInstanceUID));
}

/** One that a report can still change. */
async function findUnended({ layout }: Station, DeliveryId: string): Promise<StoredDelivery | undefined> {
  const state = await findDeliveryState(layout, DeliveryId);
  return state === undefined || !REPORTS_COUNT[state] ? undefined : findDelivery(layout, state, DeliveryId);
}

const REPORTS_COUNT: { readonly [State in DeliveryState]: boolean } = {
  pending: true, confirming: true, held: true, failed: true, done: false, cancelled: false,
};

/**
 * Takes the report of a transaction over into the delivery's files, and leaves it where it is. Taken over again, it
 * changes nothing.
 * @param lease the delivery's @returns whether there is a report
 */
export async function takeReportOf(
  lease: Lease, station: Station, { folder }: StoredDelivery, TransactionUID: string,
): Promise<boolean> {
  const report = await findReport(station.layout, TransactionUID);
  const before = await findJson<DeliveryCommitment>(folder.transaction);
  if (report === undefined || before === undefined) return report !== undefined;
  const { commitment, notCommitted } = takeReport(before, report);
  const last = new Map((await findAnswers(folder)).map((answer) => [answer.SOPInstanceUID, answer]));
  const answers = await LineWriter.open(folder.answers);
  for (const failure of notCommitted) {
    const { SOPInstanceUID } = failure;
    const by = last.get(SOPInstanceUID)?.destination; // who said that it is stored, where there was a choice
    const at = by === undefined ? {} : { destination: by };
    const answer: Answer = { time: station.now().toISOString(), SOPInstanceUID, ...at, failure };
    answers.append(JSON.stringify(answer));
  }
  await answers.close();
  lease.assertHeld();
  if (commitment !== before) await writeJsonDurable(folder.transaction, commitment);
  return true;
}
