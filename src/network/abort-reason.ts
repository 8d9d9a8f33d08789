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

/** The first byte of a TLS connection (RFC 8446 section 5.1), which is no type of PDU. */
const TLS_HANDSHAKE = 22;

/** The abort that a fault in a peer's bytes calls for. */
export function abortFor(fault: PduFault | MessageFault): Abort {
  const { unrecognizedPdu, unexpectedPduParameter, invalidPduParameter } = ABORT_REASON;
  switch (fault.reason) {
    case 'pdu-type':
      return {
        reason: unrecognizedPdu,
        text: fault.type === TLS_HANDSHAKE ? 'the peer speaks TLS, which belongs to another port'
          : `the peer sent a PDU of unknown type ${fault.type}`,
      };
    case 'pdu-length':
      return {
        reason: invalidPduParameter,
        text: `the peer sent a PDU of type ${fault.type} and ${fault.length} bytes; ${fault.maximum} are allowed`,
      };
    case 'pdv-length':
      return {
        reason: invalidPduParameter,
        text: `the peer sent a fragment of length ${fault.length} where ${fault.left} bytes of the PDU were left`,
      };
    case 'context-unknown':
      return {
        reason: invalidPduParameter,
        text: `the peer used presentation context ${fault.presentationContextID}, not the message's or not accepted`,
      };
    case 'command-expected':
      return { reason: unexpectedPduParameter, text: 'the peer sent a dataset that no command announced' };
    case 'dataset-expected':
      return { reason: unexpectedPduParameter, text: 'the peer sent a command before the end of a dataset' };
    case 'command-bytes':
      return { reason: invalidPduParameter, text: `the peer sent a command of more than ${fault.maximum} bytes` };
    case 'command-malformed':
      return { reason: invalidPduParameter, text: `the peer sent a command that cannot be read: ${fault.text}` };
  }
}
