// What a peer was asked to commit of a delivery, and what comes of its reports: the rules of docs/INTERNALS.md,
// "Storage commitment", as pure functions of what lies on disk.

import type { CommitmentInstance, CommitmentReport } from '../dicom/commitment.ts';
import type { Answer } from './delivery.ts';
import type { Failure } from './failure.ts';

/** transaction.json. */
export interface DeliveryCommitment {
  /** Name of the destination that has stored all of it. */
  readonly destination: string;
  /** SOPInstanceUIDs of delivery.json. */
  readonly committed: readonly string[];
  /** Those of which no report has come, the oldest first. */
  readonly transactions: readonly OpenTransaction[];
}

export interface OpenTransaction {
  readonly TransactionUID: string;
  /** ISO 8601 UTC. */
  readonly askedAt: string;
  /** The peer has said that it will report. */
  readonly accepted?: true;
  /** A person has wanted another try since: its report counts, that it was asked does not. */
  readonly beforeRetry?: true;
  /** As they were sent. */
  readonly instances: readonly AskedInstance[];
}

export interface AskedInstance extends CommitmentInstance {
  /** As delivery.json lists it. */
  readonly originalSOPInstanceUID: string;
  /** A later transaction asks for it, too: that it is not committed does not count any more. */
  readonly askedAgain?: true;
}

/** How often and how long. */
export interface CommitmentPolicy {
  readonly reportWithinSeconds: number;
  readonly attempts: number;
  readonly resend: number;
}

/** One whose asking was cut off may be reported on, but not for ever. */
const MOST_UNANSWERED = 5;

type NotCommitted = Extract<Failure, { reason: 'instance-not-committed' }>;

/** What a report changes. One of an unknown transaction changes nothing. */
export interface TakenReport {
  readonly commitment: DeliveryCommitment;
  /** Why instances are not committed, by what delivery.json calls them; not those that were asked again. */
  readonly notCommitted: readonly NotCommitted[];
}

export function takeReport(commitment: DeliveryCommitment, report: CommitmentReport): TakenReport {
  const { TransactionUID } = report;
  const transaction = commitment.transactions.find((one) => one.TransactionUID === TransactionUID);
  if (transaction === undefined) return { commitment, notCommitted: [] };
  const reported = new Set(report.committed.map(({ SOPInstanceUID }) => SOPInstanceUID));
  const reasons = new Map(report.failed.map(({ SOPInstanceUID, FailureReason }) => [SOPInstanceUID, FailureReason]));
  const isCommitted = ({ SOPInstanceUID }: AskedInstance) => {
    return reported.has(SOPInstanceUID) && !reasons.has(SOPInstanceUID);
  };
  const committed = new Set([
    ...commitment.committed, ...transaction.instances.filter(isCommitted).map((one) => one.originalSOPInstanceUID),
  ]);
  const notCommitted = transaction.instances
    .filter(({ originalSOPInstanceUID, askedAgain }) => askedAgain !== true && !committed.has(originalSOPInstanceUID))
    .map(({ SOPInstanceUID, originalSOPInstanceUID }): NotCommitted => {
      const FailureReason = reasons.get(SOPInstanceUID);
      return {
        reason: 'instance-not-committed', SOPInstanceUID: originalSOPInstanceUID, TransactionUID,
        ...(FailureReason === undefined ? {} : { FailureReason }),
      };
    });
  const transactions = commitment.transactions.filter((one) => one !== transaction);
  return { commitment: { ...commitment, committed: [...committed], transactions }, notCommitted };
}

/** What is to be done with a delivery that is confirming; the SOPInstanceUIDs are those of delivery.json. */
export type CommitmentStep =
  | { readonly step: 'done' }
  | { readonly step: 'resend'; readonly failures: readonly NotCommitted[] }
  | { readonly step: 'fail'; readonly failures: readonly Failure[] }
  | { readonly step: 'ask'; readonly SOPInstanceUIDs: readonly string[] }
  | { readonly step: 'wait' };

/**
 * @param SOPInstanceUIDs all of the delivery
 * @param answers the lines of answers.jsonl
 * @param isDue whether it is time to ask, for the first time or because no report has come
 */
export function decideCommitment(
  SOPInstanceUIDs: readonly string[], answers: readonly Answer[], commitment: DeliveryCommitment,
  { attempts, resend, reportWithinSeconds }: CommitmentPolicy, isDue: boolean,
): CommitmentStep {
  const committed = new Set(commitment.committed);
  const missing = SOPInstanceUIDs.filter((UID) => !committed.has(UID));
  if (missing.length === 0) return { step: 'done' };
  const refusals = refusalsOf(answers);
  const refused = missing.flatMap((UID) => refusals.get(UID) ?? []);
  if (refused.some(({ times }) => times > resend)) return { step: 'fail', failures: refused.map(({ last }) => last) };
  if (refused.length > 0) return { step: 'resend', failures: refused.map(({ last }) => last) };
  if (!isDue) return { step: 'wait' };
  const tries = timesAsked(missing, commitment.transactions);
  if (tries < attempts) return { step: 'ask', SOPInstanceUIDs: missing };
  const failure: Failure = {
    reason: 'commitment-not-reported', instances: missing.length, tries, withinSeconds: reportWithinSeconds,
  };
  return { step: 'fail', failures: [failure] };
}

/** With further transactions; of those that nobody has answered the oldest are given up. */
export function withTransactions(
  commitment: DeliveryCommitment, added: readonly OpenTransaction[],
): DeliveryCommitment {
  const unanswered = commitment.transactions.filter(({ accepted }) => accepted !== true);
  const givenUp = new Set(unanswered.slice(0, Math.max(0, unanswered.length - MOST_UNANSWERED)));
  const again = new Set(added.flatMap(({ instances }) => instances.map((one) => one.originalSOPInstanceUID)));
  const earlier = commitment.transactions.filter((one) => !givenUp.has(one)).map((one): OpenTransaction => {
    const instances = one.instances.map((instance): AskedInstance => {
      return again.has(instance.originalSOPInstanceUID) ? { ...instance, askedAgain: true } : instance;
    });
    return { ...one, instances };
  });
  return { ...commitment, transactions: [...earlier, ...added] };
}

export function withAccepted(commitment: DeliveryCommitment, TransactionUID: string): DeliveryCommitment {
  const transactions = commitment.transactions.map((one): OpenTransaction => {
    return one.TransactionUID === TransactionUID ? { ...one, accepted: true } : one;
  });
  return { ...commitment, transactions };
}

/** Another try begins: as often as configured is asked again. */
export function withTriesForgotten(commitment: DeliveryCommitment): DeliveryCommitment {
  const transactions = commitment.transactions.map((one): OpenTransaction => ({ ...one, beforeRetry: true }));
  return { ...commitment, transactions };
}

/** In how many accepted transactions of this try an instance stands that is still missing, at the most. */
export function timesAsked(missing: readonly string[], transactions: readonly OpenTransaction[]): number {
  const times = new Map<string, number>();
  for (const { accepted, beforeRetry, instances } of transactions) {
    if (accepted !== true || beforeRetry === true) continue;
    for (const { originalSOPInstanceUID: UID } of instances) times.set(UID, (times.get(UID) ?? 0) + 1);
  }
  return missing.reduce((most, UID) => Math.max(most, times.get(UID) ?? 0), 0);
}

/** Of each instance whose last answer is that it is not committed: that answer, and how many transactions said so. */
function refusalsOf(answers: readonly Answer[]): Map<string, { last: NotCommitted; times: number }> {
  const refusals = new Map<string, { last: NotCommitted; times: number }>();
  const transactions = new Map<string, Set<string>>();
  for (const answer of answers) {
    const { SOPInstanceUID } = answer;
    if (!('failure' in answer) || answer.failure.reason !== 'instance-not-committed') {
      refusals.delete(SOPInstanceUID);
      continue;
    }
    const said = (transactions.get(SOPInstanceUID) ?? new Set()).add(answer.failure.TransactionUID);
    transactions.set(SOPInstanceUID, said);
    refusals.set(SOPInstanceUID, { last: answer.failure, times: said.size });
  }
  return refusals;
}
