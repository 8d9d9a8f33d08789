// The Storage Commitment Push Model (PS3.4 annex J): its UIDs and types, and the dataset by which the one side asks for
// instances to be committed and the other says what became of them.

import { ITEM } from './element-head.ts';
import { tagOf, type Keyword } from './keywords.ts';

export const STORAGE_COMMITMENT_SOP_CLASS = '1.2.840.10008.1.20.1';

/** The one instance of the class, which requests and reports are about. */
export const STORAGE_COMMITMENT_SOP_INSTANCE = '1.2.840.10008.1.20.1.1';

/** ActionTypeID of N-ACTION, PS3.4 table J.3-1. */
export const REQUEST_STORAGE_COMMITMENT = 1;

/** EventTypeID of N-EVENT-REPORT, PS3.4 table J.3-2. */
export const COMMITMENT_EVENT = { allCommitted: 1, failuresExist: 2 } as const;

/** FailureReason (0008,1197), PS3.4 section J.3.3.1.1: what each value says. */
export const COMMITMENT_FAILURES: Readonly<Record<number, string>> = {
  0x0110: 'processing failure',
  0x0112: 'no such object instance',
  0x0213: 'resource limitation',
  0x0122: 'referenced SOP class not supported',
  0x0119: 'class-instance conflict',
  0x0131: 'duplicate transaction UID',
};

/** A FailureReason for people: `0x0112 (no such object instance)`. */
export function formatCommitmentFailure(FailureReason: number): string {
  const name = COMMITMENT_FAILURES[FailureReason] ?? 'a reason that the standard does not know';
  return `0x${FailureReason.toString(16).toUpperCase().padStart(4, '0')} (${name})`;
}

/** An instance by what a request or report names it. */
export interface CommitmentInstance {
  /** Empty where a report does not say. */
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
}

/** What is asked: PS3.4 table J.3-1. */
export interface CommitmentRequest {
  readonly TransactionUID: string;
  readonly instances: readonly CommitmentInstance[];
}

/** What is answered: PS3.4 table J.3-2. An instance that stands in neither list is not said to be committed. */
export interface CommitmentReport {
  readonly TransactionUID: string;
  readonly committed: readonly CommitmentInstance[];
  readonly failed: readonly (CommitmentInstance & { readonly FailureReason: number })[];
}

/** The dataset of an N-ACTION request, in Implicit VR Little Endian. */
export function encodeCommitmentRequest({ TransactionUID, instances }: CommitmentRequest): Buffer {
  return Buffer.concat([
    uidElement('TransactionUID', TransactionUID),
    sequenceElement('ReferencedSOPSequence', instances.map(encodeReference)),
  ]);
}

/** The dataset of an N-EVENT-REPORT request, in Implicit VR Little Endian. A list that is empty is left out. */
export function encodeCommitmentReport({ TransactionUID, committed, failed }: CommitmentReport): Buffer {
  const failures = failed.map((one) => Buffer.concat([encodeReference(one), numberElement(one.FailureReason)]));
  return Buffer.concat([
    uidElement('TransactionUID', TransactionUID),
    ...(failures.length === 0 ? [] : [sequenceElement('FailedSOPSequence', failures)]),
    ...(committed.length === 0 ? [] : [sequenceElement('ReferencedSOPSequence', committed.map(encodeReference))]),
  ]);
}

function encodeReference({ SOPClassUID, SOPInstanceUID }: CommitmentInstance): Buffer {
  return Buffer.concat([
    uidElement('ReferencedSOPClassUID', SOPClassUID), uidElement('ReferencedSOPInstanceUID', SOPInstanceUID),
  ]);
}

function uidElement(keyword: Keyword, UID: string): Buffer {
  return element(tagOf(keyword), Buffer.from(UID.length % 2 === 0 ? UID : `${UID}\0`, 'latin1'));
}

function numberElement(FailureReason: number): Buffer {
  const value = Buffer.alloc(2);
  value.writeUInt16LE(FailureReason);
  return element(tagOf('FailureReason'), value);
}

function sequenceElement(keyword: Keyword, items: readonly Buffer[]): Buffer {
  return element(tagOf(keyword), Buffer.concat(items.map((item) => element(ITEM, item))));
}

function element(tag: number, value: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.writeUInt32LE(value.length, 4);
  return Buffer.concat([head, value]);
}
