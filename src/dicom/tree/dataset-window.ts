// A window on the bytes of a data set that moves forward over them: what is looked at lies in one buffer, and what is
// not wanted is passed over unread.

import type { DatasetBytes, Malformed } from './dataset-bytes.ts';

const WINDOW_BYTES = 64 * 1024;

export class DatasetWindow {
  readonly #source: DatasetBytes;
  #buffer = Buffer.allocUnsafeSlow(WINDOW_BYTES);
  #from = 0;
  #to = 0;
  #position = 0;

  constructor(source: DatasetBytes) {
    this.#source = source;
  }

  /** Of the next byte, in the data set. */
  get position(): number {
    return this.#position;
  }

  /** What is held from the position on: a view, good until the next `hold`. */
  get held(): Buffer {
    return this.#buffer.subarray(this.#from, this.#to);
  }

  get heldBytes(): number {
    return this.#to - this.#from;
  }

  /** The buffer behind `held`, in which the position is at `start`. */
  get buffer(): Buffer {
    return this.#buffer;
  }

  get start(): number {
    return this.#from;
  }

  /** Sees to it that so many bytes are held. Fewer are only at the end of the data set. */
  async hold(bytes: number): Promise<Malformed | undefined> {
    if (this.heldBytes >= bytes) return undefined;
    const buffer = bytes > this.#buffer.length ? Buffer.allocUnsafeSlow(bytes) : this.#buffer;
    this.#buffer.copy(buffer, 0, this.#from, this.#to);
    this.#to -= this.#from;
    this.#from = 0;
    this.#buffer = buffer;
    const read = await this.#source.read(this.#position + this.#to, buffer.subarray(this.#to));
    if (typeof read !== 'number') return read;
    this.#to += read;
    return undefined;
  }

  /** Goes on by so many bytes. That there are as many shows when the next ones are held. */
  pass(bytes: number): void {
    this.#position += bytes;
    this.#from = Math.min(this.#to, this.#from + bytes);
  }
}
