// Inflates the front of a raw deflate stream (RFC 1951) as it arrives, only as far as someone asks, and never beyond
// a limit: a few bytes of such a stream can stand for gigabytes.

import { constants, inflateRawSync } from 'node:zlib';

// A dataset's header mostly inflates from this much. Each further attempt starts again with twice as many bytes; all
// of them together cost no more than twice the last, and nothing stays open in between as a zlib stream would.
const FIRST_ATTEMPT_BYTES = 4096;

const CUT_SHORT = 'ends within its deflate stream';

/** Newly inflated bytes, or why there are none and will be none. */
export type Inflated = { bytes: Buffer } | { failure: string };

/** The front of a deflate stream. Holds little more of it than `maximumBytes`, and nothing that was inflated. */
export class Inflater {
  readonly #maximumBytes: number;
  /** What was pushed, with room for as much again: pieces of one byte each would take a hundred times as much. */
  #stream = Buffer.alloc(0);
  #streamBytes = 0;
  #triedBytes = 0;
  #inflatedBytes = 0;
  #limitReached = false;

  constructor(maximumBytes: number) {
    this.#maximumBytes = maximumBytes;
  }

  /** Adds the next bytes of the stream. */
  push(chunk: Buffer): void {
    const streamBytes = this.#streamBytes + chunk.length;
    if (streamBytes > this.#stream.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#stream.length, streamBytes));
      this.#stream.copy(larger, 0, 0, this.#streamBytes);
      this.#stream = larger;
    }
    chunk.copy(this.#stream, this.#streamBytes);
    this.#streamBytes = streamBytes;
  }

  /** The next inflated bytes; undefined if there are none before more is pushed. `atEnd`: nothing more will be. */
  next(atEnd: boolean): Inflated | undefined {
    if (this.#limitReached) return { failure: `inflates to more than ${this.#maximumBytes} bytes` };
    const attemptBytes = Math.max(FIRST_ATTEMPT_BYTES, this.#triedBytes * 2);
    const availableBytes = Math.min(attemptBytes, this.#streamBytes);
    if (availableBytes === this.#triedBytes) return atEnd && !this.#isWhole() ? { failure: CUT_SHORT } : undefined;
    if (availableBytes > this.#maximumBytes) return { failure: `is longer than ${this.#maximumBytes} bytes deflated` };
    if (availableBytes < attemptBytes && !atEnd) return undefined;
    return this.#inflate(availableBytes);
  }

  /** Inflates from the start what was pushed first; of what goes beyond the limit as much as does not. */
  #inflate(availableBytes: number): Inflated {
    let fits = this.#triedBytes;
    let tooMany = availableBytes + 1;
    let tryBytes = availableBytes;
    let inflated: Buffer | undefined;
    while (tooMany - fits > 1) {
      const attempt = inflate(this.#stream.subarray(0, tryBytes), this.#maximumBytes, constants.Z_SYNC_FLUSH);
      if (attempt === 'corrupt') return { failure: 'is no valid deflate stream' };
      if (attempt === 'beyond the limit') {
        this.#limitReached = true;
        tooMany = tryBytes;
      } else {
        fits = tryBytes;
        inflated = attempt;
      }
      tryBytes = (fits + tooMany) >>> 1;
    }
    this.#triedBytes = fits;
    const bytes = inflated?.subarray(this.#inflatedBytes) ?? Buffer.alloc(0);
    this.#inflatedBytes += bytes.length;
    return { bytes };
  }

  // Only an inflation that must reach the end tells a stream that is cut short from a whole one.
  #isWhole(): boolean {
    return inflate(this.#stream.subarray(0, this.#streamBytes), this.#maximumBytes, constants.Z_FINISH) !== 'corrupt';
  }
}

function inflate(stream: Buffer, maximumBytes: number, finishFlush: number): Buffer | 'corrupt' | 'beyond the limit' {
  try {
    return inflateRawSync(stream, { finishFlush, maxOutputLength: maximumBytes });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') return 'beyond the limit';
    if (code.startsWith('Z_')) return 'corrupt';
    throw error;
  }
}
