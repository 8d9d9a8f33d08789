// Reads the leading elements of a dataset from chunks as they arrive, on the path of every received instance. Copies
// what it needs of a chunk and no more: the chunk's buffer may be used again as soon as `push` has returned.

import { formatTag } from './element-head.ts';
import { Header } from './header-elements.ts';
import { HeaderParser, type HeaderState } from './header-parser.ts';
import { Inflater } from './inflate.ts';
import { tagOf } from './keywords.ts';
import { transferSyntax } from './transfer-syntaxes.ts';

const DEFAULT_MAXIMUM_BYTES = 16 * 1024 * 1024;

export interface HeaderReaderOptions {
  /** The first tag that is not read any more, as group << 16 | element; FloatPixelData if left out. */
  untilTag?: number;
  /** The most that the values kept, and the inflated part of a deflated dataset, may take; 16 MiB if left out. */
  maximumBytes?: number;
}

/**
 * Takes a dataset in chunks of any size until it says `complete` or `failed`; what is pushed afterwards is ignored.
 * Elements may come in any order before `untilTag`. Stops, too, at an element above it: PixelData, mostly.
 */
export class HeaderReader {
  /** What was read so far. */
  readonly header: Header;
  readonly #parser: HeaderParser;
  readonly #inflater: Inflater | undefined;

  // The beginning of a head or value whose end has not come yet.
  #held: Buffer[] = [];
  #heldBytes = 0;

  constructor(TransferSyntaxUID: string, options: HeaderReaderOptions = {}) {
    const syntax = transferSyntax(TransferSyntaxUID);
    const { untilTag = tagOf('FloatPixelData'), maximumBytes = DEFAULT_MAXIMUM_BYTES } = options;
    this.#parser = new HeaderParser(syntax, untilTag, maximumBytes);
    this.#inflater = syntax.deflated ? new Inflater(maximumBytes) : undefined;
    this.header = new Header(TransferSyntaxUID, this.#parser.elements);
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
  push(chunk: Buffer): HeaderState {
    if (this.#inflater === undefined) {
      this.#read(chunk);
    } else if (this.#parser.state === 'more') {
      this.#inflater.push(chunk);
      this.#readInflated(this.#inflater, false);
    }
    return this.#parser.state;
  }

  /** Tells that no more bytes will come: `complete` if the dataset ended after a whole element, else `failed`. */
  finish(): HeaderState {
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
