// The time as the file system of a folder tells it: the same for all hosts that share it, however wrong their own
// clocks are, and whoever sets one of them meanwhile.

import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from './error-code.ts';

/** For so long the clock that counts since the start of the process is trusted to go as the file system's does. */
const TRUST_MILLISECONDS = 60_000;

/** When the file system was asked last, on both clocks, by folder. */
const asked = new Map<string, { readonly told: number; readonly at: number }>();

/** Milliseconds since 1970. @param folder one that exists */
export function sharedNow(folder: string): number {
  const known = asked.get(folder);
  const elapsed = known === undefined ? Infinity : performance.now() - known.at;
  if (known !== undefined && elapsed < TRUST_MILLISECONDS) return known.told + elapsed;
  const told = ask(folder);
  asked.set(folder, { told, at: performance.now() });
  return told;
}

/**
 * What is made now bears the time of now. A kill in between leaves an empty folder, which nobody minds. Who may not
 * write there changes nothing, and its own clock will do.
 */
function ask(folder: string): number {
  const probe = join(folder, `.time-${process.pid}-${process.hrtime.bigint().toString(36)}`);
  try {
    mkdirSync(probe);
  } catch (error) {
    if (hasCode(error, 'EACCES', 'EROFS')) return Date.now();
    throw error;
  }
  const { mtimeMs } = statSync(probe);
  rmdirSync(probe);
  return mtimeMs;
}
