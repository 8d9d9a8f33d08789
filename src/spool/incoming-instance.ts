// An instance that is being received: a file in temp that grows as the object comes in.
//
// Chunks are gathered into larger writes, and coming and writing overlap; at most two such writes' worth is held in
// memory, however long the object is and however small its pieces. A crash leaves the file, whose name tells which process wrote it: see
// leftover-instances.ts. Nothing here decides what becomes of the file.

import { open, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { removeFileDurable, syncFile } from './durable.ts';
import type { Layout } from './layout.ts';
import { nextIncomingName } from './leftover-instances.ts';

const FILE_MODE = 0o640;
/** Large enough that the cost of a call does not count, small enough for many associations at once. */
const WRITE_BYTES = 256 * 1024;
/** A peer may send in tiny pieces; what one call takes is limited by the system to 1024 of them. */
const WRITE_PIECES = 1024;
/** A smaller piece is copied: a view of few bytes would hold all that was read with it, which is up to 64 KiB. */
const COPIED_BELOW_BYTES = 4096;

export class IncomingInstance {
  readonly path: string;
  #file: FileHandle | undefined;
  #gathered: Buffer[] = [];
  #gatheredBytes = 0;
  /** The write under way, or the one that failed. */
  #writing: Promise<void> | undefined;
  #isDiscarded = false;

  /** Nothing is on disk yet. @param fileMeta what stands in front of the dataset, preamble included */
  constructor(layout: Layout, fileMeta: Buffer) {
    this.path = join(layout.temp, nextIncomingName());
    this.#gather(fileMeta);
  }

  /**
   * Takes the next bytes of the dataset; the buffer must not change afterwards.
   * @returns a promise where the disk is behind: wait before the next call. It rejects with the system's error.
   */
  write(chunk: Buffer): Promise<void> | undefined {
    if (this.#isDiscarded) return undefined;
    this.#gather(chunk);
    if (this.#gatheredBytes < WRITE_BYTES && this.#gathered.length < WRITE_PIECES) return undefined;
    if (this.#writing !== undefined) return this.#writing.then(() => this.#startWriting());
    this.#startWriting();
    return undefined;
  }

  /** Writes what is left and makes the content durable. Rejects with the system's error. */
  async settle(): Promise<void> {
    await this.#writing;
    await this.#writeGathered();
    await this.#close();
    await syncFile(this.path);
  }

  /** Removes the file, whatever state it is in; what is written afterwards goes nowhere. */
  async discard(): Promise<void> {
    this.#isDiscarded = true;
    this.#gathered = [];
    await Promise.allSettled([this.#writing]); // its failure was told to who wrote, or does not matter any more
    await this.#close();
    await removeFileDurable(this.path);
  }

  #gather(chunk: Buffer): void {
    this.#gathered.push(chunk.length < COPIED_BELOW_BYTES ? Buffer.from(chunk) : chunk);
    this.#gatheredBytes += chunk.length;
  }

  #startWriting(): void {
    if (this.#isDiscarded) return;
    this.#writing = this.#writeGathered().then(() => {
      this.#writing = undefined;
    });
    // A failure is told to whoever writes or settles next; until then it must not count as one that nobody saw.
    this.#writing.catch(() => undefined);
  }

  async #writeGathered(): Promise<void> {
    const pieces = this.#gathered;
    const bytes = this.#gatheredBytes;
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#file ??= await open(this.path, 'wx', FILE_MODE);
    const { bytesWritten } = await this.#file.writev(pieces);
    // A disk that fills up takes a part; the next attempt says why.
    if (bytesWritten < bytes) await this.#file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
  }

  async #close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}
