// An instance that is being received: a file in temp that grows as the object comes in.
//
// What comes is gathered in a block, which is written in place when it is full: that is a matter of memory, for nothing
// that was received stays unsynced for long. One block is held, however long the object and however small its pieces.
// A crash leaves the file, whose name tells which process wrote it: see leftover-instances.ts. Nothing here decides
// what becomes of the file.

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { BLOCK_BYTES, giveBack, lendBlock } from './blocks.ts';
import { FILE_MODE, removeFileDurable } from './durable.ts';
import type { Layout } from './layout.ts';
import { nextIncomingName } from './leftover-instances.ts';
import type { Done, ReceivingDisk } from './receiving-disk.ts';

/** So much of a long object may wait for the disk before the peer is held back, and as much again while it waits. */
const SYNC_BYTES = 8 * 1024 * 1024;

export class IncomingInstance {
  readonly path: string;
  readonly #disk: ReceivingDisk;
  #file: number | undefined;
  #wasMade = false;
  #block: Buffer | undefined;
  #filled = 0;
  #unsyncedBytes = 0;
  /** The fsync of what was written before, while more comes; it stays when it failed. */
  #syncing: Promise<void> | undefined;
  #isDiscarded = false;

  /** Nothing is on disk yet. @param fileMeta what stands in front of the dataset, preamble included */
  constructor(layout: Layout, disk: ReceivingDisk, fileMeta: Buffer) {
    this.path = join(layout.temp, nextIncomingName());
    this.#disk = disk;
    this.#gather(fileMeta);
  }

  /**
   * Takes the next bytes of the dataset, which may change afterwards.
   * @returns a promise where the disk is behind: wait before the next call. It rejects with the system's error.
   */
  write(chunk: Buffer): Done {
    if (this.#isDiscarded) return undefined;
    try {
      this.#gather(chunk);
    } catch (error) {
      return Promise.reject(error);
    }
    return this.#unsyncedBytes < SYNC_BYTES ? undefined : this.#syncMeanwhile();
  }

  /** Writes what is left and makes the content durable. Rejects with the system's error. */
  async settle(): Promise<void> {
    this.#writeBlock();
    await this.#syncing;
    await this.#disk.syncData(this.#open());
    this.#close();
  }

  /** Removes the file, whatever state it is in; what is written afterwards goes nowhere. */
  async discard(): Promise<void> {
    this.#isDiscarded = true;
    this.#giveBack();
    await Promise.allSettled([this.#syncing]); // its failure was told to who wrote, or does not matter any more
    this.#close();
    if (this.#wasMade) await removeFileDurable(this.path);
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
    const file = this.#open();
    // A disk that fills up takes a part; the next attempt says why.
    for (let written = 0; written < this.#filled; ) {
      written += writeSync(file, this.#block as Buffer, written, this.#filled - written);
    }
    this.#unsyncedBytes += this.#filled;
    this.#filled = 0;
    this.#giveBack();
  }

  /** Begins to sync what was written, once the last such fsync is done: the peer waits for that one only. */
  #syncMeanwhile(): Done {
    const last = this.#syncing;
    this.#unsyncedBytes = 0;
    this.#syncing = Promise.resolve(last).then(() => this.#disk.syncDataInThread(this.#open()));
    // Its failure is told to whoever writes or settles next; until then it must not count as one that nobody saw.
    this.#syncing.catch(() => undefined);
    return last;
  }

  #open(): number {
    this.#wasMade = true;
    this.#file ??= openSync(this.path, 'wx', FILE_MODE);
    return this.#file;
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #giveBack(): void {
    if (this.#block !== undefined) giveBack(this.#block);
    this.#block = undefined;
  }
}
