// The dataset of a DICOM file as it lies on disk, read piece by piece behind the file meta information.
//
// Never holds more of it than the caller's buffer, and never looks into it. Bytes are read in the background; opening
// and closing wait for the system, because for many small instances the way there and back took most of the time.

import { closeSync, constants, fstatSync, openSync, read } from 'node:fs';
import { promisify } from 'node:util';
import { codeOf, hasCode } from '../spool/error-code.ts';
import type { Failure } from '../job/failure.ts';

/** What makes the file itself wrong; every other system error may pass. */
const FILE_AT_FAULT = ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'];

const readDescriptor = promisify(read);

/** An open file; its `close` must be called. */
export class DatasetFile {
  readonly #file: string;
  readonly #descriptor: number;
  #position: number;
  #bytesLeft: number;

  private constructor(file: string, descriptor: number, start: number, bytes: number) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#position = start;
    this.#bytesLeft = bytes;
  }

  /** @returns a failure where the file cannot be read or has no dataset behind `datasetOffset`. */
  static open(file: string, datasetOffset: number): DatasetFile | { readonly failure: Failure } {
    let descriptor: number;
    try {
      // A named pipe would be waited for otherwise.
      descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      return { failure: readFailure(file, error) };
    }
    const stat = fstatSync(descriptor);
    if (stat.isFile() && stat.size > datasetOffset) {
      return new DatasetFile(file, descriptor, datasetOffset, stat.size - datasetOffset);
    }
    closeSync(descriptor);
    const text = stat.isFile() ? `${stat.size} bytes, none of a dataset from byte ${datasetOffset}` : 'not a file';
    return { failure: { reason: 'instance-unreadable', file, text } };
  }

  /** Bytes that are still to be read. */
  get bytesLeft(): number {
    return this.#bytesLeft;
  }

  /** The next bytes, as many as `buffer` holds or the file still has; a view of `buffer`. */
  async read(buffer: Buffer): Promise<Buffer | { readonly failure: Failure }> {
    const wanted = Math.min(buffer.length, this.#bytesLeft);
    for (let filled = 0; filled < wanted; ) {
      let bytesRead: number;
      try {
        ({ bytesRead } = await readDescriptor(this.#descriptor, buffer, filled, wanted - filled, this.#position));
      } catch (error) {
        return { failure: readFailure(this.#file, error) };
      }
      if (bytesRead === 0) {
        const text = `ends at byte ${this.#position}, ${this.#bytesLeft} bytes before the end it had when opened`;
        return { failure: { reason: 'instance-unreadable', file: this.#file, text } };
      }
      filled += bytesRead;
      this.#position += bytesRead;
      this.#bytesLeft -= bytesRead;
    }
    return buffer.subarray(0, wanted);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function readFailure(file: string, error: unknown): Failure {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return hasCode(error, ...FILE_AT_FAULT)
    ? { reason: 'instance-unreadable', file, text: code }
    : { reason: 'input-output', path: file, code };
}
