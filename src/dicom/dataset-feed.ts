// Gives a parser the bytes of a dataset as they come, in chunks of any size: inflates them where they are deflated,
// passes over what the parser does not want, and holds the beginning of what has not come whole. Copies what it needs
// of a chunk and no more: the chunk's buffer may be used again as soon as `push` has returned.

import { formatTag } from './element-head.ts';
import type { Inflater } from './inflate.ts';

/** `more`: wants the next bytes. `complete`: all that is wanted is there. `failed`: it cannot be read. */
export type FeedState = 'more' | 'complete' | 'failed';

/** What finds its way through the bytes of a dataset that is not deflated. */
export interface DatasetParser {
  state: FeedState;
  /** Why it failed, as an ending to "the dataset …". */
  readonly failure: string | undefined;
  /** How many bytes from the end of those that `parse` took it must be given at once, while it wants more. */
  readonly neededBytes: number;
  /** How many bytes after those that `parse` took are to be passed over. */
  skipBytes: number;
  /** The tag met last, for messages. */
  readonly lastTag: number;
  /** Whether the end of what was parsed can be the end of the dataset, if no bytes are left or to be skipped. */
  readonly isOutsideSequences: boolean;
  /** Parses the whole elements at the front and says how many bytes they took. What is left is too short for one. */
  parse(bytes: Buffer): number;
  fail(failure: string): void;
}

export class DatasetFeed {
  readonly #parser: DatasetParser;
  readonly #inflater: Inflater | undefined;

  // The beginning of a head or value whose end has not come yet.
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(parser: DatasetParser, inflater: Inflater | undefined) {
    this.#parser = parser;
    this.#inflater = inflater;
  }

  /** Why reading failed, as an ending to "the dataset …". */
  get failure(): string | undefined {
    return this.#parser.failure;
  }

  /** How many of the next bytes will be passed over unseen: whoever can, calls `skip` instead of pushing them. */
  get skippableBytes(): number {
    return this.#inflater === undefined ? this.#parser.skipBytes : 0;
  }

  /** Counts bytes of the dataset as passed over, at most `skippableBytes`. */
  skip(bytes: number): void {
    this.#parser.skipBytes -= bytes;
  }

  /** Takes the next bytes of the dataset. */
  push(chunk: Buffer): FeedState {
    if (this.#inflater === undefined) {
      this.#read(chunk);
    } else if (this.#parser.state === 'more') {
      this.#inflater.push(chunk);
      this.#readInflated(this.#inflater, false);
    }
    return this.#parser.state;
  }

  /** Tells that no more bytes will come: `complete` if the dataset ended after a whole element, else `failed`. */
  finish(): FeedState {
    if (this.#inflater !== undefined) this.#readInflated(this.#inflater, true);
    const parser = this.#parser;
    if (parser.state === 'more') {
      if (this.#heldBytes === 0 && parser.skipBytes === 0 && parser.isOutsideSequences) parser.state = 'complete';
      else parser.fail(`ends within or after ${formatTag(parser.lastTag)}`);
    }
    return parser.state;
  }

  #readInflated(inflater: Inflater, atEnd: boolean): void {
    while (this.#parser.state === 'more') {
      const inflated = inflater.next(atEnd);
      if (inflated === undefined) return;
      if ('failure' in inflated) this.#parser.fail(inflated.failure);
      else this.#read(inflated.bytes);
    }
  }

  #read(chunk: Buffer): void {
    const parser = this.#parser;
    let rest = chunk;
    while (rest.length > 0 && parser.state === 'more') {
      if (parser.skipBytes > 0) {
        const passed = Math.min(parser.skipBytes, rest.length);
        parser.skipBytes -= passed;
        rest = rest.subarray(passed);
      } else if (this.#heldBytes > 0) {
        // Only what completes the held head or value is joined to it, not the whole chunk.
        const missing = rest.subarray(0, parser.neededBytes - this.#heldBytes);
        rest = rest.subarray(missing.length);
        this.#hold(missing);
        if (this.#heldBytes === parser.neededBytes) this.#parseHeld();
      } else {
        this.#hold(rest.subarray(parser.parse(rest)));
        return;
      }
    }
  }

  #parseHeld(): void {
    const joined = Buffer.concat(this.#held, this.#heldBytes);
    this.#held = [];
    this.#heldBytes = 0;
    this.#hold(joined.subarray(this.#parser.parse(joined)));
  }

  #hold(bytes: Buffer): void {
    if (bytes.length === 0 || this.#parser.state !== 'more') return;
    this.#held.push(Buffer.from(bytes));
    this.#heldBytes += bytes.length;
  }
}
