// A core's last words, for the reason of its failure.

import { AttemptFiles, readTail } from '../../core/attempt-files.ts';
import type { CoreRun } from '../../core/executor.ts';
import { hasCode } from '../../spool/error-code.ts';

const MOST_LINES = 5;
const MOST_BYTES = 8192;
/** What a program says before it shows its stack. */
const TELLING = /error|exception|cannot|failed|no such/i;

/** The last lines of what was said on stderr, or on stdout where nothing was said there; in front, the first that tells. */
export async function lastLines({ attemptFolder }: Pick<CoreRun, 'attemptFolder'>): Promise<string[]> {
  const files = new AttemptFiles(attemptFolder);
  const lines = await lastLinesOf(files.stderr);
  return lines.length > 0 ? lines : lastLinesOf(files.stdout);
}

async function lastLinesOf(path: string): Promise<string[]> {
  try {
    const text = (await readTail(path, MOST_BYTES)).toString('utf8');
    const lines = text.split('\n').map((line) => line.trim()).filter((line) => line !== '');
    const telling = lines.find((line) => TELLING.test(line));
    const last = lines.slice(-MOST_LINES);
    return telling === undefined || last.includes(telling) ? last : [telling, ...last.slice(1)];
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
