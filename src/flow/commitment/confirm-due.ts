// Sees to the deliveries that are stored and to be committed: takes over what was reported, and asks for those whose
// turn has come. Who commits is asked for one delivery at a time; several of them side by side.

import { isOpenDelivery } from '../../job/delivery-state.ts';
import { isDue } from '../../job/retry-clock.ts';
import {
  findTransaction, forgetTransaction, listOldTransactions, noteSweep, removeReport, wereSweptSince,
} from '../../spool/commitment-store.ts';
import { findDelivery, findDeliveryState, listDeliveryIds } from '../../spool/delivery-store.ts';
import { findClock } from '../../spool/job-store.ts';
import { withLease, type Lease } from '../../spool/lease.ts';
import { exists } from '../../spool/read.ts';
import { finishItsJob, tellStuck } from '../delivery/deliver-one.ts';
import type { DeliverOptions, DeliverOutcome } from '../delivery/deliver.ts';
import { commitmentOf, deliveryLease } from '../delivery/find-destination.ts';
import { faultOf } from '../fault.ts';
import { groupBy } from '../group-by.ts';
import type { Station } from '../station.ts';
import { confirmDelivery, findWhereStored, type Confirmed } from './confirm-delivery.ts';
import { takeReports } from './take-reports.ts';

/** So long after it was asked a transaction of a delivery that has ended is forgotten. */
const FORGET_SECONDS = 7 * 86_400;
const SWEEP_EVERY_SECONDS = 3600;

/** The outcome counts what has moved or could not; `confirming` is what waits for a report. */
export async function confirmDue(station: Station, options: DeliverOptions = {}): Promise<DeliverOutcome> {
  const reported = await takeReports(station);
  const total = { done: 0, confirming: 0, postponed: 0, held: 0, failed: 0, stuck: 0 };
  const due: { readonly DeliveryId: string; readonly place: string }[] = [];
  for (const DeliveryId of await listDeliveryIds(station.layout, 'confirming')) {
    if (options.only !== undefined && options.only !== DeliveryId) continue;
    const isAskedFor = options.only !== undefined || reported.has(DeliveryId);
    const place = await findPlaceIfDue(station, DeliveryId, isAskedFor);
    if (place === undefined) total.confirming += 1;
    else due.push({ DeliveryId, place });
  }
  await Promise.all([...groupBy(due, ({ place }) => place)].map(([place, group]) => {
    return withLease(station.layout, `commitment ${place}`, async () => { // 'busy': another run sees to it
      for (const { DeliveryId } of group) {
        if (options.signal?.aborted === true) return;
        const confirmed = await withLease(station.layout, deliveryLease(DeliveryId), async (lease) => {
          const became = await confirmOne(lease, station, DeliveryId, options);
          if (became !== 'stuck' && became !== 'stopped') await forget(station, reported.get(DeliveryId) ?? []);
          return became;
        });
        if (confirmed === 'stopped') return;
        if (confirmed !== 'busy' && confirmed !== 'gone') total[COUNTS_AS[confirmed]] += 1;
      }
    });
  }));
  await sweep(station);
  return total;
}

const COUNTS_AS: { readonly [Became in Exclude<Confirmed, 'stopped'> | 'stuck']: keyof DeliverOutcome } = {
  done: 'done', waits: 'confirming', pending: 'postponed', postponed: 'postponed', held: 'held', failed: 'failed',
  stuck: 'stuck',
};

/** Reports that were taken over, and have led to what they had to. */
async function forget({ layout }: Station, reported: readonly string[]): Promise<void> {
  for (const TransactionUID of reported) await removeReport(layout, TransactionUID);
}

/** @returns undefined where it is not its turn, or it is confirming no more */
async function findPlaceIfDue(
  station: Station, DeliveryId: string, isAskedFor: boolean,
): Promise<string | undefined> {
  const folder = station.layout.deliveryFolder('confirming', DeliveryId);
  try {
    if (!isAskedFor && !isDue(await findClock(folder), station.now())) return undefined;
    const stored = await findDelivery(station.layout, 'confirming', DeliveryId);
    if (stored === undefined) return undefined;
    const destination = await findWhereStored(station, stored);
    const from = 'failure' in destination ? undefined : commitmentOf(destination);
    return from === undefined ? DeliveryId : `${from.AETitle} ${from.IP} ${from.PORT}`;
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, folder.path));
    return undefined;
  }
}

async function confirmOne(
  lease: Lease, station: Station, DeliveryId: string, { only, signal }: DeliverOptions,
): Promise<Confirmed | 'gone' | 'stuck'> {
  try {
    const stored = await findDelivery(station.layout, 'confirming', DeliveryId);
    if (stored === undefined) return 'gone';
    const confirmed = await confirmDelivery(lease, station, stored, { now: only !== undefined, signal });
    if (confirmed === 'done' || confirmed === 'failed') await finishItsJob(station, stored.delivery);
    return confirmed;
  } catch (thrown) {
    tellStuck(station, DeliveryId, faultOf(thrown, station.layout.delivery('confirming', DeliveryId)));
    return 'stuck';
  }
}

/** Forgets transactions of deliveries that have ended; while one may still be changed by a report, it is kept. */
async function sweep({ layout, now }: Station): Promise<void> {
  if (!await exists(layout.transactions) || await wereSweptSince(layout, SWEEP_EVERY_SECONDS, now())) return;
  const old = await listOldTransactions(layout, FORGET_SECONDS, now());
  for (const TransactionUID of old) {
    const { DeliveryId = '' } = await findTransaction(layout, TransactionUID) ?? {};
    const state = await findDeliveryState(layout, DeliveryId);
    const mayCount = state !== undefined && (isOpenDelivery(state) || state === 'failed');
    if (!mayCount) await forgetTransaction(layout, TransactionUID);
  }
  await noteSweep(layout);
}
