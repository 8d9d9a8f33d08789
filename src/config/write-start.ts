// Puts down a commented configuration to begin with: `config init`. Never writes over anything.

import { constants } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hasCode } from '../spool/error-code.ts';
import { findProgramRoot } from './program-root.ts';

export interface StartFile {
  /** Absolute. */
  readonly file: string;
  /** false: it was there and is as it was. */
  readonly written: boolean;
}

export async function writeStart(directory: string): Promise<StartFile[]> {
  const from = join(findProgramRoot(), 'config');
  const to = resolve(directory);
  await mkdir(to, { recursive: true });
  const files: StartFile[] = [];
  for (const name of (await readdir(from)).filter((candidate) => candidate.endsWith('.json')).sort()) {
    files.push({ file: join(to, name), written: await copyUnlessThere(join(from, name), join(to, name)) });
  }
  return files;
}

async function copyUnlessThere(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}
