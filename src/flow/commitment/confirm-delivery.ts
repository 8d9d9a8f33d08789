// Takes a delivery that is confirming as far as it can go now: asks, takes over what is reported, moves it on.

import type { DicomDestination, ReachableDestination, StorageCommitment } from '../../config/destination.ts';
import { decideCommitment, timesAsked, type CommitmentPolicy, type CommitmentStep } from '../../job/commitment.ts';
import { isTemporary, type Failure } from '../../job/failure.ts';
import type { Clock } from '../../job/job.ts';
import { clockAfterFailure, failingSeconds, isDue, isOver, type RetryPolicy } from '../../job/retry-clock.ts';
import { removeReport } from '../../spool/commitment-store.ts';
import { findAnswers, moveDelivery, type StoredDelivery } from '../../spool/delivery-store.ts';
import { findClock, removeClock, writeClock } from '../../spool/job-store.ts';
import type { Lease } from '../../spool/lease.ts';
import { aboutDelivery } from '../about.ts';
import { failDelivery, finishDelivery, holdDelivery } from '../delivery/end-delivery.ts';
import { commitmentOf, findDestination } from '../delivery/find-destination.ts';
import { findHold } from '../route/find-hold.ts';
import type { Station } from '../station.ts';
import { askForCommitment, commitmentOfStored } from './ask-for-commitment.ts';
import { takeReportOf } from './take-reports.ts';

/** `waits`: for a report. `pending`: instances are sent again. */
export type Confirmed = 'done' | 'waits' | 'pending' | 'postponed' | 'held' | 'failed' | 'stopped';

export interface ConfirmOptions {
  /** Asks now, whatever its clock says. */
  readonly now?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** Of a destination that is to commit itself no more. */
const NOT_ASKED: CommitmentPolicy = { attempts: Infinity, resend: Infinity, reportWithinSeconds: 0 };

/** @param lease the delivery's @param stored in `confirming` */
export async function confirmDelivery(
  lease: Lease, station: Station, stored: StoredDelivery, { now = false, signal }: ConfirmOptions = {},
): Promise<Confirmed> {
  const destination = await findWhereStored(station, stored);
  if ('failure' in destination) return failDelivery(lease, station, stored, [destination.failure]);
  const from = commitmentOf(destination);
  if (from === undefined || destination.type !== 'dicom') { // nobody asks for it any more
    const last = await decide(stored, NOT_ASKED, false);
    return last.step === 'resend' ? take(lease, station, stored, last) // what it does not have it has to get
      : finishDelivery(lease, station, stored, { seconds: 0 });
  }
  const clock = await findClock(stored.folder);
  const policy = now ? { ...from, attempts: Infinity } : from; // a person decides how often
  const isHeld = await findHold(station, destination.name) !== undefined;
  const step = await decide(stored, policy, now || (!isHeld && isDue(clock, station.now())));
  if (step.step !== 'ask') return take(lease, station, stored, step);
  return ask(lease, station, stored, { destination, from, SOPInstanceUIDs: step.SOPInstanceUIDs, clock }, signal);
}

/** The one that has stored it, also where it was chosen among several. */
export async function findWhereStored(
  station: Station, stored: StoredDelivery,
): Promise<ReachableDestination | { readonly failure: Failure }> {
  const { destination } = await commitmentOfStored(stored);
  return findDestination(station, { ...stored.delivery, destination });
}

async function decide(stored: StoredDelivery, policy: CommitmentPolicy, isDueNow: boolean): Promise<CommitmentStep> {
  const SOPInstanceUIDs = stored.delivery.instances.map(({ SOPInstanceUID }) => SOPInstanceUID);
  const answers = await findAnswers(stored.folder);
  return decideCommitment(SOPInstanceUIDs, answers, await commitmentOfStored(stored), policy, isDueNow);
}

async function take(
  lease: Lease, station: Station, stored: StoredDelivery, step: Exclude<CommitmentStep, { step: 'ask' }>,
): Promise<Confirmed> {
  switch (step.step) {
    case 'done': {
      const seconds = await confirmingSeconds(station, stored);
      return finishDelivery(lease, station, stored, { seconds, committed: true, ...await whereOf(stored) });
    }
    case 'fail': return failDelivery(lease, station, stored, step.failures);
    case 'wait': return 'waits';
    case 'resend': {
      await removeClock(stored.folder);
      lease.assertHeld();
      const { failures } = step;
      station.events.write({ event: 'delivery-not-committed', ...aboutDelivery(stored.delivery), failures });
      await moveDelivery(lease, station.layout, stored, 'pending');
      return 'pending';
    }
  }
}

interface Asking {
  readonly destination: DicomDestination;
  readonly from: StorageCommitment;
  readonly SOPInstanceUIDs: readonly string[];
  readonly clock: Clock | undefined;
}

async function ask(
  lease: Lease, station: Station, stored: StoredDelivery, asking: Asking, signal: AbortSignal | undefined,
): Promise<Confirmed> {
  const { destination, from, SOPInstanceUIDs } = asking;
  const { failure, stopped } = await askForCommitment(lease, station, stored, asking, signal);
  if (stopped === true) return 'stopped';
  if (failure !== undefined && !isTemporary(failure)) return holdDelivery(lease, station, stored, failure);
  if (failure !== undefined) return postpone(lease, station, stored, failure, destination.retry, asking.clock);
  const { transactions } = await commitmentOfStored(stored);
  const awaited: Failure = {
    reason: 'commitment-not-reported', instances: SOPInstanceUIDs.length,
    tries: timesAsked(SOPInstanceUIDs, transactions), withinSeconds: from.reportWithinSeconds,
  };
  await writeClock(stored.folder, clockFor(awaited, from.reportWithinSeconds, station.now()));
  const reported: string[] = [];
  for (const { TransactionUID } of transactions) {
    if (await takeReportOf(lease, station, stored, TransactionUID)) reported.push(TransactionUID);
  }
  const step = await decide(stored, from, false);
  if (step.step === 'ask') throw new Error('asked again before it was time to');
  const confirmed = await take(lease, station, stored, step);
  for (const TransactionUID of reported) await removeReport(station.layout, TransactionUID); // the cause goes last
  return confirmed;
}

/** Not due before a report is overdue. */
function clockFor(awaited: Failure, waitSeconds: number, now: Date): Clock {
  return {
    notBefore: new Date(now.getTime() + waitSeconds * 1000).toISOString(), waitSeconds, failedTries: 0,
    failingSince: now.toISOString(), last: awaited,
  };
}

/** For another try at asking, unless that was tried for long enough. @param before the clock of the last try */
async function postpone(
  lease: Lease, station: Station, stored: StoredDelivery, failure: Failure, retry: RetryPolicy,
  before: Clock | undefined,
): Promise<'postponed' | 'failed'> {
  const failing = before?.last.reason === 'commitment-not-reported' ? undefined : before; // that was no failed try
  const clock = clockAfterFailure(failing, failure, retry, station.now());
  if (isOver(clock, retry, station.now())) {
    const afterSeconds = failingSeconds(clock, station.now());
    return failDelivery(lease, station, stored, [{ reason: 'delivery-given-up', afterSeconds, last: failure }]);
  }
  lease.assertHeld();
  await writeClock(stored.folder, clock);
  station.events.write({
    event: 'commitment-postponed', ...aboutDelivery(stored.delivery), failure, notBefore: clock.notBefore,
  });
  return 'postponed';
}

/** Named where it is another than the delivery's: it was chosen among several. */
async function whereOf(stored: StoredDelivery): Promise<{ readonly at?: string }> {
  const { destination } = await commitmentOfStored(stored);
  return destination === stored.delivery.destination ? {} : { at: destination };
}

/** Since the last instance was stored. */
async function confirmingSeconds(station: Station, { folder }: StoredDelivery): Promise<number> {
  const last = (await findAnswers(folder)).at(-1)?.time;
  return last === undefined ? 0 : Math.max(0, Math.round((station.now().getTime() - Date.parse(last)) / 1000));
}
