// Sends instances by C-STORE (PS3.4 annex B), the bytes of each dataset as they lie on disk wherever the peer takes them
// so; else converted to a transfer syntax that it takes, while they leave.
//
// Promises: exactly one answer for each instance that the peer answered, or that cannot be sent to it at all; none for
// the others, which are the caller's to send again. Memory does not grow with the size or number of instances' bytes.
// A message that was begun and not answered ends its association with A-ABORT, so that the peer keeps nothing of it.
// Never judges a status.

import { waysFrom } from '../dicom/codec/ways.ts';
import type { Failure } from '../job/failure.ts';
import type { AssociationScu } from './association-scu.ts';
import { planAssociations, type AssociationPlan, type Planned, type ProposedContext } from './association-plan.ts';
import { COMMAND_FIELD, WITH_DATASET } from './command-set.ts';
import { cutIntoFragments } from './data-fragments.ts';
import { DatasetPieces } from './dataset-pieces.ts';
import { openAssociation } from './open-association.ts';
import type { Peer } from './peer.ts';

/** A DICOM file; the UIDs are those of its file meta information. */
export interface InstanceToSend {
  readonly file: string;
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  readonly TransferSyntaxUID: string;
}

/**
 * What became of one instance: the peer's status, with the transfer syntax that it was converted to where it was; or why
 * it was not sent.
 */
export type InstanceAnswer =
  | { readonly SOPInstanceUID: string; readonly status: number; readonly sentAs?: string }
  | { readonly SOPInstanceUID: string; readonly failure: Failure };

/** How it ended: nothing set: every instance has its answer. `stopped`: by the caller's signal. */
export type SendOutcome =
  | { readonly failure?: undefined; readonly stopped?: undefined }
  | { readonly failure: Failure; readonly stopped?: undefined }
  | { readonly failure?: undefined; readonly stopped: true };

export interface SendHooks {
  /** Told of each answer before the next instance is begun. What it throws aborts the association and is thrown. */
  answered(answer: InstanceAnswer): void | Promise<void>;
  /** Aborts at once, in the middle of an instance too. */
  readonly signal?: AbortSignal | undefined;
}

export interface SendOptions extends SendHooks {
  /** The transfer syntaxes that the peer is to get, best first; undefined: whatever it takes, unchanged if it can be. */
  readonly transferSyntaxes?: readonly string[] | undefined;
}

type PlannedInstance = Planned<InstanceToSend>;
/** One that the peer takes. */
type AcceptedInstance = PlannedInstance & { readonly context: ProposedContext; readonly sentAs: string };
type Failed = { readonly failure: Failure };

const MEDIUM_PRIORITY = 0;
/** Read from disk and written at a time: most instances in one piece, the next one read while this one leaves. */
const MAXIMUM_PIECE_BYTES = 1024 * 1024;
/** Each costs two buffers; counts where the peer's PDUs are shorter than the 4096 bytes of the least sensible ones. */
const MAXIMUM_PIECE_FRAGMENTS = 256;

/**
 * Sends all instances on as few associations as their SOP Classes and transfer syntaxes allow, one after the other.
 * The list is gathered before the first association, which must propose what will come.
 */
export async function sendInstances(
  peer: Peer,
  instances: Iterable<InstanceToSend> | AsyncIterable<InstanceToSend>,
  { answered, signal, transferSyntaxes }: SendOptions,
): Promise<SendOutcome> {
  const gathered: InstanceToSend[] = [];
  for await (const instance of instances) {
    const { SOPInstanceUID, TransferSyntaxUID } = instance;
    if (waysFrom(TransferSyntaxUID, transferSyntaxes).length > 0) gathered.push(instance);
    else await answered({ SOPInstanceUID, failure: unwanted(TransferSyntaxUID, transferSyntaxes) });
  }

  const isStopped = () => signal?.aborted === true;
  for (const plan of planAssociations(gathered, (TransferSyntaxUID) => waysFrom(TransferSyntaxUID, transferSyntaxes))) {
    let remaining = plan.instances;
    while (remaining.length > 0) {
      if (isStopped()) return { stopped: true };
      const sent = await sendOnOneAssociation(peer, { ...plan, instances: remaining }, { answered, signal });
      if ('failure' in sent) return isStopped() ? { stopped: true } : sent;
      remaining = sent.remaining;
    }
  }
  return {};
}

/** @returns what another association is needed for, because a file broke off in the middle of its message. */
async function sendOnOneAssociation(
  peer: Peer,
  { contexts, instances }: AssociationPlan<InstanceToSend>,
  { answered, signal }: SendHooks,
): Promise<Failed | { readonly remaining: readonly PlannedInstance[] }> {
  const association = await openAssociation(peer, contexts, signal);
  if ('failure' in association) return association;
  const accepted = instances.flatMap((instance): AcceptedInstance[] => {
    const context = instance.contexts.find((one) => association.accepts(one));
    return context === undefined ? [] : [{ ...instance, context, sentAs: context.TransferSyntaxUID }];
  });
  const pieces = new DatasetPieces(accepted, pieceBytes(association));
  try {
    for (const instance of instances) {
      if (instance.contexts.some((one) => association.accepts(one))) continue;
      const failure = contextRefused(instance, association, contexts);
      await answered({ SOPInstanceUID: instance.SOPInstanceUID, failure });
    }
    for (const [index, instance] of accepted.entries()) {
      const sent = await sendInstance(association, instance, pieces);
      if ('peerFailure' in sent) return { failure: sent.peerFailure };
      await answered(sent.answer);
      if (sent.brokenOff) return { remaining: accepted.slice(index + 1) };
    }
    await association.release();
    return { remaining: [] };
  } finally {
    association.abort({ reason: 'peer-aborted', text: 'given up by this side' });
    await pieces.close();
  }
}

type Sent =
  | { readonly peerFailure: Failure }
  /** `brokenOff`: in the middle of the message, so that the association cannot be used again. */
  | { readonly answer: InstanceAnswer; readonly brokenOff: boolean };

/** Writes command and dataset and waits for the response. `pieces` stands at the instance, afterwards at the next. */
async function sendInstance(
  association: AssociationScu,
  { context, SOPClassUID, SOPInstanceUID, TransferSyntaxUID, sentAs }: AcceptedInstance,
  pieces: DatasetPieces<AcceptedInstance>,
): Promise<Sent> {
  const { MessageID, command } = association.encodeRequest(context, {
    AffectedSOPClassUID: SOPClassUID,
    CommandField: COMMAND_FIELD['C-STORE-RQ'],
    Priority: MEDIUM_PRIORITY,
    CommandDataSetType: WITH_DATASET,
    AffectedSOPInstanceUID: SOPInstanceUID,
  });
  let writing: Promise<Failed | undefined> = Promise.resolve(undefined);
  for (let isLast = false; !isLast; ) {
    const piece = await pieces.take();
    const failed = await writing;
    if (failed !== undefined) return { peerFailure: failed.failure };
    if ('failure' in piece) {
      pieces.readOn();
      return { answer: { SOPInstanceUID, failure: piece.failure }, brokenOff: !piece.isFirst };
    }
    isLast = piece.isLast;
    const of = { contextId: context.id, isCommand: false, endsMessagePart: isLast };
    const fragments = cutIntoFragments(piece.bytes, association.fragmentBytes, of);
    writing = association.write(piece.isFirst ? [...command, ...fragments] : fragments);
    pieces.readOn();
  }
  const failed = await writing;
  if (failed !== undefined) return { peerFailure: failed.failure };
  const response = await association.response(MessageID, 'C-STORE-RSP');
  if ('failure' in response) return { peerFailure: response.failure };
  const conversion = sentAs === TransferSyntaxUID ? {} : { sentAs };
  return { answer: { SOPInstanceUID, status: response.Status, ...conversion }, brokenOff: false };
}

/** As many whole fragments as fit. No fragment is longer than DEFAULT_MAXIMUM_PDU_LENGTH, so that some do. */
function pieceBytes({ fragmentBytes }: AssociationScu): number {
  return fragmentBytes * Math.min(Math.floor(MAXIMUM_PIECE_BYTES / fragmentBytes), MAXIMUM_PIECE_FRAGMENTS);
}

/** What was proposed for an instance in vain, and what the peer takes of its SOP Class. */
function contextRefused(
  { SOPClassUID, TransferSyntaxUID, contexts }: PlannedInstance, association: AssociationScu,
  proposed: readonly ProposedContext[],
): Failure {
  const ofItsClass = proposed.filter((one) => one.SOPClassUID === SOPClassUID);
  return {
    reason: 'context-refused', SOPClassUID, TransferSyntaxUID,
    proposed: contexts.map((context) => context.TransferSyntaxUID),
    accepted: ofItsClass.filter((one) => association.accepts(one)).map((context) => context.TransferSyntaxUID),
    classRefused: contexts.every((one) => association.refusesClass(one)),
  };
}

function unwanted(TransferSyntaxUID: string, wanted: readonly string[] = []): Failure {
  return { reason: 'transfer-syntax-unwanted', TransferSyntaxUID, wanted };
}
