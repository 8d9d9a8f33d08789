// The accepting side of dcmjs-dimse's association handling: reads and writes the PDUs around a transfer, corrected.
//
// It is driven from outside: it never reads its socket, keeps no timer and decides nothing.

import type { Abort } from './abort-reason.ts';
import { type AssociateRequestFrame, parseAssociateRequestFrame } from './associate-request.ts';
import { type Association, Implementation, Scp } from './dimse-library.ts';
import type { Rejection } from './rejection.ts';

/** What a PDU other than P-DATA-TF is to the side that accepts associations. */
export type AssociationPdu =
  | ({ readonly type: 'associate-request'; readonly association: Association } & AssociateRequestFrame)
  | { readonly type: 'release-request' }
  | { readonly type: 'abort'; readonly source: number; readonly reason: number }
  /** One that only the other side sends. */
  | { readonly type: 'misplaced' }
  | { readonly type: 'malformed'; readonly text: string };

const A_ASSOCIATE_RQ = 0x01;
const A_RELEASE_RQ = 0x05;
const A_ABORT = 0x07;

/** Source of an A-ABORT, PS3.8 section 9.3.8: who speaks. */
const ABORT_SOURCE = { serviceUser: 0, serviceProvider: 2 } as const;
/** The only reason that the service user gives. */
const NO_REASON = 0;

/** One connection to the library's Server. */
export class AssociationAcceptor extends Scp {
  #emitted: AssociationPdu = { type: 'misplaced' };

  /** Does nothing: the library would read the socket here, and keep a timer that aborts a pausing scanner. */
  override _wrapSocket(): void {}

  /**
   * Takes what the library has to say about a PDU. Its emitter calls listeners only after a turn of the event loop,
   * when later PDUs may have been read already; and its Server ends the socket on `networkError`, before an A-ABORT
   * could be sent.
   */
  override emit(event: string, about?: unknown): boolean {
    switch (event) {
      case 'associationReleaseRequested':
        this.#emitted = { type: 'release-request' };
        return true;
      case 'abort':
        this.#emitted = { type: 'abort', ...(about as { source: number; reason: number }) };
        return true;
      case 'networkError':
        this.#emitted = { type: 'malformed', text: (about as Error).message };
        return true;
      default:
        return true;
    }
  }

  /** @param pdu any but P-DATA-TF, with its header */
  parsePdu(pdu: Buffer): AssociationPdu {
    const type = pdu[0];
    if (type !== A_ASSOCIATE_RQ && type !== A_RELEASE_RQ && type !== A_ABORT) return { type: 'misplaced' };
    const frame = type === A_ASSOCIATE_RQ ? parseAssociateRequestFrame(pdu) : undefined;
    if (frame !== undefined && 'fault' in frame) return { type: 'malformed', text: frame.fault };

    const read = this.#readWithLibrary(frame?.known ?? pdu);
    if (frame === undefined || read.type === 'malformed' || this.association === undefined) return read;
    const { protocolVersion, applicationContextName } = frame;
    return { type: 'associate-request', association: this.association, protocolVersion, applicationContextName };
  }

  #readWithLibrary(pdu: Buffer): AssociationPdu {
    this.#emitted = { type: 'misplaced' };
    void this._processPdu(pdu); // done on return, see LibraryNetwork
    return this.#emitted;
  }

  /** Accepts it as its contexts were answered. @param maximumPDULength the longest P-DATA-TF that we take */
  accept(association: Association, maximumPDULength: number): void {
    // The library would announce the smaller of the peer's maximum and ours; each side announces its own (PS3.8 D.1).
    Implementation.setMaxPduLength(maximumPDULength);
    association.setMaxPduLength(maximumPDULength);
    // The library would agree to as many operations at a time as the peer proposes. One each way is the default that an
    // absent answer means (PS3.7 section D.3.3.3), and the library leaves out.
    association.setMaxAsyncOpsInvoked(1);
    association.setMaxAsyncOpsPerformed(1);
    this.sendAssociationAccept();
  }

  reject({ result, source, reason }: Rejection): void {
    this.sendAssociationReject(result, source, reason);
  }

  /**
   * Sends A-ABORT, which the library could do only within an association.
   * @param reason undefined where we abort for a reason of our own, not for what the peer sent
   */
  abort(reason?: Abort['reason']): void {
    const source = reason === undefined ? ABORT_SOURCE.serviceUser : ABORT_SOURCE.serviceProvider;
    this.socket.write(Buffer.from([A_ABORT, 0, 0, 0, 0, 4, 0, 0, source, reason ?? NO_REASON]));
  }
}
