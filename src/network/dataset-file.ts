// The dataset of a DICOM file as it lies on disk, read piece by piece behind the file meta information.
//
// Never holds more of it than the caller's buffer, and never looks into it. Opening, the front of the file and closing
// wait for the system, because for many small instances the way to a thread and back took most of the time; what is
// longer than the front is read in the background.

import { closeSync, constants, fstatSync, openSync, read, readSync } from 'node:fs';
import { promisify } from 'node:util';
import { MAXIMUM_FRONT_BYTES, parseFileMeta } from '../dicom/file-meta.ts';
import { codeOf, hasCode } from '../spool/error-code.ts';
import type { Failure } from '../job/failure.ts';

/** What makes the file itself wrong; every other system error may pass. */
const FILE_AT_FAULT = ['ENOENT', 'EACCES', 'EISDIR', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'];

/** A buffer has room for this much beside a piece: the first is read with all that lies in front of it. */
export const FRONT_BYTES = MAXIMUM_FRONT_BYTES;

const readDescriptor = promisify(read);

/** Which dataset, and in which transfer syntax the peer is told that it is. */
export interface DatasetPlace {
  readonly file: string;
  readonly TransferSyntaxUID: string;
}

export type Failed = { readonly failure: Failure };

/** A dataset that is being read; its `close` must be called. */
export interface OpenDataset {
  /** 0 at the end. Before it, those that are known to be left: all, or some of more. */
  readonly bytesLeft: number;
  /** The next bytes, `pieceBytes` of them while there are so many; a view of `buffer`. */
  read(buffer: Buffer, pieceBytes: number): Promise<Buffer | Failed>;
  close(): void | Promise<void>;
}

/** An open file. */
export class DatasetFile implements OpenDataset {
  readonly #file: string;
  readonly #descriptor: number;
  /** Of the next byte of the dataset, from the start of the file. */
  #position: number;
  #bytesLeft: number;
  /** Where that byte stands in the buffer that was opened into, and up to where this is filled; then both are 0. */
  #inBuffer: { readonly start: number; readonly end: number };

  private constructor(file: string, descriptor: number, fileBytes: number, start: number, end: number) {
    this.#file = file;
    this.#descriptor = descriptor;
    this.#position = start;
    this.#bytesLeft = fileBytes - start;
    this.#inBuffer = { start, end };
  }

  /**
   * Opens a file and reads its front.
   * @param buffer is to be given to the first `read` too, of at least FRONT_BYTES
   * @returns a failure where the file cannot be read, has no dataset, or one in another transfer syntax
   */
  static open(place: DatasetPlace, buffer: Buffer): DatasetFile | Failed {
    let descriptor: number;
    try {
      // A named pipe would be waited for otherwise.
      descriptor = openSync(place.file, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      return { failure: readFailure(place.file, error) };
    }
    const opened = DatasetFile.#readFront(place, descriptor, buffer);
    if ('failure' in opened) closeSync(descriptor);
    return opened;
  }

  static #readFront(
    { file, TransferSyntaxUID }: DatasetPlace, descriptor: number, buffer: Buffer,
  ): DatasetFile | Failed {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) return unreadable(file, 'not a file');
    let end: number;
    try {
      end = readSync(descriptor, buffer, 0, FRONT_BYTES, 0);
    } catch (error) {
      return { failure: readFailure(file, error) };
    }
    const meta = parseFileMeta(buffer.subarray(0, end));
    if ('notDicom' in meta) return unreadable(file, meta.notDicom);
    if (meta.TransferSyntaxUID !== TransferSyntaxUID) {
      return unreadable(file, `its transfer syntax is ${meta.TransferSyntaxUID} and not ${TransferSyntaxUID} any more`);
    }
    const start = meta.datasetOffset;
    if (stat.size > start) return new DatasetFile(file, descriptor, stat.size, start, end);
    return unreadable(file, `${stat.size} bytes, none of a dataset from byte ${start}`);
  }

  /** Bytes that are still to be read. */
  get bytesLeft(): number {
    return this.#bytesLeft;
  }

  /** The next bytes, `pieceBytes` while there are so many; a view of `buffer`, which has room for FRONT_BYTES more. */
  async read(buffer: Buffer, pieceBytes: number): Promise<Buffer | Failed> {
    const { start } = this.#inBuffer;
    const wanted = Math.min(pieceBytes, this.#bytesLeft);
    for (let filled = Math.min(this.#inBuffer.end - start, wanted); filled < wanted; ) {
      let bytesRead: number;
      const position = this.#position + filled;
      try {
        ({ bytesRead } = await readDescriptor(this.#descriptor, buffer, start + filled, wanted - filled, position));
      } catch (error) {
        return { failure: readFailure(this.#file, error) };
      }
      if (bytesRead === 0) {
        const missing = this.#bytesLeft - filled;
        return unreadable(this.#file, `ends at byte ${position}, ${missing} bytes before the end it had when opened`);
      }
      filled += bytesRead;
    }
    this.#position += wanted;
    this.#bytesLeft -= wanted;
    this.#inBuffer = { start: 0, end: 0 };
    return buffer.subarray(start, start + wanted);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function unreadable(file: string, text: string): Failed {
  return { failure: { reason: 'instance-unreadable', file, text } };
}

/** Of opening or reading a file; of what has no system's code, it is thrown on. */
export function readFailure(file: string, error: unknown): Failure {
  const code = codeOf(error);
  if (code === undefined) throw error;
  return hasCode(error, ...FILE_AT_FAULT)
    ? { reason: 'instance-unreadable', file, text: code }
    : { reason: 'input-output', path: file, code };
}
