// Reads a tar entry by entry (POSIX.1-2017 pax, and what GNU tar and its forerunners made of it). Nothing of a length
// that the tar chooses is held in memory.

import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Header, Pax } from 'tar';
import { codeOf } from '../spool/error-code.ts';
import { type BundleEntry, DamagedBundle } from './bundle.ts';
import { ByteReader } from './byte-reader.ts';

const BLOCK_BYTES = 512;
/** Of what stands in front of an entry to say more of it: its path, above all. */
const MOST_EXTENSION_BYTES = 64 * 1024;

/** @param mostBytes that are read of it, also of what nobody wants @throws {DamagedBundle} */
export async function* readTar(
  path: string, isCompressed: boolean, mostBytes = Number.POSITIVE_INFINITY,
): AsyncGenerator<BundleEntry> {
  const file = createReadStream(path);
  const source = isCompressed ? pipeline(file, createGunzip(), () => undefined) : file; // read errors reach the reader
  const reader = new ByteReader(atMost(mostBytes, source));
  try {
    yield* readEntries(reader);
  } catch (error) {
    if (codeOf(error)?.startsWith('Z_') !== true) throw error;
    throw new DamagedBundle(error instanceof Error ? error.message : String(error));
  } finally {
    await reader.close();
    file.destroy();
  }
}

async function* atMost(mostBytes: number, pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new DamagedBundle(`it holds more than ${mostBytes} bytes`);
    yield piece;
  }
}

async function* readEntries(reader: ByteReader): AsyncGenerator<BundleEntry> {
  let ofNext: Pax | undefined;
  let ofAll: Pax | undefined;
  for (;;) {
    const header = parseHeader(await reader.read(BLOCK_BYTES), ofNext, ofAll);
    if (header.nullBlock) return;
    const bytes = lengthOf(header);
    switch (header.type) {
      case 'ExtendedHeader': case 'OldExtendedHeader':
        ofNext = Pax.parse(await readExtension(reader, bytes), ofNext);
        break;
      case 'GlobalExtendedHeader':
        ofAll = Pax.parse(await readExtension(reader, bytes), ofAll, true);
        break;
      case 'NextFileHasLongPath': case 'OldGnuLongPath':
        ofNext = new Pax({ ...ofNext, path: (await readExtension(reader, bytes)).replace(/\0.*$/s, '') });
        break;
      case 'NextFileHasLongLinkpath':
        await readExtension(reader, bytes);
        break;
      default: {
        ofNext = undefined;
        let left = bytes + paddingOf(bytes);
        const content = (async function* () {
          left -= bytes;
          yield* reader.stream(bytes);
        })();
        yield { name: header.path ?? '', kind: kindOf(header), bytes, content };
        for await (const _ of reader.stream(left)); // the padding, with all the content where nobody wanted it
      }
    }
  }
}

/** The library throws where a number is none. */
function parseHeader(block: Buffer, ofNext: Pax | undefined, ofAll: Pax | undefined): Header {
  try {
    return new Header(block, 0, ofNext, ofAll);
  } catch (error) {
    throw new DamagedBundle(error instanceof Error ? error.message : String(error));
  }
}

function lengthOf({ cksumValid, size = 0 }: Header): number {
  if (!cksumValid) throw new DamagedBundle('the checksum of a header is wrong');
  if (!Number.isSafeInteger(size) || size < 0) throw new DamagedBundle(`a header gives ${size} as a length`);
  return size;
}

async function readExtension(reader: ByteReader, bytes: number): Promise<string> {
  if (bytes > MOST_EXTENSION_BYTES) throw new DamagedBundle(`an extended header has ${bytes} bytes`);
  const text = (await reader.read(bytes)).toString('utf8');
  await reader.read(paddingOf(bytes));
  return text;
}

function kindOf({ type }: Header): BundleEntry['kind'] {
  switch (type) {
    case 'File': case 'OldFile': case 'ContiguousFile': return 'file';
    case 'Directory': return 'folder';
    default: return 'other';
  }
}

function paddingOf(bytes: number): number {
  return (BLOCK_BYTES - (bytes % BLOCK_BYTES)) % BLOCK_BYTES;
}
