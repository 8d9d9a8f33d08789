// Answers the presentation contexts that a peer proposes (PS3.8 section 7.1.1.13, PS3.7 section D.3.3.4).
//
// Every context gets an answer. An accepted one gets the first transfer syntax that the peer proposed for it: the peer
// knows best what its objects are, and what is received is stored as it comes. Of storage commitment, which is read and
// not stored, the first that is neither deflated nor encapsulated.

import { STORAGE_COMMITMENT_SOP_CLASS } from '../dicom/commitment.ts';
import { TRANSFER_SYNTAXES } from '../dicom/transfer-syntaxes.ts';
import { isUID } from '../dicom/uid.ts';
import { type Association, CONTEXT_RESULT, type PresentationContext } from './dimse-library.ts';

/** What a message in a context is about, and how its dataset is encoded. */
export interface AcceptedContext {
  readonly abstractSyntax: string;
  readonly TransferSyntaxUID: string;
}

/** Writes the answers into the association. @returns the accepted contexts by ID */
export function negotiateContexts(
  association: Association, isAcceptedAbstractSyntax: (UID: string) => boolean,
): Map<number, AcceptedContext> {
  const accepted = new Map<number, AcceptedContext>();
  for (const { id, context } of association.getPresentationContexts()) {
    const abstractSyntax = context.getAbstractSyntaxUid();
    // It becomes part of the file that is written: what is no UID is not taken.
    const isUsable = abstractSyntax === STORAGE_COMMITMENT_SOP_CLASS ? isPlain : isUID;
    const TransferSyntaxUID = context.getTransferSyntaxUids().find(isUsable);
    if (!isAcceptedAbstractSyntax(abstractSyntax)) {
      context.setResult(CONTEXT_RESULT.abstractSyntaxNotSupported);
    } else if (TransferSyntaxUID === undefined) {
      context.setResult(CONTEXT_RESULT.transferSyntaxesNotSupported);
    } else {
      context.setResult(CONTEXT_RESULT.acceptance, TransferSyntaxUID);
      accepted.set(id, { abstractSyntax, TransferSyntaxUID });
    }
    answerRole(context);
  }
  return accepted;
}

function isPlain(UID: string): boolean {
  const syntax = TRANSFER_SYNTAXES.get(UID);
  return syntax !== undefined && !syntax.deflated && !syntax.encapsulated;
}

/**
 * We are never the SCU of an association that a peer opened, save of storage commitment: who was asked for it reports
 * as its SCP, mostly on an association of its own. No proposal of roles gets no answer.
 */
function answerRole(context: PresentationContext): void {
  const wasProposed = context.getUserRole() !== undefined;
  const mayProvide = context.getAbstractSyntaxUid() === STORAGE_COMMITMENT_SOP_CLASS;
  if (wasProposed && !mayProvide) context.setProviderRole(false); // as it stands, the answer is what was proposed
}
