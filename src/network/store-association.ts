// One association with a peer that stores to us, from the connection to its end (the acceptor's half of the state
// machine of PS3.8 section 9.2).
//
// Promises: whatever a peer sends or fails to send, the association ends released, aborted or lost, its socket is
// closed, and what was incomplete is dropped. A peer that is faster than the disk is held back.

import { type Abort, abortFor } from './abort-reason.ts';
import type { AssociationAcceptor, AssociationPdu } from './association-acceptor.ts';
import { findProtocolRejection } from './associate-request.ts';
import { cryptoText } from './certificate.ts';
import { cutIntoFragments, maximumFragmentBytes } from './data-fragments.ts';
import { MessageReader } from './message-reader.ts';
import { negotiateContexts } from './negotiate-contexts.ts';
import { PduReader } from './pdu-reader.ts';
import { readSocket } from './read-socket.ts';
import { type Rejection, rejectForNow } from './rejection.ts';
import type { AssociationSummary, StorePeer, StoreScpHooks } from './store-hooks.ts';
import { StoreMessages } from './store-messages.ts';
import { unmapAddress } from './unmap-address.ts';

/** Limits of one association, and whether there is room for it beside the others. */
export interface StoreAssociationOptions {
  /** The longest P-DATA-TF that we take. */
  readonly pduLength: number;
  /** From the connection to A-ASSOCIATE-RQ, and from an abort or rejection to the peer's close (the ARTIM timer). */
  readonly artimSeconds: number;
  /** Without a byte from the peer while we wait for one. */
  readonly idleSeconds: number;
  /** Whether the limit of associations is reached without this one. */
  isFull(): boolean;
}

/** Notices peers that were switched off. */
const KEEP_ALIVE_MILLISECONDS = 60_000;
/** Then others have theirs: a peer that waits for no answer may have sent thousands of requests at once. */
const ANSWERS_IN_ONE_TURN = 16;

type AssociateRequest = Extract<AssociationPdu, { type: 'associate-request' }>;

export class StoreAssociation {
  /** Settles when nothing of the association is left, on the network or on disk. */
  readonly closed: Promise<void>;
  readonly #connection: AssociationAcceptor;
  readonly #options: StoreAssociationOptions;
  readonly #hooks: StoreScpHooks;
  readonly #reader: PduReader;
  #state: 'awaiting-request' | 'negotiating' | 'established' | 'over' = 'awaiting-request';
  #peer: StorePeer;
  #artim: NodeJS.Timeout;
  #messageReader: MessageReader | undefined;
  #messages: StoreMessages | undefined;
  /** When it was accepted, on the clock of performance.now(). */
  #establishedAt: number | undefined;
  #ending: Pick<AssociationSummary, 'how' | 'text'> | undefined;
  /** Whether reading waits: for the disk, or for the peer to take a response. */
  #isHeld = false;
  #isSending = false;
  #answers = 0;
  #isFinishing = false;

  constructor(connection: AssociationAcceptor, options: StoreAssociationOptions, hooks: StoreScpHooks) {
    this.#connection = connection;
    this.#options = options;
    this.#hooks = hooks;
    const { socket } = connection;
    this.#peer = { callingAETitle: '', calledAETitle: '', address: unmapAddress(socket.remoteAddress) };
    this.#reader = new PduReader(options.pduLength, {
      otherPdu: (pdu) => this.#readOtherPdu(pdu),
      fragment: (...fragment) => this.#readFragment(...fragment),
      fault: (fault) => this.#abort(abortFor(fault)),
    });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MILLISECONDS);
    readSocket(socket, (chunk) => this.#read(chunk));
    socket.on('timeout', () => this.#endIdle());
    socket.on('error', (error) => {
      this.#end({ how: 'lost', text: cryptoText(error) });
      this.destroy(); // a TLS socket stays open after bytes that somebody meddled with
    });
    this.closed = new Promise((resolve, reject) => {
      socket.once('close', () => this.#close().then(resolve, reject));
    });
    this.#artim = setTimeout(() => this.#endUnasked(), options.artimSeconds * 1000);
  }

  /** Asked for or established, and not over: it counts towards the limit of associations. */
  get isOpen(): boolean {
    return this.#state === 'negotiating' || this.#state === 'established';
  }

  /** Ends it: at once, or after the answer to the message that is under way. */
  finish(): void {
    this.#isFinishing = true;
    const isBusy = this.#messageReader?.isWithinMessage === true || this.#messages?.isAnswering === true;
    if (!isBusy) this.abort();
  }

  /** Aborts it for a reason of our own. */
  abort(text = 'the receiver stops'): void {
    this.#abort({ text });
  }

  /** Ends it, where it is not open, for the sake of others that may ask for more. */
  giveWay(): void {
    if (this.#state === 'awaiting-request') {
      this.#hooks.associationRejected(this.#peer, 'too many connections are open that ask for no association');
    }
    this.destroy();
  }

  /** Does not wait for the peer any longer. */
  destroy(): void {
    this.#connection.socket.destroy();
  }

  #read(chunk: Buffer): 'more' | 'hold' {
    let held: Promise<void> | undefined;
    try {
      held = this.#reader.read(chunk);
    } catch (error) {
      this.#endByBug(error);
      return 'more';
    }
    if (held === undefined) return 'more';
    this.#isHeld = true;
    held.catch((error: unknown) => this.#endByBug(error)).finally(() => {
      this.#isHeld = false;
      this.#connection.socket.resume();
    });
    return 'hold';
  }

  #readOtherPdu(pdu: Buffer): Promise<void> | undefined {
    const read = this.#connection.parsePdu(pdu);
    switch (read.type) {
      case 'associate-request':
        if (this.#state === 'awaiting-request') return this.#negotiate(read);
        break;
      case 'release-request':
        if (this.#state === 'established' && this.#messageReader?.isWithinMessage === false) {
          this.#end({ how: 'released' }); // first: whoever hears that it is released may look at what it left
          this.#connection.sendAssociationReleaseResponse();
          this.#leave();
          return undefined;
        }
        break;
      case 'abort':
        this.#end({ how: 'aborted', text: `by the peer, source ${read.source}, reason ${read.reason}` });
        this.destroy();
        return undefined;
      case 'malformed':
        this.#abort(abortFor({ reason: 'pdu-malformed', text: read.text }));
        return undefined;
      case 'misplaced':
        break;
    }
    this.#abort(abortFor({ reason: 'pdu-misplaced', type: pdu[0] ?? 0 }));
    return undefined;
  }

  #readFragment(...fragment: Parameters<MessageReader['fragment']>): Promise<void> | undefined {
    if (this.#messageReader !== undefined) return this.#messageReader.fragment(...fragment);
    this.#abort(abortFor({ reason: 'data-misplaced' }));
    return undefined;
  }

  async #negotiate(request: AssociateRequest): Promise<void> {
    clearTimeout(this.#artim);
    this.#state = 'negotiating';
    const { association } = request;
    const callingAETitle = association.getCallingAeTitle();
    const calledAETitle = association.getCalledAeTitle();
    this.#peer = { callingAETitle, calledAETitle, address: this.#peer.address };

    const rejection = findProtocolRejection(request) ?? this.#rejectIfFull()
      ?? await this.#hooks.acceptAssociation(this.#peer);
    if (!this.isOpen) return; // the peer or the operator ended it meanwhile
    if (rejection !== undefined) return this.#reject(rejection);

    const { pduLength, idleSeconds } = this.#options;
    const fragmentBytes = maximumFragmentBytes(association.getMaxPduLength(), pduLength);
    if (fragmentBytes === undefined) {
      return this.#abort(abortFor({ reason: 'maximum-length', length: association.getMaxPduLength() }));
    }
    const contexts = negotiateContexts(association, (UID) => this.#hooks.acceptsSOPClass(UID));
    this.#messages = new StoreMessages({
      contexts,
      openInstance: (instance) => this.#hooks.openInstance({ ...instance, peer: this.#peer }),
      commitmentReported: (message) => this.#hooks.commitmentReported({ ...message, peer: this.#peer }),
      respond: (contextId, command) => this.#respond(contextId, command, fragmentBytes),
      fault: (fault) => this.#abort(abortFor(fault)),
    });
    this.#messageReader = new MessageReader(this.#messages);
    this.#state = 'established';
    this.#establishedAt = performance.now();
    this.#connection.socket.setTimeout(idleSeconds * 1000);
    this.#connection.accept(association, pduLength);
  }

  #rejectIfFull(): Rejection | undefined {
    return this.#options.isFull() ? rejectForNow('the limit of associations is reached') : undefined;
  }

  #reject(rejection: Rejection): void {
    this.#hooks.associationRejected(this.#peer, rejection.text);
    this.#connection.reject(rejection);
    this.#end({ how: 'aborted' });
    this.#leave();
  }

  /** Settles when the peer's side of the socket has taken the response, so that answers never pile up. */
  async #respond(contextId: number, command: Buffer, fragmentBytes: number): Promise<void> {
    const { socket } = this.#connection;
    if (!socket.writable) return; // the peer is gone; it will send again
    const pieces = cutIntoFragments(command, fragmentBytes, { contextId, isCommand: true, endsMessagePart: true });
    this.#isSending = true;
    await new Promise<void>((resolve) => {
      const hasRoom = socket.write(Buffer.concat(pieces), () => resolve());
      if (hasRoom) resolve();
    });
    this.#isSending = false;
    this.#answers += 1;
    if (this.#answers % ANSWERS_IN_ONE_TURN === 0) await new Promise(setImmediate);
    if (this.#isFinishing) this.abort();
  }

  #abort({ reason, text }: { readonly reason?: Abort['reason']; readonly text: string }): void {
    if (this.#state === 'over') return;
    const wasAssociation = this.#establishedAt !== undefined;
    const wasAsked = this.#state === 'negotiating';
    if (!wasAssociation && (wasAsked || reason !== undefined)) this.#hooks.associationRejected(this.#peer, text);
    if (this.#connection.socket.writable) this.#connection.abort(reason);
    this.#end({ how: 'aborted', text });
    this.#leave();
  }

  #endByBug(error: unknown): void {
    this.abort(formatBug(error));
  }

  /** The ARTIM timer ended without a request: the connection is closed (PS3.8 section 9.2.3, action AA-2). */
  #endUnasked(): void {
    const text = `no association was asked for within ${this.#options.artimSeconds} s`;
    this.#hooks.associationRejected(this.#peer, text);
    this.destroy();
  }

  #endIdle(): void {
    const { idleSeconds } = this.#options;
    if (this.#isSending) return this.abort(`the peer took no answer for ${idleSeconds} s`);
    if (!this.#isHeld) return this.abort(`the peer sent nothing for ${idleSeconds} s`);
    this.#connection.socket.setTimeout(idleSeconds * 1000); // it is the disk that keeps us waiting, not the peer
  }

  /** Notes how it ended; the first to say so is right. Nothing more is read. */
  #end(ending: Pick<AssociationSummary, 'how' | 'text'>): void {
    if (this.#ending === undefined && this.#establishedAt !== undefined) this.#hooks.storingEnded(this.#peer);
    this.#ending ??= ending;
    this.#state = 'over';
    this.#reader.stop();
  }

  /** The peer closes the connection, or time does. */
  #leave(): void {
    clearTimeout(this.#artim);
    this.#connection.socket.end();
    this.#artim = this.#destroyAfterArtim();
  }

  #destroyAfterArtim(): NodeJS.Timeout {
    return setTimeout(() => this.destroy(), this.#options.artimSeconds * 1000);
  }

  async #close(): Promise<void> {
    clearTimeout(this.#artim);
    this.#connection.connected = false;
    this.#end({ how: 'lost', text: 'the peer closed the connection' });
    try {
      await this.#messages?.end();
    } catch (error) {
      this.#ending = { how: 'aborted', text: formatBug(error) };
    }
    if (this.#establishedAt === undefined || this.#messages === undefined || this.#ending === undefined) return;
    const seconds = Math.round(performance.now() - this.#establishedAt) / 1000;
    this.#hooks.associationEnded(this.#peer, { ...this.#ending, ...this.#messages.counts, seconds });
  }
}

/** An exception is a mistake of ours. It costs one association, not those of others, and the log tells where it was. */
function formatBug(error: unknown): string {
  return `internal error: ${error instanceof Error ? error.stack : String(error)}`;
}
