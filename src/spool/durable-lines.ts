// Files that grow line by line: arrivals.jsonl, answers.jsonl, the notes of actions.
//
// A crash or a full disk may cut the last line short. Readers step over it (see read.ts), and the next writer ends it
// first, so that no whole line is ever lost with it.

import { appendFileSync, closeSync, constants, openSync } from 'node:fs';
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

/**
 * Appends many lines. Each is written in place, in a single write, and survives SIGKILL from then on; all of them
 * survive power loss once `close` has returned.
 */
export class LineWriter {
  readonly #path: string;
  #descriptor: number | undefined;

  private constructor(path: string) {
    this.#path = path;
  }

  /** The file is made with its first line. */
  static async open(path: string): Promise<LineWriter> {
    await endCutLine(path);
    return new LineWriter(path);
  }

  append(line: string): void {
    failpoint('append-line', this.#path);
    this.#descriptor ??= openSync(this.#path, 'a', FILE_MODE);
    appendFileSync(this.#descriptor, `${line}\n`);
  }

  async close(): Promise<void> {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    await syncFile(this.#path);
    await syncDirectory(dirname(this.#path)); // the file may be a new one
  }
}
