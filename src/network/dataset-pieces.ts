// Reads the datasets of files one after the other, a piece at a time, each piece while the one before is on its way.
//
// Promises: two buffers, whatever the number and size of the files, and a frame where one is converted; a file is open
// only while it is read.

import type { Failure } from '../job/failure.ts';
import { DatasetFile, FRONT_BYTES, type DatasetPlace, type Failed, type OpenDataset } from './dataset-file.ts';

/** A dataset, and the transfer syntax in which it is to leave. */
export interface OutgoingDataset extends DatasetPlace {
  readonly sentAs: string;
}

/** The next bytes of a file's dataset, or why there are none; then the next piece is of the next file. */
export type Piece<Place> =
  | { readonly of: Place; readonly bytes: Buffer; readonly isFirst: boolean; readonly isLast: boolean }
  | { readonly of: Place; readonly failure: Failure; readonly isFirst: boolean };

export class DatasetPieces<Place extends OutgoingDataset> {
  readonly #pieces: AsyncGenerator<Piece<Place>, undefined>;
  #next: Promise<IteratorResult<Piece<Place>, undefined>>;

  /** Begins to read. @param pieceBytes the size of every piece but the last of a dataset. */
  constructor(places: readonly Place[], pieceBytes: number) {
    this.#pieces = readPieces(places, pieceBytes);
    this.#next = this.#pieces.next();
  }

  /** The piece that has been read. Every file has at least one; to ask for more after the last is a bug. */
  async take(): Promise<Piece<Place>> {
    const { value } = await this.#next;
    if (value === undefined) throw new Error('no piece is left');
    return value;
  }

  /** Begins to read the next piece, over the bytes of the one before the last taken: those must have left by now. */
  readOn(): void {
    this.#next = this.#pieces.next();
  }

  /** Ends reading; to be called in any case. */
  async close(): Promise<void> {
    await this.#next;
    await this.#pieces.return(undefined);
  }
}

async function* readPieces<Place extends OutgoingDataset>(
  places: readonly Place[],
  pieceBytes: number,
): AsyncGenerator<Piece<Place>, undefined> {
  const bufferBytes = pieceBytes + FRONT_BYTES;
  const buffers = [Buffer.allocUnsafeSlow(bufferBytes), Buffer.allocUnsafeSlow(bufferBytes)] as const;
  let turn: 0 | 1 = 0;
  for (const place of places) {
    const dataset = await openDataset(place, buffers[turn]);
    if ('failure' in dataset) {
      yield { of: place, failure: dataset.failure, isFirst: true };
      continue;
    }
    try {
      for (let isFirst = true; dataset.bytesLeft > 0; isFirst = false) {
        const bytes = await dataset.read(buffers[turn], pieceBytes);
        turn = turn === 0 ? 1 : 0;
        if ('failure' in bytes) {
          yield { of: place, failure: bytes.failure, isFirst };
          break;
        }
        yield { of: place, bytes, isFirst, isLast: dataset.bytesLeft === 0 };
      }
    } finally {
      await dataset.close();
    }
  }
  return undefined;
}

/** What converts is loaded when the first instance is to be converted. */
async function openDataset(place: OutgoingDataset, buffer: Buffer): Promise<OpenDataset | Failed> {
  if (place.sentAs === place.TransferSyntaxUID) return DatasetFile.open(place, buffer);
  const { ConvertedDataset } = await import('./converted-dataset.ts');
  return ConvertedDataset.open(place, place.sentAs);
}
