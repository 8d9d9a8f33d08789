// What an association is aborted for when its peer breaks the protocol: the code for the peer, the text for our log.

import type { MessageFault } from './message-reader.ts';
import type { PduFault } from './pdu-reader.ts';

/** Reasons of an A-ABORT by the service provider, PS3.8 table 9-26. */
export const ABORT_REASON = {
  unrecognizedPdu: 1,
  unexpectedPdu: 2,
  unexpectedPduParameter: 5,
  invalidPduParameter: 6,
} as const;

/** Why we abort. */
export interface Abort {
  readonly reason: (typeof ABORT_REASON)[keyof typeof ABORT_REASON];
  readonly text: string;
}

/** The first bytes of records of TLS (RFC 8446 section 5.1), which are no types of PDU. */
const TLS_HANDSHAKE = 22;
const TLS_ALERT = 21;

/** What is wrong with a PDU as a whole, or with when it comes. */
type AssociationFault =
  | { readonly reason: 'pdu-malformed'; readonly text: string }
  | { readonly reason: 'pdu-misplaced'; readonly type: number }
  | { readonly reason: 'data-misplaced' }
  | { readonly reason: 'maximum-length'; readonly length: number };

export type ProtocolFault = PduFault | MessageFault | AssociationFault;

/** What each fault is answered with, and how docs/CONFORMANCE.md tells of it: "the peer …". */
export const FAULTS: {
  readonly [Fault in ProtocolFault['reason']]: { readonly reason: Abort['reason']; readonly thePeer: string }
} = {
  'pdu-type': { reason: ABORT_REASON.unrecognizedPdu, thePeer: 'sent a PDU of unknown type' },
  'pdu-misplaced': { reason: ABORT_REASON.unexpectedPdu, thePeer: 'sent a PDU that may not come then' },
  'data-misplaced': { reason: ABORT_REASON.unexpectedPdu, thePeer: 'sent data before an association' },
  'command-expected': {
    reason: ABORT_REASON.unexpectedPduParameter, thePeer: 'sent a dataset that no command announced',
  },
  'dataset-expected': {
    reason: ABORT_REASON.unexpectedPduParameter, thePeer: 'sent a command before the end of a dataset',
  },
  'pdu-malformed': { reason: ABORT_REASON.invalidPduParameter, thePeer: 'sent a PDU that cannot be read' },
  'pdu-length': {
    reason: ABORT_REASON.invalidPduParameter, thePeer: 'sent a PDU longer than the maximum that it was told',
  },
  'pdv-length': {
    reason: ABORT_REASON.invalidPduParameter, thePeer: 'sent a fragment longer than its PDU, or too short to be one',
  },
  'maximum-length': {
    reason: ABORT_REASON.invalidPduParameter, thePeer: 'asked for PDUs so short that none could carry data',
  },
  'context-unknown': {
    reason: ABORT_REASON.invalidPduParameter, thePeer: 'used a presentation context that was not accepted',
  },
  'command-bytes': { reason: ABORT_REASON.invalidPduParameter, thePeer: 'sent a command set of excessive length' },
  'command-malformed': { reason: ABORT_REASON.invalidPduParameter, thePeer: 'sent a command set that cannot be read' },
};

/** The abort that a fault calls for. */
export function abortFor(fault: ProtocolFault): Abort {
  return { reason: FAULTS[fault.reason].reason, text: textOf(fault) };
}

function textOf(fault: ProtocolFault): string {
  switch (fault.reason) {
    case 'pdu-type':
      if (fault.type === TLS_HANDSHAKE) return 'the peer speaks TLS, which belongs to another port';
      if (fault.type === TLS_ALERT) return 'the peer expects TLS there; give tls for it, or its port without';
      return `the peer sent a PDU of unknown type ${fault.type}`;
    case 'pdu-malformed': return `the peer sent what cannot be read: ${fault.text}`;
    case 'pdu-misplaced': return `the peer sent a PDU of type ${fault.type} at the wrong time`;
    case 'data-misplaced': return 'the peer sent data before an association';
    case 'maximum-length': return `the peer takes no PDU longer than ${fault.length} bytes`;
    case 'pdu-length':
      return `the peer sent a PDU of type ${fault.type} and ${fault.length} bytes; ${fault.maximum} are allowed`;
    case 'pdv-length':
      return `the peer sent a fragment of length ${fault.length} where ${fault.left} bytes of the PDU were left`;
    case 'context-unknown':
      return `the peer used presentation context ${fault.presentationContextID}, not the message's or not accepted`;
    case 'command-expected': return 'the peer sent a dataset that no command announced';
    case 'dataset-expected': return 'the peer sent a command before the end of a dataset';
    case 'command-bytes': return `the peer sent a command of more than ${fault.maximum} bytes`;
    case 'command-malformed': return `the peer sent a command that cannot be read: ${fault.text}`;
  }
}
