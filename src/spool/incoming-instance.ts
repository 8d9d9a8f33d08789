// An instance that is being received: a file in temp that grows as the object comes in.
//
// What comes is gathered in blocks, and coming and writing overlap; at most four blocks are held, however long the
// object is. A crash leaves the file, whose name tells which process wrote it: see leftover-instances.ts. Nothing here
// decides what becomes of the file.

import { join } from 'node:path';
import { BLOCK_BYTES, giveBack, lendBlock } from './blocks.ts';
import { removeFileDurable } from './durable.ts';
import { IncomingFile } from './incoming-file.ts';
import type { Layout } from './layout.ts';
import { nextIncomingName } from './leftover-instances.ts';
import type { Done, ReceivingDisk } from './receiving-disk.ts';

/** So many blocks are being written before the peer is held back. */
const BLOCKS_UNDER_WAY = 2;

export class IncomingInstance {
  readonly path: string;
  readonly #file: IncomingFile;
  #block: Buffer | undefined;
  #filled = 0;
  /** Where in the file the block belongs. */
  #position = 0;
  /** What is being written, and what failed. */
  readonly #underWay = new Set<Promise<void>>();
  #hasFailed = false;
  #isDiscarded = false;

  /** Nothing is on disk yet. @param fileMeta what stands in front of the dataset, preamble included */
  constructor(layout: Layout, disk: ReceivingDisk, fileMeta: Buffer) {
    this.path = join(layout.temp, nextIncomingName());
    this.#file = new IncomingFile(this.path, disk);
    this.#gather(fileMeta);
  }

  /**
   * Takes the next bytes of the dataset, which may change afterwards.
   * @returns a promise where the disk is behind: wait before the next call. It rejects with the system's error.
   */
  write(chunk: Buffer): Done {
    if (this.#isDiscarded) return undefined;
    this.#gather(chunk);
    return this.#hasFailed || this.#underWay.size >= BLOCKS_UNDER_WAY ? Promise.race(this.#underWay) : undefined;
  }

  /** Writes what is left and makes the content durable. Rejects with the system's error. */
  async settle(): Promise<void> {
    // One after the other: the end may be written in place, and would wait there for what a thread writes.
    await Promise.all(this.#underWay);
    this.#writeBlock();
    await Promise.all(this.#underWay);
    await this.#file.settle();
    this.#file.close();
  }

  /** Removes the file, whatever state it is in; what is written afterwards goes nowhere. */
  async discard(): Promise<void> {
    this.#isDiscarded = true;
    if (this.#block !== undefined) giveBack(this.#block);
    this.#block = undefined;
    await Promise.allSettled(this.#underWay); // a failure was told to who wrote, or does not matter any more
    this.#file.close();
    if (this.#file.wasMade) await removeFileDurable(this.path);
  }

  #gather(bytes: Buffer): void {
    for (let taken = 0; taken < bytes.length; ) {
      this.#block ??= lendBlock();
      const copied = bytes.copy(this.#block, this.#filled, taken);
      taken += copied;
      this.#filled += copied;
      if (this.#filled === BLOCK_BYTES) this.#writeBlock();
    }
  }

  #writeBlock(): void {
    const block = this.#block;
    if (block === undefined) return;
    const writing = this.#file.write(block.subarray(0, this.#filled), this.#position)
      .finally(() => giveBack(block))
      .then(() => {
        this.#underWay.delete(writing);
      });
    // A failure is told to whoever writes or settles next; until then it must not count as one that nobody saw.
    writing.catch(() => {
      this.#hasFailed = true;
    });
    this.#underWay.add(writing);
    this.#position += this.#filled;
    this.#block = undefined;
    this.#filled = 0;
  }
}
