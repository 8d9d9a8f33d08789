// Takes a dataset that is read as a whole, because it is small: copied as it comes, in pieces of any size, up to a
// limit. What is longer is passed over and refused.

import { RESOURCE_LIMITATION } from '../dicom/status.ts';
import type { InstanceSink, StoreAnswer } from './store-hooks.ts';

/** Room for what reports tell of 20 000 instances; who asks for more to be committed asks in several transactions. */
export const MAXIMUM_COLLECTED_BYTES = 4 * 1024 * 1024;
const FIRST_BYTES = 4096;

export class CollectedDataset implements InstanceSink {
  readonly #take: (dataset: Buffer) => Promise<StoreAnswer>;
  #collected = Buffer.alloc(FIRST_BYTES);
  #bytes = 0;

  /** @param take answers once the dataset has come */
  constructor(take: (dataset: Buffer) => Promise<StoreAnswer>) {
    this.#take = take;
  }

  write(chunk: Buffer): undefined {
    const bytes = this.#bytes + chunk.length;
    if (bytes <= MAXIMUM_COLLECTED_BYTES) this.#makeRoom(bytes);
    else this.#collected = Buffer.alloc(0);
    chunk.copy(this.#collected, this.#bytes);
    this.#bytes = bytes;
  }

  async end(): Promise<StoreAnswer> {
    if (this.#bytes > MAXIMUM_COLLECTED_BYTES) {
      return { status: RESOURCE_LIMITATION, comment: `longer than ${MAXIMUM_COLLECTED_BYTES} bytes` };
    }
    return this.#take(this.#collected.subarray(0, this.#bytes));
  }

  async abort(): Promise<void> {
    this.#collected = Buffer.alloc(0);
  }

  /** Twice as much each time, so that what comes byte by byte is not copied for each of them. */
  #makeRoom(bytes: number): void {
    if (bytes <= this.#collected.length) return;
    const grown = Buffer.alloc(Math.max(bytes, 2 * this.#collected.length));
    this.#collected.copy(grown);
    this.#collected = grown;
  }
}
