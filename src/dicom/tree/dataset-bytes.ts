// The bytes of a file's data set by their place in it, inflated where they are deflated. Holds no more than one block.

import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { createInflateRaw } from 'node:zlib';
import type { FileMeta } from '../file-meta.ts';
import { transferSyntax } from '../transfer-syntaxes.ts';

/** Why something cannot be read as a data set, as an ending to "the file …". */
export interface Malformed {
  readonly malformed: string;
}

/** To be closed. Reads reject as the file system does. */
export interface DatasetBytes {
  /**
   * Fills the buffer with what lies from that byte of the data set on. The number of bytes is smaller than the buffer
   * at the end only; a place beyond the end is malformed.
   */
  read(offset: number, buffer: Buffer): Promise<number | Malformed>;
  close(): Promise<void>;
}

/** A thousandth of it is enough to stand for as much: the longest time and room that a deflated data set is given. */
const MAXIMUM_INFLATED_BYTES = 2 ** 31;

const BLOCK_BYTES = 64 * 1024;

/** @throws as the file system does */
export async function openDatasetBytes(
  file: string | Buffer, { datasetOffset, TransferSyntaxUID }: FileMeta,
): Promise<DatasetBytes> {
  if (transferSyntax(TransferSyntaxUID).deflated) return new InflatedBytes(file, datasetOffset);
  const handle = await open(file, 'r');
  const { size } = await handle.stat();
  return new PlainBytes(handle, datasetOffset, size - datasetOffset);
}

class PlainBytes implements DatasetBytes {
  readonly #file: FileHandle;
  readonly #start: number;
  readonly #length: number;

  constructor(file: FileHandle, start: number, length: number) {
    this.#file = file;
    this.#start = start;
    this.#length = length;
  }

  async read(offset: number, buffer: Buffer): Promise<number | Malformed> {
    if (offset > this.#length) return endsBefore(offset, this.#length);
    let filled = 0;
    while (filled < buffer.length) {
      const place = this.#start + offset + filled;
      const { bytesRead } = await this.#file.read(buffer, filled, buffer.length - filled, place);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return filled;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** Quick where it is read forward; whoever goes back has it inflated from the start again. */
class InflatedBytes implements DatasetBytes {
  readonly #file: string | Buffer;
  readonly #start: number;
  #blocks: AsyncIterator<Buffer> | undefined;
  #block: Buffer = Buffer.alloc(0);
  /** Of the block's first byte, in the inflated data set. */
  #blockOffset = 0;

  constructor(file: string | Buffer, start: number) {
    this.#file = file;
    this.#start = start;
  }

  async read(offset: number, buffer: Buffer): Promise<number | Malformed> {
    if (this.#blocks === undefined || offset < this.#blockOffset) await this.#restart();
    for (let filled = 0; ; ) {
      const from = offset + filled - this.#blockOffset;
      if (from < this.#block.length) filled += this.#block.copy(buffer, filled, from);
      if (filled === buffer.length) return filled;
      const next = await this.#nextBlock();
      if (next === 'end') {
        return filled === 0 && offset > this.#blockOffset ? endsBefore(offset, this.#blockOffset) : filled;
      }
      if (next !== undefined) return next;
    }
  }

  async close(): Promise<void> {
    await this.#blocks?.return?.();
    this.#blocks = undefined;
  }

  async #restart(): Promise<void> {
    await this.close();
    this.#blocks = inflate(this.#file, this.#start);
    this.#block = Buffer.alloc(0);
    this.#blockOffset = 0;
  }

  async #nextBlock(): Promise<'end' | Malformed | undefined> {
    this.#blockOffset += this.#block.length;
    this.#block = Buffer.alloc(0);
    if (this.#blockOffset > MAXIMUM_INFLATED_BYTES) {
      return { malformed: `inflates to more than ${MAXIMUM_INFLATED_BYTES} bytes` };
    }
    try {
      const { value, done } = await this.#blocks?.next() ?? { value: undefined, done: true };
      if (done === true) return 'end';
      this.#block = value;
      return undefined;
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      if (!code.startsWith('Z_')) throw error;
      return { malformed: code === 'Z_BUF_ERROR' ? 'ends within its deflate stream' : 'is no valid deflate stream' };
    }
  }
}

async function* inflate(file: string | Buffer, start: number): AsyncGenerator<Buffer, undefined> {
  const deflated = createReadStream(file, { start, highWaterMark: BLOCK_BYTES });
  const inflated = createInflateRaw({ chunkSize: BLOCK_BYTES });
  deflated.on('error', (error) => inflated.destroy(error));
  try {
    yield* deflated.pipe(inflated);
  } finally {
    deflated.destroy();
    inflated.destroy();
  }
  return undefined;
}

function endsBefore(offset: number, length: number): Malformed {
  return { malformed: `ends after ${length} bytes of its dataset, of which ${offset} were announced` };
}
