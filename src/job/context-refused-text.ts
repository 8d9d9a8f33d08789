// The wording of what a peer refused when it was proposed: what was proposed, what it takes instead, what can be done.

import { COMPRESSIONS } from '../dicom/codec/compressions.ts';
import { TRANSFER_SYNTAXES } from '../dicom/transfer-syntaxes.ts';
import type { Failure } from './failure.ts';

/** A transfer syntax for people: `RLE Lossless (1.2.840.10008.1.2.5)`. */
export function nameSyntax(UID: string): string {
  const name = TRANSFER_SYNTAXES.get(UID)?.name;
  return name === undefined ? `transfer syntax ${UID}` : `${name} (${UID})`;
}

export function contextRefusedText(failure: Failure & { readonly reason: 'context-refused' }): string {
  const { SOPClassUID, TransferSyntaxUID, proposed, accepted = [], classRefused = false } = failure;
  if (classRefused) return `the destination does not take SOP Class ${SOPClassUID} at all; have it accepted there`;
  const refused = `the destination takes no ${SOPClassUID} in ${nameSyntax(TransferSyntaxUID)}`;
  if (proposed === undefined) return refused; // nothing but that was asked
  const tried = proposed.filter((one) => one !== TransferSyntaxUID).map(nameSyntax);
  const also = tried.length === 0 ? '' : `, nor in ${tried.join(' or ')}, which it can be converted to`;
  const takes = accepted.length === 0 ? '' : `; it takes ${accepted.map(nameSyntax).join(', ')}`;
  const remedy = tried.length === 0 ? remedyFor(TransferSyntaxUID) : 'have one of them accepted there';
  return `${refused}${also}${takes}; ${remedy}`;
}

function remedyFor(TransferSyntaxUID: string): string {
  if (COMPRESSIONS.get(TransferSyntaxUID)?.lossless === false) {
    return 'have it accepted there, or let it be decompressed, which loses nothing more, by naming what to in the '
      + 'destination\'s transferSyntaxes';
  }
  return 'have it accepted there: this is nothing that can be converted';
}
