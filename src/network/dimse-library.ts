// The only file that imports dcmjs-dimse: what DTS uses of it, with its faults corrected.
//
// The library reads and writes the PDUs that open and close an association (A-ASSOCIATE, A-RELEASE, A-ABORT).
// P-DATA-TF and everything in it is DTS's own, because the library collects whole messages in memory by repeated
// concatenation, without a limit and without holding back the peer (0.3.3).

import dimse from 'dcmjs-dimse';
import type { Server as ListeningSocket, Socket } from 'node:net';
import { IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME } from '../dicom/implementation.ts';

/** Presentation contexts, titles and sizes of one association, as proposed and as agreed. */
export type Association = InstanceType<typeof dimse.association.Association>;
export type PresentationContext = InstanceType<typeof dimse.association.PresentationContext>;

/** What the classes of the library that sit on a socket have inside; its type definitions leave most of it out. */
export interface LibraryNetwork {
  readonly socket: Socket;
  /** False makes the library's Server forget this connection. */
  connected: boolean;
  association: Association | undefined;
  /** Subscribes to the socket and starts timers. Called by the constructor, before the fields of a subclass exist. */
  _wrapSocket(): void;
  /** Reads one PDU with its header and emits what it is. Done when it returns, except for P-DATA-TF. */
  _processPdu(pdu: Buffer): Promise<void>;
  emit(event: string, about?: unknown): boolean;
  sendAssociationRequest(association: Association): void;
  sendAssociationAccept(): void;
  sendAssociationReject(result: number, source: number, reason: number): void;
  sendAssociationReleaseRequest(): void;
  sendAssociationReleaseResponse(): void;
}

/** The library's Server: makes one object of its class for each connection. */
interface LibraryServer {
  /** A port, or as node:net has it `{ port, host }`: the library passes it on unseen. */
  listen(where: { readonly port: number; readonly host: string }): void;
  /** Ends listening and destroys every connection. */
  close(): void;
  on(event: 'listening', listener: () => void): this;
  /** Told of errors of the listening socket. */
  on(event: 'networkError', listener: (error: Error) => void): this;
  readonly server: ListeningSocket;
}

type NetworkClass = new (socket: Socket, options?: object) => LibraryNetwork;

export const Scp = dimse.Scp as unknown as NetworkClass;
/** The base class of Scp, which also the library's sending side is made of; it is not exported by name. */
export const Network = Object.getPrototypeOf(dimse.Scp) as NetworkClass;
export const Server = dimse.Server as unknown as new (scp: NetworkClass) => LibraryServer;
export const Association = dimse.association.Association;
export const PresentationContext = dimse.association.PresentationContext;
export const Implementation = dimse.Implementation;

/** Answers to a presentation context, PS3.8 table 9-18. */
export const CONTEXT_RESULT = {
  acceptance: 0,
  userRejection: 1,
  abstractSyntaxNotSupported: 3,
  transferSyntaxesNotSupported: 4,
} as const;

const LARGEST_CONTEXT_ID = 255;

// The library logs every association and every error to the console; cron would mail it.
dimse.log.setLevel('silent', false);

Implementation.setImplementationClassUid(IMPLEMENTATION_CLASS_UID);
Implementation.setImplementationVersion(IMPLEMENTATION_VERSION_NAME);

// The library gives a context the next free ID above all others, even one that came with its ID: contexts proposed in
// descending order were answered under IDs that the peer never used. An ID that was given is kept here. One that is
// even or comes twice (PS3.8 section 9.3.2.2) is refused, which also keeps a request of thousands of contexts cheap.
const addWithNextID = Association.prototype.addPresentationContext;
Association.prototype.addPresentationContext = function (this: Association, abstractSyntax, ID) {
  if (ID === undefined) return addWithNextID.call(this, abstractSyntax);
  if (ID % 2 === 0 || ID < 1 || ID > LARGEST_CONTEXT_ID) {
    throw new Error(`presentation context ID ${ID}: an odd number from 1 to ${LARGEST_CONTEXT_ID} is expected`);
  }
  const contexts = this.getPresentationContexts();
  if (contexts.some(({ id }) => id === ID)) throw new Error(`presentation context ID ${ID} comes twice`);
  contexts.push({ id: ID, context: new PresentationContext(ID, abstractSyntax) });
  return ID;
};
