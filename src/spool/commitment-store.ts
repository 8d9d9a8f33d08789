// Storage commitment on disk: which transactions were asked of peers, and what these have reported. See
// docs/INTERNALS.md, "Storage commitment".
//
// Promises: a transaction is noted before it is asked, so that its report, which may come at once and to another
// process, is known; a report that was answered with Success is on disk. Whoever reports what nobody asked leaves
// nothing.

import { stat } from 'node:fs/promises';
import type { CommitmentReport } from '../dicom/commitment.ts';
import { isUID } from '../dicom/uid.ts';
import { makeDirectoryDurable, removeFileDurable, writeFileDurable, writeJsonDurable } from './durable.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import { findJson, listDirectory } from './read.ts';

/** For whom a transaction was asked. */
export interface NotedTransaction {
  readonly TransactionUID: string;
  readonly DeliveryId: string;
  /** ISO 8601 UTC. */
  readonly askedAt: string;
}

/** A report as it was received, or heard on the association on which was asked. */
export interface KeptReport extends CommitmentReport {
  /** ISO 8601 UTC. */
  readonly reportedAt: string;
}

export async function noteTransaction(layout: Layout, transaction: NotedTransaction): Promise<void> {
  await makeDirectoryDurable(layout.transactions);
  await writeJsonDurable(layout.transaction(transaction.TransactionUID), transaction);
}

/** @param TransactionUID as a peer wrote it; what is no UID has no transaction */
export async function findTransaction(layout: Layout, TransactionUID: string): Promise<NotedTransaction | undefined> {
  return isUID(TransactionUID) ? findJson<NotedTransaction>(layout.transaction(TransactionUID)) : undefined;
}

export async function forgetTransaction(layout: Layout, TransactionUID: string): Promise<void> {
  await removeFileDurable(layout.transaction(TransactionUID));
}

/** Takes the place of an earlier report of the same transaction. */
export async function keepReport(layout: Layout, report: KeptReport): Promise<void> {
  await makeDirectoryDurable(layout.commitmentReports);
  await writeJsonDurable(layout.commitmentReport(report.TransactionUID), report);
}

/** The transactions of which there are reports. What else somebody put there is passed over. */
export async function listReports(layout: Layout): Promise<string[]> {
  return uidsIn(layout.commitmentReports);
}

export async function findReport(layout: Layout, TransactionUID: string): Promise<KeptReport | undefined> {
  return findJson<KeptReport>(layout.commitmentReport(TransactionUID));
}

export async function removeReport(layout: Layout, TransactionUID: string): Promise<void> {
  await removeFileDurable(layout.commitmentReport(TransactionUID));
}

/** Transactions that were noted so long ago, oldest or not. */
export async function listOldTransactions(layout: Layout, ageSeconds: number, now: Date): Promise<string[]> {
  const old: string[] = [];
  for (const TransactionUID of await uidsIn(layout.transactions)) {
    const time = await timeOf(layout.transaction(TransactionUID));
    if (time !== undefined && now.getTime() - time > ageSeconds * 1000) old.push(TransactionUID);
  }
  return old;
}

/** Whether transactions were looked through less than so many seconds ago. */
export async function wereSweptSince(layout: Layout, seconds: number, now: Date): Promise<boolean> {
  const time = await timeOf(layout.transactionsSwept);
  return time !== undefined && Math.abs(now.getTime() - time) < seconds * 1000;
}

export async function noteSweep(layout: Layout): Promise<void> {
  await writeFileDurable(layout.transactionsSwept, '');
}

async function uidsIn(folder: string): Promise<string[]> {
  return (await listDirectory(folder)).flatMap((name) => {
    const UID = name.replace(/\.json$/, '');
    return isUID(UID) ? [UID] : [];
  });
}

async function timeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}
