// Files that grow line by line: arrivals.jsonl, answers.jsonl, the notes of actions.
//
// A crash or a full disk may cut the last line short. Readers step over it (see read.ts), and the next writer ends it
// first, so that no whole line is ever lost with it.

import { constants } from 'node:fs';
import { appendFile, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FILE_MODE, syncDirectory, syncFile } from './durable.ts';
import { hasCode } from './error-code.ts';
import { failpoint } from './failpoint.ts';

const NEWLINE = 0x0a;

/** Appends one line in a single write and fsyncs it, and its directory, for the file may be a new one. */
export async function appendLineDurable(path: string, line: string): Promise<void> {
  await endCutLine(path);
  failpoint('append', path);
  await appendFile(path, `${line}\n`, { mode: FILE_MODE });
  await syncFile(path);
  await syncDirectory(dirname(path));
}

/**
 * Appends one line in a single write. It survives SIGKILL, and power loss once the file is synced: see syncFile.
 * Whoever appends many calls endCutLine first.
 */
export async function appendLine(path: string, line: string): Promise<void> {
  failpoint('append-line', path);
  await appendFile(path, `${line}\n`, { mode: FILE_MODE });
}

/**
 * Ends the last line of a file where a crash or a full disk cut it short, so that the next one is not lost with it.
 * Does nothing where there is no file.
 */
export async function endCutLine(path: string): Promise<void> {
  let file: FileHandle;
  try {
    file = await open(path, constants.O_RDWR | constants.O_APPEND);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return;
    throw error;
  }
  try {
    const { size } = await file.stat();
    const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, Math.max(0, size - 1));
    if (bytesRead === 1 && buffer[0] !== NEWLINE) await file.writeFile('\n');
  } finally {
    await file.close();
  }
}
