// The dataset of a DICOM file in another transfer syntax, made while it is read: in no file, and a frame at a time.

import { convertDataset } from '../dicom/codec/convert.ts';
import { FrameFault } from '../dicom/codec/decoded-frames.ts';
import type { Failure } from '../job/failure.ts';
import { readFailure, type DatasetPlace, type Failed, type OpenDataset } from './dataset-file.ts';

const NOTHING = Buffer.alloc(0);

export class ConvertedDataset implements OpenDataset {
  readonly #place: DatasetPlace;
  readonly #to: string;
  readonly #pieces: AsyncGenerator<Buffer, undefined>;
  /** What was made and not read: empty at the end only. */
  #made: Buffer = NOTHING;

  private constructor(place: DatasetPlace, to: string, pieces: AsyncGenerator<Buffer, undefined>) {
    this.#place = place;
    this.#to = to;
    this.#pieces = pieces;
  }

  /** @returns why it cannot be converted, or not be read */
  static async open(place: DatasetPlace, to: string): Promise<ConvertedDataset | Failed> {
    try {
      const pieces = await convertDataset(place.file, to);
      if ('inconvertible' in pieces) return { failure: inconvertible(place, to, pieces.inconvertible) };
      const dataset = new ConvertedDataset(place, to, pieces);
      await dataset.#make();
      return dataset;
    } catch (error) {
      return { failure: faultOf(place, to, error) };
    }
  }

  get bytesLeft(): number {
    return this.#made.length;
  }

  async read(buffer: Buffer, pieceBytes: number): Promise<Buffer | Failed> {
    let filled = 0;
    try {
      while (filled < pieceBytes && this.#made.length > 0) {
        const copied = this.#made.copy(buffer, filled, 0, Math.min(this.#made.length, pieceBytes - filled));
        this.#made = this.#made.subarray(copied);
        filled += copied;
        if (this.#made.length === 0) await this.#make();
      }
      return buffer.subarray(0, filled);
    } catch (error) {
      return { failure: faultOf(this.#place, this.#to, error) };
    }
  }

  async close(): Promise<void> {
    await this.#pieces.return(undefined);
  }

  async #make(): Promise<void> {
    let made: IteratorResult<Buffer, undefined>;
    do made = await this.#pieces.next(); while (made.done !== true && made.value.length === 0);
    this.#made = made.value ?? NOTHING;
  }
}

function faultOf(place: DatasetPlace, to: string, error: unknown): Failure {
  return error instanceof FrameFault ? inconvertible(place, to, error.undecodable) : readFailure(place.file, error);
}

function inconvertible({ file, TransferSyntaxUID }: DatasetPlace, to: string, text: string): Failure {
  return { reason: 'instance-inconvertible', file, TransferSyntaxUID, to, text };
}
