// What a core left in its output folder: the files that claim to be DICOM, output.json, and the rest. Opens nothing but
// regular files, follows no link, so that no output can make the station read anything else.

import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';

/** PS3.10 section 7.1: 128 bytes of preamble, then these four. */
const PREAMBLE_BYTES = 128;
const PREFIX = 'DICM';

const SLASH = Buffer.from('/');

export interface OutputFile {
  /** Absolute. Bytes, since a core may give a file a name that is no UTF-8. */
  readonly path: Buffer;
  /** Below output/, for people. */
  readonly name: string;
  readonly bytes: number;
}

export interface Output {
  /** Named .dcm or beginning as a DICOM file does, in order of name. */
  readonly dicom: readonly OutputFile[];
  /** All other regular files. */
  readonly others: readonly OutputFile[];
  /** Named .dcm but no regular files. */
  readonly notRegular: readonly string[];
  readonly totalBytes: number;
}

export async function findOutput(folder: string): Promise<Output> {
  const dicom: OutputFile[] = [];
  const others: OutputFile[] = [];
  const notRegular: string[] = [];
  let totalBytes = 0;
  const top = Buffer.from(folder);
  for await (const { path, regular } of filesBelow(top)) {
    const name = path.toString('utf8', top.length + 1);
    const namedDicom = /\.dcm$/i.test(name);
    if (!regular) {
      if (namedDicom) notRegular.push(name);
      continue;
    }
    const { bytes, hasPrefix } = await look(path);
    totalBytes += bytes;
    (namedDicom || hasPrefix ? dicom : others).push({ path, name, bytes });
  }
  return { dicom, others, notRegular, totalBytes };
}

/** In order of name; a folder's files stand where the folder does. */
async function* filesBelow(folder: Buffer): AsyncGenerator<{ path: Buffer; regular: boolean }> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  entries.sort((a, b) => Buffer.compare(a.name, b.name));
  for (const entry of entries) {
    const path = Buffer.concat([folder, SLASH, entry.name]);
    if (entry.isDirectory()) yield* filesBelow(path);
    else yield { path, regular: entry.isFile() };
  }
}

async function look(path: Buffer): Promise<{ bytes: number; hasPrefix: boolean }> {
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
