// Reads the event log back, day by day, oldest first. Lines that a crash cut short are stepped over.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../spool/error-code.ts';
import type { Layout } from '../spool/layout.ts';
import { listDirectory, parseLine } from '../spool/read.ts';
import type { LoggedEvent } from './event.ts';

const DAY_FILE = /^events-(\d{4}-\d\d-\d\d)\.jsonl$/;

/** Days of the log that exist, `YYYY-MM-DD`, oldest first. */
export async function listLogDays(layout: Layout): Promise<string[]> {
  return (await listDirectory(layout.logs)).flatMap((name) => DAY_FILE.exec(name)?.[1] ?? []);
}

/** @param sinceDay the first day wanted, UTC; absent: all */
export async function* readEvents(
  layout: Layout, { sinceDay = '' }: { readonly sinceDay?: string } = {},
): AsyncGenerator<LoggedEvent> {
  for (const day of await listLogDays(layout)) {
    if (day < sinceDay) continue;
    const lines = createInterface({ input: createReadStream(layout.eventLog(day)), crlfDelay: Infinity });
    for await (const line of lines) yield* parseLine<LoggedEvent>(line);
  }
}

/** How often the log is looked at for new lines. */
const FOLLOW_MILLISECONDS = 500;

/** What readEvents gives, and then every event as it is written, across midnight, until the signal. */
export async function* followEvents(
  layout: Layout, { sinceDay, signal }: { readonly sinceDay: string; readonly signal: AbortSignal },
): AsyncGenerator<LoggedEvent> {
  const read = new Map<string, number>();
  while (!signal.aborted) {
    for (const day of await listLogDays(layout)) {
      if (day < sinceDay) continue;
      const { text, end } = await readWholeLines(layout.eventLog(day), read.get(day) ?? 0);
      read.set(day, end);
      for (const line of text.split('\n')) yield* parseLine<LoggedEvent>(line);
    }
    await waitFor(FOLLOW_MILLISECONDS, signal);
  }
}

/** From a byte on up to the last complete line. */
async function readWholeLines(path: string, start: number): Promise<{ text: string; end: number }> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const bytes = Buffer.alloc(Math.max(0, size - start));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    const whole = bytes.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
    return { text: bytes.toString('utf8', 0, whole), end: start + whole };
  } finally {
    await file.close();
  }
}

/** Ends early at the signal. */
async function waitFor(milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(milliseconds, undefined, { signal });
  } catch (error) {
    if (!hasCode(error, 'ABORT_ERR')) throw error;
  }
}
