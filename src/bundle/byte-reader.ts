// Reads pieces of bytes as if they were one after the other: so many of them whole, or so many of them as they come.

import { DamagedBundle } from './bundle.ts';

export class ByteReader {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next bytes, in memory. @throws {DamagedBundle} where there are not so many */
  async read(bytes: number): Promise<Buffer> {
    const read: Uint8Array[] = [];
    for await (const piece of this.stream(bytes)) read.push(piece);
    return Buffer.concat(read);
  }

  /** The next bytes, as they come. To be read to the end. @throws {DamagedBundle} where there are not so many */
  async* stream(bytes: number): AsyncGenerator<Uint8Array> {
    for (let left = bytes; left > 0;) {
      if (this.#piece.length === 0) await this.#next();
      const piece = this.#piece.subarray(0, left);
      this.#piece = this.#piece.subarray(piece.length);
      left -= piece.length;
      yield piece;
    }
  }

  /** Ends the source. */
  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #next(): Promise<void> {
    const next = await this.#pieces.next();
    if (next.done === true) throw new DamagedBundle('it is cut short');
    this.#piece = next.value;
  }
}
