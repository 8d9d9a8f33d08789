// Puts the fragments of P-DATA-TF together to DIMSE messages (PS3.7 section 6.3.1, PS3.8 annex E.2): a command set,
// small and parsed as a whole, then the dataset that it announces, handed on as it comes.

import { type CommandSet, NO_DATASET, parseCommandSet } from './command-set.ts';

/** What is wrong with a peer's fragments. */
export type MessageFault =
  | { readonly reason: 'context-unknown'; readonly presentationContextID: number }
  | { readonly reason: 'command-expected' }
  | { readonly reason: 'dataset-expected' }
  | { readonly reason: 'command-bytes'; readonly maximum: number }
  | { readonly reason: 'command-malformed'; readonly text: string };

/** Who gets the messages. A returned promise holds back all that follows. */
export interface MessageConsumer {
  isAcceptedContext(presentationContextID: number): boolean;
  command(presentationContextID: number, command: CommandSet, hasDataset: boolean): Promise<void> | undefined;
  /** The next bytes of the dataset of the last command, as a view that changes after the call. */
  dataset(chunk: Buffer): Promise<void> | undefined;
  datasetEnd(): Promise<void> | undefined;
  fault(fault: MessageFault): void;
}

/** The commands of the standard take some hundred bytes. */
const MAXIMUM_COMMAND_BYTES = 16 * 1024;

export class MessageReader {
  readonly #consumer: MessageConsumer;
  /** The command so far: a copy, because views of one byte each would hold all that was read with them. */
  readonly #command = Buffer.alloc(MAXIMUM_COMMAND_BYTES);
  #commandBytes = 0;
  /** The context of the message that is coming in; undefined between messages. */
  #presentationContextID: number | undefined;
  #expectsDataset = false;

  constructor(consumer: MessageConsumer) {
    this.#consumer = consumer;
  }

  /** Whether a message has begun and not ended. */
  get isWithinMessage(): boolean {
    return this.#presentationContextID !== undefined;
  }

  /** As PduConsumer has it. */
  fragment(presentationContextID: number, isCommand: boolean, isLast: boolean, chunk: Buffer,
    endOfFragment: boolean): Promise<void> | undefined {
    const isOfThisMessage = this.#presentationContextID === undefined
      ? this.#consumer.isAcceptedContext(presentationContextID)
      : this.#presentationContextID === presentationContextID;
    if (!isOfThisMessage) return this.#fail({ reason: 'context-unknown', presentationContextID });
    if (isCommand && this.#expectsDataset) return this.#fail({ reason: 'dataset-expected' });
    if (!isCommand && !this.#expectsDataset) return this.#fail({ reason: 'command-expected' });
    this.#presentationContextID = presentationContextID;
    const ends = isLast && endOfFragment;
    return isCommand ? this.#readCommand(presentationContextID, chunk, ends) : this.#readDataset(chunk, ends);
  }

  #readCommand(presentationContextID: number, chunk: Buffer, ends: boolean): Promise<void> | undefined {
    if (this.#commandBytes + chunk.length > MAXIMUM_COMMAND_BYTES) {
      return this.#fail({ reason: 'command-bytes', maximum: MAXIMUM_COMMAND_BYTES });
    }
    this.#commandBytes += chunk.copy(this.#command, this.#commandBytes);
    if (!ends) return undefined;

    const command = parseCommandSet(this.#command.subarray(0, this.#commandBytes));
    this.#commandBytes = 0;
    if ('fault' in command) return this.#fail({ reason: 'command-malformed', text: command.fault });
    this.#expectsDataset = command.CommandDataSetType !== undefined && command.CommandDataSetType !== NO_DATASET;
    if (!this.#expectsDataset) this.#presentationContextID = undefined;
    return this.#consumer.command(presentationContextID, command, this.#expectsDataset);
  }

  #readDataset(chunk: Buffer, ends: boolean): Promise<void> | undefined {
    const written = chunk.length > 0 ? this.#consumer.dataset(chunk) : undefined;
    if (!ends) return written;
    return written === undefined ? this.#endDataset() : written.then(() => this.#endDataset());
  }

  #endDataset(): Promise<void> | undefined {
    this.#expectsDataset = false;
    this.#presentationContextID = undefined;
    return this.#consumer.datasetEnd();
  }

  #fail(fault: MessageFault): undefined {
    this.#consumer.fault(fault);
  }
}
