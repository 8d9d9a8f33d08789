// Packs files into a bundle, none of them compressed: so its length is known before it is made, and a server that wants
// to know it first can be told. Files are read one after the other while the bundle is sent.

import { packTar } from './pack-tar.ts';
import { packZip } from './pack-zip.ts';
import type { Bundle, BundledFile, BundleKind } from './bundle.ts';

export async function pack(kind: BundleKind, files: readonly BundledFile[]): Promise<Bundle> {
  switch (kind) {
    case 'zip': return packZip(files);
    case 'tar': return packTar(files);
  }
}
