// A core's last words, for the reason of its failure.

import { AttemptFiles, readTail } from '../core/attempt-files.ts';
import type { CoreRun } from '../core/executor.ts';
import { hasCode } from '../spool/error-code.ts';

const MOST_LINES = 5;
const MOST_BYTES = 2048;

/** The last lines of what was said on stderr, or on stdout where nothing was said there. */
export async function lastLines(run: CoreRun): Promise<string[]> {
  const files = new AttemptFiles(run.attemptFolder);
  const lines = await lastLinesOf(files.stderr);
  return lines.length > 0 ? lines : lastLinesOf(files.stdout);
}

async function lastLinesOf(path: string): Promise<string[]> {
  try {
    const text = (await readTail(path, MOST_BYTES)).toString('utf8');
    return text.split('\n').map((line) => line.trim()).filter((line) => line !== '').slice(-MOST_LINES);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
