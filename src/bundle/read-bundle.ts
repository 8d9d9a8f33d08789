// Reads a bundle, whichever way it was packed.

import { type BundleEntry, DamagedBundle } from './bundle.ts';
import { findKind } from './find-kind.ts';
import { readTar } from './read-tar.ts';
import { readZip } from './read-zip.ts';

/**
 * Its entries in their order. Nothing about them was checked.
 * @param mostBytes of what a compressed one would be without compression: kilobytes may unpack to terabytes
 * @throws {DamagedBundle}
 */
export async function* readBundle(path: string, mostBytes = Number.POSITIVE_INFINITY): AsyncGenerator<BundleEntry> {
  const kind = await findKind(path);
  switch (kind) {
    case 'zip': yield* readZip(path); break;
    case 'tar': yield* readTar(path, false); break;
    case 'tar.gz': yield* readTar(path, true, mostBytes); break;
    case undefined: throw new DamagedBundle('it is neither a zip nor a tar');
  }
}
