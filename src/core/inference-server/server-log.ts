// What is told of a task where others find what a core printed: `dts jobs log`.

import { appendFile } from 'node:fs/promises';
import { oneLine } from '../../job/one-line.ts';
import { FILE_MODE } from '../../spool/durable.ts';
import type { AttemptFiles } from '../attempt-files.ts';

/** A line with the time in front. After a crash one may stand twice. */
export async function noteInLog(files: AttemptFiles, text: string): Promise<void> {
  await appendFile(files.stdout, `${new Date().toISOString()}  ${oneLine(text)}\n`, { mode: FILE_MODE });
}
