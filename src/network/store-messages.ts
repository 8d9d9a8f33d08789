// Answers the messages of one association: C-STORE (PS3.7 section 9.1.1) through a sink, C-ECHO (section 9.1.5),
// N-EVENT-REPORT of storage commitment (section 10.1.1), and whatever else with "unrecognized operation". One message
// at a time, in the order in which they come.
//
// Promises: a request is answered when its whole dataset was taken, and only once; a sink ends or is aborted.

import { STORAGE_COMMITMENT_SOP_CLASS } from '../dicom/commitment.ts';
import { INVALID_ARGUMENT_VALUE, SUCCESS, UNRECOGNIZED_OPERATION } from '../dicom/status.ts';
import { CollectedDataset } from './collected-dataset.ts';
import { COMMAND_FIELD, type CommandSet, encodeCommandSet, NO_DATASET } from './command-set.ts';
import type { MessageConsumer, MessageFault } from './message-reader.ts';
import type { AcceptedContext } from './negotiate-contexts.ts';
import type { CommitmentMessage, InstanceSink, StoreAnswer, StoreRequest } from './store-hooks.ts';
import { refusalFor } from './store-refusals.ts';

/** What the messages of an association need of it. */
export interface StoreMessagesOptions {
  readonly contexts: ReadonlyMap<number, AcceptedContext>;
  openInstance(request: Omit<StoreRequest, 'peer'>): InstanceSink;
  commitmentReported(message: Omit<CommitmentMessage, 'peer'>): Promise<StoreAnswer>;
  /** Sends a command set that answers in a context. */
  respond(presentationContextID: number, command: Buffer): Promise<void>;
  fault(fault: MessageFault): void;
}

/** A request whose dataset is coming in. What has no sink is passed over; what has no answer gets none. */
interface Message {
  readonly presentationContextID: number;
  readonly request: CommandSet & { readonly CommandField: number };
  readonly sink?: InstanceSink;
  readonly answer?: StoreAnswer;
}

/** Set in the CommandField of every response. */
const RESPONSE = 0x8000;

export class StoreMessages implements MessageConsumer {
  /** Instances answered with success, those answered with a failure, and bytes of datasets. */
  readonly counts: { instances: number; refused: number; bytes: number; known?: number } = {
    instances: 0, refused: 0, bytes: 0,
  };
  readonly #options: StoreMessagesOptions;
  #message: Message | undefined;
  #answering: Promise<void> | undefined;

  constructor(options: StoreMessagesOptions) {
    this.#options = options;
  }

  /** Whether a request is complete and its answer not sent yet. */
  get isAnswering(): boolean {
    return this.#answering !== undefined;
  }

  isAcceptedContext(presentationContextID: number): boolean {
    return this.#options.contexts.has(presentationContextID);
  }

  command(presentationContextID: number, command: CommandSet, hasDataset: boolean): Promise<void> | undefined {
    const { CommandField, MessageID } = command;
    if (CommandField === undefined || (CommandField & RESPONSE) !== 0) {
      return this.#fail('neither a request nor asked for');
    }
    const isCancel = CommandField === COMMAND_FIELD['C-CANCEL-RQ'];
    if (MessageID === undefined && !isCancel) return this.#fail('MessageID is missing');
    this.#message = this.#begin({ presentationContextID, request: { ...command, CommandField } }, hasDataset);
    return hasDataset ? undefined : this.datasetEnd();
  }

  dataset(chunk: Buffer): Promise<void> | undefined {
    this.counts.bytes += chunk.length;
    return this.#message?.sink?.write(chunk);
  }

  datasetEnd(): Promise<void> | undefined {
    const message = this.#message;
    if (message === undefined) return undefined;
    this.#message = undefined;
    this.#answering = this.#answer(message).finally(() => {
      this.#answering = undefined;
    });
    return this.#answering;
  }

  fault(fault: MessageFault): void {
    this.#options.fault(fault);
  }

  /** The association is over: drops what is incomplete, and waits for what is being answered. */
  async end(): Promise<void> {
    const incomplete = this.#message;
    this.#message = undefined;
    await incomplete?.sink?.abort();
    await this.#answering;
  }

  #begin(message: Message, hasDataset: boolean): Message {
    const isOfCommitment = this.#contextOf(message)?.abstractSyntax === STORAGE_COMMITMENT_SOP_CLASS;
    switch (message.request.CommandField) {
      case COMMAND_FIELD['C-STORE-RQ']:
        if (isOfCommitment) return { ...message, answer: { status: UNRECOGNIZED_OPERATION } };
        if (!hasDataset) return { ...message, answer: refusalFor('no-dataset', 'no dataset was sent') };
        return { ...message, sink: this.#openInstance(message) };
      case COMMAND_FIELD['C-ECHO-RQ']:
        return { ...message, answer: { status: SUCCESS } };
      case COMMAND_FIELD['C-CANCEL-RQ']:
        return message; // nothing that could be cancelled is ever under way, and it has no response
      case COMMAND_FIELD['N-EVENT-REPORT-RQ']:
        if (!isOfCommitment) return { ...message, answer: { status: UNRECOGNIZED_OPERATION } };
        if (!hasDataset) return { ...message, answer: { status: INVALID_ARGUMENT_VALUE } };
        return { ...message, sink: this.#collectReport(message) };
      default:
        return { ...message, answer: { status: UNRECOGNIZED_OPERATION } };
    }
  }

  #contextOf({ presentationContextID }: Message): AcceptedContext | undefined {
    return this.#options.contexts.get(presentationContextID);
  }

  #openInstance(message: Message): InstanceSink {
    const { AffectedSOPClassUID = '', AffectedSOPInstanceUID = '' } = message.request;
    const { TransferSyntaxUID = '' } = this.#contextOf(message) ?? {};
    return this.#options.openInstance({ AffectedSOPClassUID, AffectedSOPInstanceUID, TransferSyntaxUID });
  }

  #collectReport(message: Message): InstanceSink {
    const { AffectedSOPInstanceUID = '', EventTypeID = 0 } = message.request;
    const { TransferSyntaxUID = '' } = this.#contextOf(message) ?? {};
    return new CollectedDataset((dataset) => {
      return this.#options.commitmentReported({ AffectedSOPInstanceUID, EventTypeID, TransferSyntaxUID, dataset });
    });
  }

  async #answer({ presentationContextID, request, ...message }: Message): Promise<void> {
    const answer = message.answer ?? await message.sink?.end();
    if (answer === undefined) return;
    if (request.CommandField === COMMAND_FIELD['C-STORE-RQ']) {
      if (answer.status === SUCCESS) this.counts.instances += 1;
      else this.counts.refused += 1;
      if (answer.known === true) this.counts.known = (this.counts.known ?? 0) + 1;
    }
    await this.#options.respond(presentationContextID, encodeCommandSet({
      AffectedSOPClassUID: request.AffectedSOPClassUID ?? request.RequestedSOPClassUID,
      CommandField: request.CommandField | RESPONSE,
      MessageIDBeingRespondedTo: request.MessageID,
      CommandDataSetType: NO_DATASET,
      Status: answer.status,
      ErrorComment: answer.comment,
      AffectedSOPInstanceUID: request.AffectedSOPInstanceUID ?? request.RequestedSOPInstanceUID,
      EventTypeID: request.CommandField === COMMAND_FIELD['N-EVENT-REPORT-RQ'] ? request.EventTypeID : undefined,
    }));
  }

  #fail(text: string): undefined {
    this.#options.fault({ reason: 'command-malformed', text });
  }
}
