// What a peer says on an association that we opened and on which it may ask us, too (PS3.7 section 6.3.1; storage
// commitment reports so, PS3.4 section J.3.3): responses to what we asked, and its requests, dataset whole, each
// answered in its turn.
//
// Memory is bounded as CollectedDataset bounds it. What is no request that anybody takes is answered so.

import { UNRECOGNIZED_OPERATION } from '../dicom/status.ts';
import { CollectedDataset } from './collected-dataset.ts';
import { COMMAND_FIELD, encodeCommandSet, NO_DATASET, type CommandSet } from './command-set.ts';
import { MessageReader, type MessageConsumer, type MessageFault } from './message-reader.ts';
import type { StoreAnswer } from './store-hooks.ts';

/** Answers an N-EVENT-REPORT of the peer's. */
export type TakeReport = (report: { readonly command: CommandSet; readonly dataset: Buffer }) => Promise<StoreAnswer>;

/** What the association does with what is read. */
export interface PeerRequestsOptions {
  readonly takeReport: TakeReport;
  isAcceptedContext(presentationContextID: number): boolean;
  /** A response has come, to a request of ours. */
  responded(command: CommandSet): void;
  /** Sends a command set that answers in a context. */
  respond(presentationContextID: number, command: Buffer): void;
  fault(fault: MessageFault): void;
}

/** Set in the CommandField of every response. */
const RESPONSE = 0x8000;

export class PeerRequests implements MessageConsumer {
  readonly reader = new MessageReader(this);
  readonly #options: PeerRequestsOptions;
  /** The request that is coming in. The dataset of a response, which none has that we ask for, is passed over. */
  #request:
    | { readonly contextId: number; readonly command: CommandSet; readonly dataset: CollectedDataset }
    | undefined;

  constructor(options: PeerRequestsOptions) {
    this.#options = options;
  }

  isAcceptedContext(presentationContextID: number): boolean {
    return this.#options.isAcceptedContext(presentationContextID);
  }

  command(contextId: number, command: CommandSet, hasDataset: boolean): Promise<void> | undefined {
    const { CommandField = 0 } = command;
    this.#request = undefined;
    if ((CommandField & RESPONSE) !== 0) {
      this.#options.responded(command);
      return undefined;
    }
    const isReport = CommandField === COMMAND_FIELD['N-EVENT-REPORT-RQ'];
    const dataset = new CollectedDataset(async (bytes) => {
      return isReport ? this.#options.takeReport({ command, dataset: bytes }) : { status: UNRECOGNIZED_OPERATION };
    });
    this.#request = { contextId, command, dataset };
    return hasDataset ? undefined : this.datasetEnd();
  }

  dataset(chunk: Buffer): undefined {
    this.#request?.dataset.write(chunk);
  }

  async datasetEnd(): Promise<void> {
    const request = this.#request;
    this.#request = undefined;
    if (request === undefined) return;
    const { status } = await request.dataset.end();
    this.#options.respond(request.contextId, encodeResponse(request.command, status));
  }

  fault(fault: MessageFault): void {
    this.#options.fault(fault);
  }
}

function encodeResponse(request: CommandSet, Status: number): Buffer {
  return encodeCommandSet({
    AffectedSOPClassUID: request.AffectedSOPClassUID ?? request.RequestedSOPClassUID,
    CommandField: (request.CommandField ?? 0) | RESPONSE,
    MessageIDBeingRespondedTo: request.MessageID,
    CommandDataSetType: NO_DATASET,
    Status,
    AffectedSOPInstanceUID: request.AffectedSOPInstanceUID ?? request.RequestedSOPInstanceUID,
    EventTypeID: request.EventTypeID,
  });
}
