// Reads a zip entry by entry. The library holds one entry's facts at a time, and refuses content that is longer or
// shorter than the zip says it is, and whatever lies outside of the file.

import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { type BundleEntry, DamagedBundle } from './bundle.ts';

/** The upper half of the attributes is a Unix mode where the zip was made on Unix (APPNOTE 4.4.15, 4.4.2). */
const MADE_ON_UNIX = 3;
const FILE_TYPE = 0o170000;
const REGULAR = 0o100000;
const DIRECTORY = 0o040000;

/** @throws {DamagedBundle} */
export async function* readZip(path: string): AsyncGenerator<BundleEntry> {
  const zip = await openPromise(path, { autoClose: false, strictFileNames: true }).catch(refuse);
  try {
    const entries = zip.eachEntry();
    for (;;) {
      const next = await entries.next().catch(refuse);
      if (next.done === true) return;
      const entry = next.value;
      const { fileName: name, uncompressedSize: bytes } = entry;
      yield { name, kind: kindOf(entry), bytes, content: contentOf(zip, entry) };
    }
  } finally {
    zip.close();
  }
}

async function* contentOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  const content = await zip.openReadStreamPromise(entry).catch(refuse);
  try {
    yield* content;
  } catch (error) {
    refuse(error);
  }
}

function kindOf(entry: Entry): BundleEntry['kind'] {
  if (entry.fileName.endsWith('/')) return 'folder';
  const type = entry.versionMadeBy >> 8 === MADE_ON_UNIX ? (entry.externalFileAttributes >>> 16) & FILE_TYPE : 0;
  if (type === DIRECTORY) return 'folder';
  return type === 0 || type === REGULAR ? 'file' : 'other';
}

/** The library's errors and zlib's tell of the zip; those of the system do not. */
function refuse(error: unknown): never {
  if (!(error instanceof Error) || ('syscall' in error)) throw error;
  throw new DamagedBundle(error.message);
}
