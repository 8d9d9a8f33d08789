// A progress line on stderr while long work goes on, only when a person watches a terminal.

export interface Progress {
  show(done: number, total: number, what: string): void;
  /** Leaves the cursor at the start of an empty line. */
  end(): void;
}

const BAR_WIDTH = 24;
const SILENT: Progress = { show: () => undefined, end: () => undefined };

export function openProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  if (!stream.isTTY) return SILENT;
  return {
    show(done, total, what) {
      const filled = total === 0 ? BAR_WIDTH : Math.round((done / total) * BAR_WIDTH);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}`;
      stream.write(`\r\u001b[K[${bar}] ${done}/${total} ${what}`.slice(0, (stream.columns || 80) + 4));
    },
    end() {
      stream.write('\r\u001b[K');
    },
  };
}
