// A progress line on stderr while long work goes on, only when a person watches a terminal.

import { writeError } from '../log/standard-error.ts';
import { oneLine } from '../job/one-line.ts';

export interface Progress {
  /** How much of it is done. */
  show(done: number, total: number, what: string): void;
  /** What is waited for, where nobody knows how long. */
  say(what: string): void;
  /** Leaves the cursor at the start of an empty line; `summary` stands in the line before. */
  end(summary?: string): void;
}

const BAR_WIDTH = 24;
/** Nobody reads faster, and writing to a terminal takes time. */
const LEAST_MILLISECONDS = 50;
const SILENT: Progress = { show: () => undefined, say: () => undefined, end: () => undefined };

export function openProgress(): Progress {
  const { isTTY, columns } = process.stderr;
  if (!isTTY) return SILENT;
  const replaceLine = (text: string): void => {
    writeError(`\r\u001b[K${[...oneLine(text)].slice(0, (columns || 80) - 1).join('')}`);
  };
  let shownAt = -Infinity;
  return {
    show(done, total, what) {
      const now = performance.now();
      if (now < shownAt + LEAST_MILLISECONDS && done < total) return;
      shownAt = now;
      const filled = total === 0 ? BAR_WIDTH : Math.round((done / total) * BAR_WIDTH);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}`;
      replaceLine(`[${bar}] ${done}/${total} ${what}`);
    },
    say: replaceLine,
    end(summary) {
      replaceLine('');
      if (summary !== undefined) writeError(`${oneLine(summary)}\n`);
    },
  };
}
