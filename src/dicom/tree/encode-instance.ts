// Writes a tree as a DICOM file, a piece at a time: what is still on disk passes through a block, whatever its size.
//
// Promises: what stands in the tree stands in the file, elements by ascending tag, sequences with lengths in the form in
// which they were read, values padded to even lengths. Group lengths (gggg,0000), retired and as a rule wrong after any
// change, are left out. Never compresses or decompresses: fragments need a transfer syntax that has them.

import { Readable } from 'node:stream';
import { createDeflateRaw } from 'node:zlib';
import { encodeFileMeta } from '../file-meta.ts';
import { tagOf } from '../keywords.ts';
import { trimPadding } from '../padding.ts';
import { transferSyntax } from '../transfer-syntaxes.ts';
import type { DataSet, InstanceTree, MadeValue, WordBytes } from './data-set.ts';
import { openDatasetBytes, type DatasetBytes } from './dataset-bytes.ts';
import { layOut, type StreamedPart } from './lay-out.ts';
import { swapWords } from './word-bytes.ts';

/** A multiple of every WordBytes. */
const BLOCK_BYTES = 256 * 1024;

/**
 * Preamble, file meta information and data set in that transfer syntax: the tree's own, or one that may hold the same
 * values as they are (see convert). The tree's file is open while the pieces are taken.
 * @throws as the file system does; and where the file is not what it was when the tree was read
 */
export async function* encodeInstance(
  tree: InstanceTree, TransferSyntaxUID: string,
): AsyncGenerator<Buffer, undefined> {
  yield encodeMeta(tree, TransferSyntaxUID);
  yield* encodeDataset(tree, TransferSyntaxUID);
  return undefined;
}

/** The data set alone, as `encodeInstance` has it. */
export async function* encodeDataset(tree: InstanceTree, TransferSyntaxUID: string): AsyncGenerator<Buffer, undefined> {
  const { deflated } = transferSyntax(TransferSyntaxUID);
  const pieces = encodePieces(tree, TransferSyntaxUID);
  yield* deflated ? deflate(pieces) : pieces;
  return undefined;
}

function encodeMeta({ dataSet, fileMeta }: InstanceTree, TransferSyntaxUID: string): Buffer {
  const { SourceApplicationEntityTitle, SendingApplicationEntityTitle, ReceivingApplicationEntityTitle } = fileMeta;
  return encodeFileMeta({
    MediaStorageSOPClassUID: uidIn(dataSet, tagOf('SOPClassUID')) ?? fileMeta.MediaStorageSOPClassUID ?? '',
    MediaStorageSOPInstanceUID: uidIn(dataSet, tagOf('SOPInstanceUID')) ?? fileMeta.MediaStorageSOPInstanceUID ?? '',
    TransferSyntaxUID,
    ...SourceApplicationEntityTitle === undefined ? {} : { SourceApplicationEntityTitle },
    ...SendingApplicationEntityTitle === undefined ? {} : { SendingApplicationEntityTitle },
    ...ReceivingApplicationEntityTitle === undefined ? {} : { ReceivingApplicationEntityTitle },
  });
}

function uidIn(dataSet: DataSet, tag: number): string | undefined {
  const value = dataSet.get(tag)?.value;
  return value?.kind === 'bytes' ? trimPadding(value.bytes.toString('latin1')) : undefined;
}

/** Small parts are gathered into blocks. */
async function* encodePieces(tree: InstanceTree, TransferSyntaxUID: string): AsyncGenerator<Buffer, undefined> {
  const source = new LazySource(tree);
  let gathered: Buffer[] = [];
  let gatheredBytes = 0;
  try {
    for (const part of layOut(tree.dataSet, transferSyntax(TransferSyntaxUID))) {
      if (Buffer.isBuffer(part)) {
        gathered.push(part);
        gatheredBytes += part.length;
      }
      if (gatheredBytes >= BLOCK_BYTES || (!Buffer.isBuffer(part) && gatheredBytes > 0)) {
        yield Buffer.concat(gathered, gatheredBytes);
        gathered = [];
        gatheredBytes = 0;
      }
      if (!Buffer.isBuffer(part)) yield* source.stream(part);
    }
    if (gatheredBytes > 0) yield Buffer.concat(gathered, gatheredBytes);
  } finally {
    await source.close();
  }
  return undefined;
}

/** The tree's file, opened when the first value that lies in it is needed. */
class LazySource {
  readonly #tree: InstanceTree;
  #bytes: DatasetBytes | undefined;

  constructor(tree: InstanceTree) {
    this.#tree = tree;
  }

  async* stream({ value, wordBytes }: StreamedPart): AsyncGenerator<Buffer, undefined> {
    if ('make' in value) {
      yield* exactly(value, wordBytes);
      return undefined;
    }
    this.#bytes ??= await openDatasetBytes(this.#tree.file, this.#tree.fileMeta);
    for (let read = 0; read < value.length; ) {
      const block = Buffer.allocUnsafeSlow(Math.min(BLOCK_BYTES, value.length - read));
      const bytes = await this.#bytes.read(value.offset + read, block);
      if (bytes !== block.length) throw new Error(`${String(this.#tree.file)} is not what it was when it was read`);
      swapWords(block, wordBytes);
      yield block;
      read += block.length;
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#bytes?.close();
  }
}

async function* exactly({ make, length }: MadeValue, wordBytes: WordBytes): AsyncGenerator<Buffer, undefined> {
  let bytes = 0;
  for await (const piece of make()) {
    bytes += piece.length;
    if (piece.length % wordBytes !== 0 && bytes < length) throw new Error('a value was made in pieces of broken words');
    swapWords(piece, wordBytes);
    yield piece;
  }
  if (bytes !== length) throw new Error(`a value of ${bytes} bytes was made where ${length} were announced`);
  return undefined;
}

/** One raw deflate stream, made even by a NUL behind it (PS3.5 section A.5). */
async function* deflate(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer, undefined> {
  const source = Readable.from(pieces);
  const deflated = createDeflateRaw();
  source.on('error', (error) => deflated.destroy(error));
  let bytes = 0;
  try {
    for await (const piece of source.pipe(deflated) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      yield piece;
    }
    if (bytes % 2 === 1) yield Buffer.alloc(1);
  } finally {
    source.destroy();
    deflated.destroy();
  }
  return undefined;
}
