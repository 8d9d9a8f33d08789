// A core's last words, for the reason of its failure.

import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreRun } from '../core/executor.ts';
import { hasCode } from '../spool/error-code.ts';

const MOST_LINES = 5;
const MOST_BYTES = 2048;

/** The last lines of stderr.log, or of stdout.log where nothing was said on stderr. */
export async function lastLines(run: CoreRun): Promise<string[]> {
  const stderr = await tail(join(run.attemptFolder, 'stderr.log'));
  return stderr.length > 0 ? stderr : tail(join(run.attemptFolder, 'stdout.log'));
}

async function tail(path: string): Promise<string[]> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, MOST_BYTES));
      await file.read(bytes, 0, bytes.length, size - bytes.length);
      return bytes.toString('utf8').split('\n').map((line) => line.trim()).filter((line) => line !== '').slice(-MOST_LINES);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
