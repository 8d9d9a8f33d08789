// One association that this side opened: asked for, used for one request after the other, released or aborted.
//
// Promises: whatever a peer does or does not do, each method ends within its time-out and says so in a Failure; after
// a failure the association is over, the socket gone. Responses are matched by MessageIDBeingRespondedTo.
// Never sends a second request before the first is answered: no other window is negotiated.

import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { codeOf } from '../spool/error-code.ts';
import type { Failure } from '../job/failure.ts';
import { abortFor } from './abort-reason.ts';
import type { AssociationAccept } from './association-accept.ts';
import { A_ABORT, A_RELEASE_RP, A_RELEASE_RQ, encodeAssociateRequest, parseAssociationPdu } from './association-pdus.ts';
import type { ProposedContext } from './association-plan.ts';
import { COMMAND_FIELD, encodeCommandSet, type CommandSet } from './command-set.ts';
import { tlsFailure } from './connect.ts';
import { ContextAnswers } from './context-answers.ts';
import { cutIntoFragments, maximumFragmentBytes } from './data-fragments.ts';
import { PduReader } from './pdu-reader.ts';
import { PeerRequests, type TakeReport } from './peer-requests.ts';
import { DEFAULT_MAXIMUM_PDU_LENGTH, type Peer } from './peer.ts';
import { readSocket } from './read-socket.ts';
import { ResponseReader } from './response-reader.ts';
import { wordTlsRefusal } from './tls-refusal.ts';

/** What the peer has said; the last word of an association is its failure, kept in #failure. */
type Reply =
  | { readonly kind: 'accepted'; readonly accept: AssociationAccept }
  | { readonly kind: 'command'; readonly command: CommandSet }
  | { readonly kind: 'released' };

type Failed = { readonly failure: Failure };

/** How long an abort may take to leave before the socket is destroyed under it. */
const ABORT_MILLISECONDS = 1000;
const MAXIMUM_MESSAGE_ID = 65535;

/** Made by `openAssociation`, see open-association.ts. */
export class AssociationScu {
  readonly #socket: Socket;
  readonly #peer: Peer;
  readonly #proposed: readonly ProposedContext[];
  /** There when the peer has accepted the association. */
  #answers: ContextAnswers | undefined;
  #fragmentBytes = 0;
  #lastMessageId = 0;
  readonly #responses = new ResponseReader();
  /** There where the peer may ask us, too. */
  readonly #requests: PeerRequests | undefined;
  /** Settles when the peer's last request is answered. */
  #answering: Promise<unknown> = Promise.resolve();
  /** What is reported from then on is kept, and can be answered no more. */
  #isReleasing = false;
  readonly #replies: Reply[] = [];
  /** Why the association is over, also where it was released; undefined while it lives. */
  #failure: Failure | undefined;
  /** Called when a reply has come or the association has ended. */
  #wake: (() => void) | undefined;

  constructor(socket: Socket, peer: Peer, proposed: readonly ProposedContext[], takeReport?: TakeReport) {
    this.#socket = socket;
    this.#peer = peer;
    this.#proposed = proposed;
    this.#requests = takeReport === undefined ? undefined : this.#listenToRequests(takeReport);
    const reader = new PduReader(peer.maximumPDULength, {
      otherPdu: (pdu) => this.#readPdu(pdu),
      fragment: (contextId, isCommand, isLast, chunk, endOfFragment) => {
        if (this.#failure !== undefined) return undefined;
        if (this.#requests !== undefined) {
          return this.#requests.reader.fragment(contextId, isCommand, isLast, chunk, endOfFragment);
        }
        const command = this.#responses.fragment(isCommand, isLast && endOfFragment, chunk);
        if (command === undefined) return undefined;
        if ('fault' in command) this.#breach(command.fault);
        else this.#take({ kind: 'command', command });
        return undefined;
      },
      fault: (fault) => void this.#breach(abortFor(fault).text),
    });
    readSocket(socket, (chunk) => {
      const held = reader.read(chunk); // by a request of the peer's; replies are few and short
      if (held === undefined) return 'more';
      this.#answering = held.catch((error: unknown) => this.abort({ reason: 'internal-error', text: inspect(error) }))
        .finally(() => socket.resume());
      return 'hold';
    });
    socket.on('error', (error) => {
      const isRefusal = peer.tls !== undefined && wordTlsRefusal(error) !== undefined;
      this.#end(isRefusal ? tlsFailure(peer, error) : this.#lost(codeOf(error) ?? error.message));
    });
    socket.on('close', () => this.#end(this.#lost('closed by the peer')));
  }

  /** Proposes the contexts and waits for the answer. */
  async associate(): Promise<Failed | undefined> {
    if (this.#failure !== undefined) return { failure: this.#failure };
    this.#socket.write(encodeAssociateRequest(this.#peer, this.#proposed));
    const reply = await this.#nextReply(this.#peer.timeouts.associationSeconds);
    if ('failure' in reply) return reply;
    if (reply.kind !== 'accepted') return this.#breach(`${reply.kind} instead of an answer to the association request`);

    const { maximumPDULength } = reply.accept;
    this.#answers = new ContextAnswers(this.#proposed, reply.accept);
    const fragmentBytes = maximumFragmentBytes(maximumPDULength, DEFAULT_MAXIMUM_PDU_LENGTH);
    if (fragmentBytes === undefined) return this.#breach(`no data fits its maximum PDU length ${maximumPDULength}`);
    this.#fragmentBytes = fragmentBytes;
    return undefined;
  }

  /** Whether the peer accepted the context in the syntax that was proposed. */
  accepts(context: ProposedContext): boolean {
    return this.#answers?.accepts(context.id) === true;
  }

  /** Whether the peer takes its SOP Class in no transfer syntax, as far as it says so. */
  refusesClass(context: ProposedContext): boolean {
    return this.#answers?.refusesClass(context.id) === true;
  }

  /** The most bytes of a dataset in one PDU. */
  get fragmentBytes(): number {
    return this.#fragmentBytes;
  }

  /** The buffers that carry a request's command set, and the ID that its response will name. */
  encodeRequest(context: ProposedContext, request: CommandSet): { MessageID: number; command: Buffer[] } {
    this.#lastMessageId = (this.#lastMessageId % MAXIMUM_MESSAGE_ID) + 1;
    const MessageID = this.#lastMessageId;
    const bytes = encodeCommandSet({ ...request, MessageID });
    const of = { contextId: context.id, isCommand: true, endsMessagePart: true };
    return { MessageID, command: cutIntoFragments(bytes, this.#fragmentBytes, of) };
  }

  /**
   * Writes buffers one after the other in one go, and waits until the system has taken them: what is done with the
   * buffers afterwards does not matter, and a slow peer holds the caller back.
   */
  async write(pieces: readonly Buffer[]): Promise<Failed | undefined> {
    if (this.#failure !== undefined) return { failure: this.#failure };
    let isTaken = false;
    this.#socket.cork();
    pieces.forEach((piece, index) => {
      const isLast = index === pieces.length - 1;
      this.#socket.write(piece, isLast ? () => {
        isTaken = true;
        this.#wake?.();
      } : undefined);
    });
    this.#socket.uncork();
    await this.#until(() => isTaken, this.#peer.timeouts.responseSeconds);
    return this.#failure === undefined ? undefined : { failure: this.#failure };
  }

  /** The response to the request of this ID. Anything else that comes instead ends the association. */
  async response(MessageID: number, field: keyof typeof COMMAND_FIELD): Promise<{ readonly Status: number } | Failed> {
    const reply = await this.#nextReply(this.#peer.timeouts.responseSeconds);
    if ('failure' in reply) return reply;
    if (reply.kind !== 'command') return this.#breach(`${reply.kind} instead of a response`);
    const { CommandField, MessageIDBeingRespondedTo, Status } = reply.command;
    if (CommandField !== COMMAND_FIELD[field]) return this.#breach(`command ${CommandField} instead of ${field}`);
    if (MessageIDBeingRespondedTo !== MessageID) {
      return this.#breach(`a response to message ${MessageIDBeingRespondedTo} instead of ${MessageID}`);
    }
    if (Status === undefined) return this.#breach('a response without a status');
    return { Status };
  }

  /**
   * Waits for what the peer does by itself; that it does nothing within `seconds` is no failure.
   * @param hasHappened asked after each of its requests
   */
  async linger(hasHappened: () => boolean, seconds: number): Promise<void> {
    let isOver = false;
    await this.#until(() => isOver || hasHappened(), seconds, () => {
      isOver = true;
      this.#wake?.();
    });
  }

  /** Ends an association of which nothing is expected any more. A peer that does not answer has lost nothing. */
  async release(): Promise<void> {
    await this.#answering;
    if (this.#failure !== undefined) return;
    this.#isReleasing = true;
    this.#socket.write(A_RELEASE_RQ);
    await this.#nextReply(this.#peer.timeouts.releaseSeconds);
    this.#end({ reason: 'peer-aborted', text: 'released' });
  }

  /** Ends the association at once with A-ABORT, so that the peer drops what has come of a message. */
  abort(failure: Failure): void {
    if (this.#failure !== undefined) return;
    this.#socket.write(A_ABORT);
    this.#end(failure);
  }

  #listenToRequests(takeReport: TakeReport): PeerRequests {
    return new PeerRequests({
      takeReport,
      isAcceptedContext: (contextId) => this.#answers?.accepts(contextId) === true,
      responded: (command) => this.#take({ kind: 'command', command }),
      respond: (contextId, bytes) => {
        const of = { contextId, isCommand: true, endsMessagePart: true };
        const response = Buffer.concat(cutIntoFragments(bytes, this.#fragmentBytes, of));
        if (this.#failure === undefined && !this.#isReleasing) this.#socket.write(response);
        this.#wake?.();
      },
      fault: (fault) => void this.#breach(abortFor(fault).text),
    });
  }

  #breach(text: string): Failed {
    const failure = { reason: 'peer-aborted', text } as const;
    this.abort(failure);
    return { failure };
  }

  #lost(text: string): Failure {
    const isWordless = this.#fragmentBytes === 0 && this.#peer.tls === undefined;
    const hint = isWordless ? ' before it said a word; it may expect TLS' : '';
    return { reason: 'peer-aborted', text: `connection lost: ${text}${hint}` };
  }

  /** What is written already still leaves; a peer that does not take it is not waited for. */
  #end(failure: Failure): undefined {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#socket.destroySoon();
    setTimeout(() => this.#socket.destroy(), ABORT_MILLISECONDS).unref();
    this.#wake?.();
  }

  #readPdu(pdu: Buffer): undefined {
    if (this.#failure !== undefined) return;
    const word = parseAssociationPdu(pdu);
    if ('fault' in word) return void this.#breach(word.fault);
    switch (word.kind) {
      case 'accepted': case 'released': return this.#take(word);
      case 'ended': return this.#end(word.failure);
      case 'asks for release':
        this.#socket.write(A_RELEASE_RP);
        return this.#end({ reason: 'peer-aborted', text: 'the peer released the association before all was sent' });
    }
  }

  #take(reply: Reply): undefined {
    // A response may come before its request has left completely; more than that nobody asked for.
    if (this.#replies.length > 0) {
      this.#breach('replies that nobody asked for');
      return;
    }
    this.#replies.push(reply);
    this.#wake?.();
  }

  async #nextReply(seconds: number): Promise<Reply | Failed> {
    await this.#until(() => this.#replies.length > 0, seconds);
    const reply = this.#replies.shift();
    if (reply !== undefined) return reply;
    if (this.#failure === undefined) throw new Error('neither a reply nor a failure');
    return { failure: this.#failure };
  }

  /** Until something has happened or the association has ended; after `seconds`, unless told, it is aborted. */
  async #until(
    hasHappened: () => boolean, seconds: number, giveUp = () => this.abort({ reason: 'peer-silent', seconds }),
  ): Promise<void> {
    if (hasHappened() || this.#failure !== undefined) return;
    const timer = setTimeout(giveUp, seconds * 1000);
    await new Promise<void>((resolve) => {
      this.#wake = () => {
        if (hasHappened() || this.#failure !== undefined) resolve();
      };
    });
    this.#wake = undefined;
    clearTimeout(timer);
  }
}
