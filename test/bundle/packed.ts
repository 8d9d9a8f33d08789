// Bundles for tests: good ones of names and contents, made by the program's own packers.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { BundleKind } from '../../src/bundle/bundle.ts';
import { pack } from '../../src/bundle/pack.ts';

/** A bundle in memory. Any name goes, since the files that it is made of have others. */
export async function packed(kind: BundleKind, files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'dts-test-'));
  try {
    const bundled = [];
    for (const [index, [name, content]] of Object.entries(files).entries()) {
      const path = join(folder, String(index));
      await writeFile(path, content);
      bundled.push({ path, name, bytes: Buffer.byteLength(content) });
    }
    const bundle = await pack(kind, bundled);
    const bytes = await buffer(bundle.content);
    if (bytes.length !== bundle.bytes) throw new Error(`${bytes.length} bytes instead of ${bundle.bytes}`);
    return bytes;
  } finally {
    await rm(folder, { recursive: true });
  }
}
