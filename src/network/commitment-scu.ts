// Asks a peer to commit itself to keep instances (Storage Commitment Push Model, SCU; PS3.4 annex J): N-ACTION, and
// what the peer reports at once, on the same association.
//
// Promises: nothing is asked before the caller has put down what will be; what is reported is answered as the caller
// says, after it has put that down, too. Never waits for a report longer than it is told: most peers report later, on
// an association of their own.

import {
  encodeCommitmentRequest, REQUEST_STORAGE_COMMITMENT, STORAGE_COMMITMENT_SOP_CLASS, STORAGE_COMMITMENT_SOP_INSTANCE,
  type CommitmentRequest,
} from '../dicom/commitment.ts';
import { storeStatus, SUCCESS } from '../dicom/status.ts';
import { IMPLICIT_VR_LITTLE_ENDIAN } from '../dicom/transfer-syntaxes.ts';
import type { Failure } from '../job/failure.ts';
import type { AssociationScu } from './association-scu.ts';
import { COMMAND_FIELD, WITH_DATASET } from './command-set.ts';
import { cutIntoFragments } from './data-fragments.ts';
import { openAssociation } from './open-association.ts';
import { formatAddress, type Peer } from './peer.ts';
import type { CommitmentMessage, StoreAnswer } from './store-hooks.ts';

export interface CommitmentHooks {
  /** Called when the peer has accepted the association: what it returns is asked next. */
  begin(): Promise<readonly CommitmentRequest[]>;
  /** The peer has said that it will report on a transaction. */
  accepted(TransactionUID: string): Promise<void>;
  /** The peer reports. Answered with Success only when the report will not be lost. */
  reported(message: Omit<CommitmentMessage, 'peer'>): Promise<StoreAnswer>;
  /** How long reports are waited for on the same association. */
  readonly waitSeconds: number;
  readonly signal?: AbortSignal | undefined;
}

/** Every AE must accept it (PS3.5 section 10.1). */
const CONTEXT = {
  id: 1, SOPClassUID: STORAGE_COMMITMENT_SOP_CLASS, TransferSyntaxUID: IMPLICIT_VR_LITTLE_ENDIAN,
} as const;

/** @returns why not all was asked; undefined where it was, reported or not */
export async function requestCommitment(peer: Peer, hooks: CommitmentHooks): Promise<Failure | undefined> {
  let reports = 0;
  let accepting: Promise<void> = Promise.resolve();
  const association = await openAssociation(peer, [CONTEXT], hooks.signal, async ({ command, dataset }) => {
    const { AffectedSOPInstanceUID = '', EventTypeID = 0 } = command;
    const { TransferSyntaxUID } = CONTEXT;
    await new Promise(setImmediate); // the response may have come with it, and is put down first
    await accepting;
    const answer = await hooks.reported({ AffectedSOPInstanceUID, EventTypeID, TransferSyntaxUID, dataset });
    if (answer.status === SUCCESS) reports += 1;
    return answer;
  });
  if ('failure' in association) return association.failure;
  try {
    if (!association.accepts(CONTEXT)) {
      await association.release();
      return { reason: 'commitment-unsupported', AETitle: peer.calledAETitle, address: formatAddress(peer) };
    }
    const requests = await hooks.begin();
    for (const request of requests) {
      const failure = await ask(association, request);
      if (failure !== undefined) return failure;
      accepting = hooks.accepted(request.TransactionUID);
      await accepting;
    }
    await association.linger(() => reports >= requests.length, hooks.waitSeconds);
    await association.release();
    return undefined;
  } finally {
    association.abort({ reason: 'peer-aborted', text: 'given up by this side' });
  }
}

async function ask(association: AssociationScu, request: CommitmentRequest): Promise<Failure | undefined> {
  const { MessageID, command } = association.encodeRequest(CONTEXT, {
    RequestedSOPClassUID: STORAGE_COMMITMENT_SOP_CLASS,
    CommandField: COMMAND_FIELD['N-ACTION-RQ'],
    CommandDataSetType: WITH_DATASET,
    RequestedSOPInstanceUID: STORAGE_COMMITMENT_SOP_INSTANCE,
    ActionTypeID: REQUEST_STORAGE_COMMITMENT,
  });
  const of = { contextId: CONTEXT.id, isCommand: false, endsMessagePart: true };
  const dataset = cutIntoFragments(encodeCommitmentRequest(request), association.fragmentBytes, of);
  const failed = await association.write([...command, ...dataset]);
  if (failed !== undefined) return failed.failure;
  const response = await association.response(MessageID, 'N-ACTION-RSP');
  if ('failure' in response) return response.failure;
  if (storeStatus(response.Status).outcome === 'stored') return undefined; // success, or a warning
  return { reason: 'commitment-refused', status: response.Status };
}
