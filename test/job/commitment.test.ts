// What comes of what peers report of storage commitment: every rule of docs/INTERNALS.md, "Storage commitment".

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommitmentReport } from '../../src/dicom/commitment.ts';
import {
  decideCommitment, takeReport, timesAsked, withAccepted, withTransactions,
  type CommitmentPolicy, type DeliveryCommitment, type OpenTransaction,
} from '../../src/job/commitment.ts';
import type { Answer } from '../../src/job/delivery.ts';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const ALL = ['A', 'B', 'C'];
const POLICY: CommitmentPolicy = { attempts: 2, resend: 1, reportWithinSeconds: 100 };
const NOTHING: DeliveryCommitment = { destination: 'PACS', committed: [], transactions: [] };

/** What leaves as `<original>'`, so that the two are told apart. */
function transaction(TransactionUID: string, originals: readonly string[] = ALL, accepted = true): OpenTransaction {
  return {
    TransactionUID, askedAt: '2026-11-20T08:15:30.123Z', ...(accepted ? { accepted: true } : {}),
    instances: originals.map((originalSOPInstanceUID) => {
      return { SOPClassUID: CT, SOPInstanceUID: `${originalSOPInstanceUID}'`, originalSOPInstanceUID };
    }),
  };
}

function report(TransactionUID: string, committed: readonly string[], failed: readonly string[] = []): CommitmentReport {
  const named = (original: string) => ({ SOPClassUID: CT, SOPInstanceUID: `${original}'` });
  return {
    TransactionUID, committed: committed.map(named),
    failed: failed.map((original) => ({ ...named(original), FailureReason: 0x0112 })),
  };
}

function asked(...transactions: OpenTransaction[]): DeliveryCommitment {
  return transactions.reduce((commitment, one) => withTransactions(commitment, [one]), NOTHING);
}

const stored = (SOPInstanceUID: string): Answer => ({ time: '', SOPInstanceUID, status: 0 });
const refused = (SOPInstanceUID: string, TransactionUID: string): Answer => {
  return { time: '', SOPInstanceUID, failure: { reason: 'instance-not-committed', SOPInstanceUID, TransactionUID } };
};
const decide = (commitment: DeliveryCommitment, answers: readonly Answer[] = ALL.map(stored), isDue = true, policy = POLICY) => {
  return decideCommitment(ALL, answers, commitment, policy, isDue);
};

test('all committed is done, by what delivery.json calls the instances', () => {
  const { commitment, notCommitted } = takeReport(asked(transaction('1')), report('1', ALL));
  assert.deepEqual(commitment, { ...NOTHING, committed: ALL });
  assert.deepEqual(notCommitted, []);
  assert.deepEqual(decide(commitment), { step: 'done' });
});

test('what has failed, or is not mentioned, or stands in both lists, is not committed', () => {
  const { commitment, notCommitted } = takeReport(asked(transaction('1')), report('1', ['A', 'B'], ['B']));
  assert.deepEqual(commitment.committed, ['A']);
  assert.deepEqual(notCommitted, [
    { reason: 'instance-not-committed', SOPInstanceUID: 'B', TransactionUID: '1', FailureReason: 0x0112 },
    { reason: 'instance-not-committed', SOPInstanceUID: 'C', TransactionUID: '1' },
  ]);
});

test('a report of another transaction, or one that was taken already, changes nothing', () => {
  const open = asked(transaction('1'));
  assert.equal(takeReport(open, report('2', ALL)).commitment, open);
  const { commitment } = takeReport(open, report('1', ['A'], ['B', 'C']));
  const again = takeReport(commitment, report('1', [], ALL));
  assert.equal(again.commitment, commitment);
  assert.deepEqual(again.notCommitted, []);
});

test('a transaction commits no instance that it did not ask for', () => {
  const { commitment } = takeReport(asked(transaction('1', ['A'])), report('1', ALL));
  assert.deepEqual(commitment.committed, ['A']);
});

test('an earlier transaction counts where it commits, and not where it does not', () => {
  const twice = asked(transaction('1'), transaction('2'));
  const early = takeReport(twice, report('1', ['A'], ['B', 'C']));
  assert.deepEqual([early.commitment.committed, early.notCommitted], [['A'], []]);
  assert.deepEqual(early.commitment.transactions.map(({ TransactionUID }) => TransactionUID), ['2']);
  const late = takeReport(early.commitment, report('2', ['B'], ['A', 'C']));
  assert.deepEqual(late.commitment.committed, ['A', 'B']);
  assert.deepEqual(late.notCommitted.map(({ SOPInstanceUID }) => SOPInstanceUID), ['C']);
});

test('of transactions side by side each speaks for its own instances', () => {
  const halves = withTransactions(NOTHING, [transaction('1', ['A', 'B']), transaction('2', ['C'])]);
  const { commitment, notCommitted } = takeReport(halves, report('1', ['A'], ['B']));
  assert.deepEqual([commitment.committed, notCommitted.map(({ SOPInstanceUID }) => SOPInstanceUID)], [['A'], ['B']]);
  assert.equal(commitment.transactions[0]?.TransactionUID, '2');
});

test('nothing was asked, or not of all, or nobody answered: asked when it is time', () => {
  assert.deepEqual(decide(NOTHING), { step: 'ask', SOPInstanceUIDs: ALL });
  assert.deepEqual(decide(NOTHING, undefined, false), { step: 'wait' });
  assert.deepEqual(decide({ ...NOTHING, committed: ['B'] }), { step: 'ask', SOPInstanceUIDs: ['A', 'C'] });
  assert.deepEqual(decide(asked(transaction('1', ALL, false))), { step: 'ask', SOPInstanceUIDs: ALL });
});

test('without a report it is asked again as often as `attempts` says, then it has failed', () => {
  assert.deepEqual(decide(asked(transaction('1')), undefined, false), { step: 'wait' });
  assert.deepEqual(decide(asked(transaction('1'))).step, 'ask');
  const twice = asked(transaction('1'), transaction('2'));
  assert.equal(timesAsked(ALL, twice.transactions), 2);
  assert.deepEqual(decide(twice), { step: 'fail', failures: [
    { reason: 'commitment-not-reported', instances: 3, tries: 2, withinSeconds: 100 },
  ] });
  const { commitment } = takeReport(twice, report('2', ['A', 'B'], []));
  assert.equal(timesAsked(['C'], commitment.transactions), 1);
});

test('what is not committed is sent again as often as `resend` says, then it has failed', () => {
  const once = [...ALL.map(stored), refused('B', '1')];
  const step = decide({ ...NOTHING, committed: ['A', 'C'] }, once);
  assert.equal(step.step, 'resend');
  assert.deepEqual(decide({ ...NOTHING, committed: ['A', 'C'] }, [...once, refused('B', '1')]).step, 'resend', 'noted twice');
  assert.deepEqual(decide({ ...NOTHING, committed: ['A', 'C'] }, [...once, stored('B')]).step, 'ask');
  const twice = [...once, stored('B'), refused('B', '2')];
  assert.deepEqual(decide({ ...NOTHING, committed: ['A', 'C'] }, twice), { step: 'fail', failures: [
    { reason: 'instance-not-committed', SOPInstanceUID: 'B', TransactionUID: '2' },
  ] });
  assert.equal(decide({ ...NOTHING, committed: ['A', 'C'] }, once, true, { ...POLICY, resend: 0 }).step, 'fail');
  assert.equal(decide({ ...NOTHING, committed: ALL }, twice).step, 'done', 'committed after all');
});

test('of transactions that nobody has answered only the newest are kept, of accepted ones all', () => {
  let commitment = asked(transaction('accepted'));
  for (let number = 1; number <= 20; number += 1) {
    commitment = withTransactions(commitment, [transaction(String(number), ALL, false)]);
  }
  const kept = commitment.transactions.map(({ TransactionUID }) => TransactionUID);
  assert.deepEqual(kept, ['accepted', '15', '16', '17', '18', '19', '20']);
  assert.equal(withAccepted(commitment, '20').transactions.at(-1)?.accepted, true);
});
