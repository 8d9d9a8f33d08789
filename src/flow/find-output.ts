// What a core left in its output folder: the files that claim to be DICOM, output.json, and the rest. Opens nothing but
// regular files, follows no link, so that no output can make the station read anything else.

import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';

/** PS3.10 section 7.1: 128 bytes of preamble, then these four. */
const PREAMBLE_BYTES = 128;
const PREFIX = 'DICM';

export interface OutputFile {
  /** Absolute. */
  readonly path: string;
  /** Below output/, for people. */
  readonly name: string;
  readonly bytes: number;
}

export interface Output {
  /** Named .dcm or beginning as a DICOM file does, in order of name. */
  readonly dicom: readonly OutputFile[];
  /** Named .dcm but no regular files. */
  readonly notRegular: readonly string[];
  readonly totalBytes: number;
}

export async function findOutput(folder: string): Promise<Output> {
  const dicom: OutputFile[] = [];
  const notRegular: string[] = [];
  let totalBytes = 0;
  for (const path of await filesBelow(folder)) {
    const name = relative(folder, path.path);
    const namedDicom = /\.dcm$/i.test(name);
    if (!path.regular) {
      if (namedDicom) notRegular.push(name);
      continue;
    }
    const { bytes, hasPrefix } = await look(path.path);
    totalBytes += bytes;
    if (namedDicom || hasPrefix) dicom.push({ path: path.path, name, bytes });
  }
  return { dicom, notRegular, totalBytes };
}

async function filesBelow(folder: string): Promise<{ path: string; regular: boolean }[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const found: { path: string; regular: boolean }[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...await filesBelow(path));
    else found.push({ path, regular: entry.isFile() });
  }
  return found;
}

async function look(path: string): Promise<{ bytes: number; hasPrefix: boolean }> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await file.stat();
    const prefix = Buffer.alloc(PREFIX.length);
    await file.read(prefix, 0, prefix.length, PREAMBLE_BYTES);
    return { bytes: size, hasPrefix: prefix.toString('latin1') === PREFIX };
  } finally {
    await file.close();
  }
}
