// Puts the fragments of P-DATA-TF together to the command sets of responses, on the side that asked.
//
// Not MessageReader: a response to C-STORE or C-ECHO has no dataset, whatever its CommandDataSetType says; some peers
// set it wrongly and send none. Never holds more than the longest command set.

import { parseCommandSet, type CommandSet } from './command-set.ts';

/** No response has a longer command set; one that has is not collected. */
const MAXIMUM_COMMAND_BYTES = 64 * 1024;

export class ResponseReader {
  #chunks: Buffer[] = [];
  #bytes = 0;

  /**
   * Takes a chunk of a fragment, see PduConsumer.
   * @returns the command when `endsMessagePart`, undefined before; a fault where a peer sends what no response is.
   */
  fragment(isCommand: boolean, endsMessagePart: boolean, chunk: Buffer): CommandSet | Fault | undefined {
    if (!isCommand) return { fault: 'a dataset with a response that has none' };
    this.#bytes += chunk.length;
    if (this.#bytes > MAXIMUM_COMMAND_BYTES) return { fault: `a response of more than ${MAXIMUM_COMMAND_BYTES} bytes` };
    if (chunk.length > 0) this.#chunks.push(Buffer.from(chunk)); // of empty ones there may be any number
    if (!endsMessagePart) return undefined;
    const command = parseCommandSet(Buffer.concat(this.#chunks));
    this.#chunks = [];
    this.#bytes = 0;
    return 'fault' in command ? { fault: `unreadable response: ${command.fault}` } : command;
  }
}

interface Fault {
  readonly fault: string;
}
