// The PDUs with which the side that asks opens and closes an association (PS3.8 section 9.3).
//
// Not by the library: loading it takes as long as sending a hundred instances, and each tick that sends would load it.

import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../dicom/implementation.ts';
import type { Failure } from '../job/failure.ts';
import { parseAssociationAccept, type AssociationAccept } from './association-accept.ts';
import { abortFailure, rejectionFailure } from './association-failure.ts';
import type { ProposedContext } from './association-plan.ts';
import type { Peer } from './peer.ts';

const PDU_TYPE = {
  'A-ASSOCIATE-RQ': 0x01,
  'A-ASSOCIATE-AC': 0x02,
  'A-ASSOCIATE-RJ': 0x03,
  'A-RELEASE-RQ': 0x05,
  'A-RELEASE-RP': 0x06,
  'A-ABORT': 0x07,
} as const;

const APPLICATION_CONTEXT = '1.2.840.10008.3.1.1.1';
const PROTOCOL_VERSION = 1;
const TITLE_CHARACTERS = 16;
const RESERVED_BYTES = 32;
/** Of all PDUs but A-ASSOCIATE: header and four bytes that tell more. */
const SHORT_PDU_BYTES = 10;

export const A_RELEASE_RQ = shortPdu('A-RELEASE-RQ');
export const A_RELEASE_RP = shortPdu('A-RELEASE-RP');
/** By the service user: source and reason are 0. */
export const A_ABORT = shortPdu('A-ABORT');

/** A-ASSOCIATE-RQ: every context with its one transfer syntax, and who asks (PS3.8 section 9.3.2, PS3.7 D.3.3). */
export function encodeAssociateRequest(
  { calledAETitle, callingAETitle, maximumPDULength }: Peer, proposed: readonly ProposedContext[],
): Buffer {
  const maximumLength = Buffer.alloc(4);
  maximumLength.writeUInt32BE(maximumPDULength);
  const body = Buffer.concat([
    Buffer.from([0, PROTOCOL_VERSION, 0, 0]),
    encodeTitle(calledAETitle), encodeTitle(callingAETitle), Buffer.alloc(RESERVED_BYTES),
    item(0x10, Buffer.from(APPLICATION_CONTEXT, 'latin1')),
    ...proposed.map(({ id, SOPClassUID, TransferSyntaxUID }) => item(0x20, Buffer.concat([
      Buffer.from([id, 0, 0, 0]),
      item(0x30, Buffer.from(SOPClassUID, 'latin1')), item(0x40, Buffer.from(TransferSyntaxUID, 'latin1')),
    ]))),
    item(0x50, Buffer.concat([
      item(0x51, maximumLength),
      item(0x52, Buffer.from(IMPLEMENTATION_CLASS_UID, 'latin1')),
      item(0x55, Buffer.from(IMPLEMENTATION_VERSION_NAME, 'latin1')),
    ])),
  ]);
  const header = Buffer.from([PDU_TYPE['A-ASSOCIATE-RQ'], 0, 0, 0, 0, 0]);
  header.writeUInt32BE(body.length, 2);
  return Buffer.concat([header, body]);
}

/** What a PDU that is not P-DATA-TF says to the side that asked. */
export type AssociationWord =
  | { readonly kind: 'accepted'; readonly accept: AssociationAccept }
  /** Rejected or aborted. */
  | { readonly kind: 'ended'; readonly failure: Failure }
  | { readonly kind: 'asks for release' }
  | { readonly kind: 'released' };

/** Never throws. @param pdu with its header */
export function parseAssociationPdu(pdu: Buffer): AssociationWord | { readonly fault: string } {
  const type = pdu[0];
  if (type === PDU_TYPE['A-ASSOCIATE-AC']) {
    const accept = parseAssociationAccept(pdu);
    return 'fault' in accept ? accept : { kind: 'accepted', accept };
  }
  if (pdu.length < SHORT_PDU_BYTES) return { fault: `a PDU of type ${type} is cut off after ${pdu.length} bytes` };
  const [result = 0, source = 0, reason = 0] = pdu.subarray(SHORT_PDU_BYTES - 3);
  switch (type) {
    case PDU_TYPE['A-ASSOCIATE-RJ']: return { kind: 'ended', failure: rejectionFailure(result, source, reason) };
    case PDU_TYPE['A-ABORT']: return { kind: 'ended', failure: abortFailure(source, reason) };
    case PDU_TYPE['A-RELEASE-RQ']: return { kind: 'asks for release' };
    case PDU_TYPE['A-RELEASE-RP']: return { kind: 'released' };
    default: return { fault: `a PDU of type ${type}, which nobody who was asked sends` };
  }
}

function shortPdu(name: keyof typeof PDU_TYPE): Buffer {
  return Buffer.from([PDU_TYPE[name], 0, 0, 0, 0, 4, 0, 0, 0, 0]);
}

/** Padded with spaces, cut to what the field holds. */
function encodeTitle(AETitle: string): Buffer {
  return Buffer.from(AETitle.slice(0, TITLE_CHARACTERS).padEnd(TITLE_CHARACTERS), 'latin1');
}

function item(type: number, value: Buffer): Buffer {
  const header = Buffer.from([type, 0, 0, 0]);
  header.writeUInt16BE(value.length, 2);
  return Buffer.concat([header, value]);
}
