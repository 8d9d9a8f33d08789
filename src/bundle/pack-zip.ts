// Makes a zip, in the zip64 format where it is too long for the old one.

import type { Readable } from 'node:stream';
import { ZipFile } from 'yazl';
import type { Bundle, BundledFile } from './bundle.ts';

/** With the oldest time that a zip knows: nothing is told of when the files were made here. */
const PLAIN = { compress: false, mtime: new Date(1980, 0, 1), forceDosTimestamp: true, mode: 0o100644 };

export async function packZip(files: readonly BundledFile[]): Promise<Bundle> {
  const zip = new ZipFile();
  const content = zip.outputStream as Readable;
  zip.on('error', (error: Error) => content.destroy(error));
  for (const { path, name } of files) zip.addFile(path, name, { ...PLAIN });
  const bytes = await new Promise<number>((resolve, reject) => {
    content.once('error', reject);
    // Told as soon as all files were looked at. The library's types leave out what it is told.
    zip.end(undefined, ((calculated: number) => resolve(calculated)) as () => void);
  });
  return { bytes, content };
}
