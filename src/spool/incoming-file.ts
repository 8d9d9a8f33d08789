// The file of an instance that is being received, open for writing: made by the first write, gone from here when closed.
//
// Whole blocks of the disk are written past the page cache where the file system can (open(2), O_DIRECT): that takes a
// third of the time, and a received study does not push everything else out of memory. What is small, and the end, which
// fills no block of the disk, goes through the cache.

import { closeSync, constants, openSync } from 'node:fs';
import { ALIGNMENT_BYTES } from './blocks.ts';
import { FILE_MODE } from './durable.ts';
import { hasCode } from './error-code.ts';
import { type Done, type ReceivingDisk, SMALL_WRITE_BYTES } from './receiving-disk.ts';

/** Whether the file system takes direct writes, as far as was tried. */
let takesDirectWrites = true;

export class IncomingFile {
  readonly #path: string;
  readonly #disk: ReceivingDisk;
  #wasMade = false;
  #descriptor: number | undefined;
  #directDescriptor: number | undefined;

  constructor(path: string, disk: ReceivingDisk) {
    this.#path = path;
    this.#disk = disk;
  }

  /** Whether there may be such a file. */
  get wasMade(): boolean {
    return this.#wasMade;
  }

  /** @param bytes at an aligned address, and not to be changed before it is done  @param position an aligned one, too */
  async write(bytes: Buffer, position: number): Promise<void> {
    const file = this.#open();
    const directBytes = bytes.length - (bytes.length % ALIGNMENT_BYTES);
    const wasDirect = directBytes >= SMALL_WRITE_BYTES
      && await this.#writeDirect(bytes.subarray(0, directBytes), position);
    const done = wasDirect ? directBytes : 0;
    if (done < bytes.length) await this.#disk.write(file, bytes.subarray(done), position + done);
  }

  /** Makes everything that was written durable. */
  settle(): Done {
    return this.#disk.syncData(this.#open());
  }

  close(): void {
    if (this.#directDescriptor !== undefined) closeSync(this.#directDescriptor);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#directDescriptor = undefined;
    this.#descriptor = undefined;
  }

  #open(): number {
    this.#wasMade = true;
    this.#descriptor ??= openSync(this.#path, 'wx', FILE_MODE);
    return this.#descriptor;
  }

  /** @returns false where the file system does not take direct writes; then nothing was written */
  async #writeDirect(bytes: Buffer, position: number): Promise<boolean> {
    if (!takesDirectWrites) return false;
    try {
      this.#directDescriptor ??= openSync(this.#path, constants.O_WRONLY | constants.O_DIRECT);
      await this.#disk.write(this.#directDescriptor, bytes, position);
      return true;
    } catch (error) {
      if (!hasCode(error, 'EINVAL', 'ENOTSUP')) throw error;
      takesDirectWrites = false;
      return false;
    }
  }
}
