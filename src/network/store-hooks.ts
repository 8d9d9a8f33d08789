// What the receiver asks of whoever keeps the instances, and tells it. The network side knows nothing of the disk.

import type { Rejection } from './rejection.ts';

/**
 * Who opened an association: titles without padding, address without the prefix of mapped IPv4. The hooks get one
 * object an association, always the same, so that what is kept for it can be kept by that.
 */
export interface StorePeer {
  readonly callingAETitle: string;
  readonly calledAETitle: string;
  readonly address: string;
}

/** One C-STORE-RQ. UIDs are as the peer wrote them, empty where it did not; the transfer syntax is the context's. */
export interface StoreRequest {
  readonly peer: StorePeer;
  readonly AffectedSOPClassUID: string;
  readonly AffectedSOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
}

/** The answer to a request: Status (0000,0900), and ErrorComment (0000,0902), cut at 64 characters. */
export interface StoreAnswer {
  readonly status: number;
  readonly comment?: string;
  /** It was there already and changes nothing. */
  readonly known?: true;
}

/**
 * Takes one dataset. Expected faults are told by `end`; a rejected promise is a bug and ends the association.
 * After `write` has returned a promise, nothing is called before it settled, save `abort`.
 */
export interface InstanceSink {
  /** The next bytes, which change when it returns. A returned promise holds the peer back. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** The dataset is complete. */
  end(): Promise<StoreAnswer>;
  /** The rest will never come: nothing of it may stay. */
  abort(): Promise<void>;
}

/**
 * A message of the Storage Commitment service (PS3.4 annex J), whole: N-EVENT-REPORT says what became of what we asked a
 * peer to commit. UIDs are as the peer wrote them, empty where it did not.
 */
export interface CommitmentMessage {
  readonly peer: StorePeer;
  readonly AffectedSOPInstanceUID: string;
  readonly EventTypeID: number;
  readonly TransferSyntaxUID: string;
  readonly dataset: Buffer;
}

/** How an association went. `bytes` are those of datasets, `refused` counts instances answered with a failure. */
export interface AssociationSummary {
  readonly how: 'released' | 'aborted' | 'lost';
  readonly instances: number;
  readonly bytes: number;
  readonly refused: number;
  /** Of the instances, how many were there already and change nothing; absent where none. */
  readonly known?: number;
  readonly seconds: number;
  readonly text?: string;
}

export interface StoreScpHooks {
  /** Whether a SOP Class is accepted as abstract syntax. */
  acceptsSOPClass(SOPClassUID: string): boolean;
  /** Undefined accepts. */
  acceptAssociation(peer: StorePeer): Promise<Rejection | undefined>;
  openInstance(request: StoreRequest): InstanceSink;
  /** Answered with Success only when the report will not be lost. */
  commitmentReported(message: CommitmentMessage): Promise<StoreAnswer>;
  /** An association was refused, or something else than one came; then titles are empty. */
  associationRejected(peer: StorePeer, text: string): void;
  /** Nothing new will come on an association that was accepted. A release is not confirmed before this has returned. */
  storingEnded(peer: StorePeer): void;
  associationEnded(peer: StorePeer, summary: AssociationSummary): void;
}
