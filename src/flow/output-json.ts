// output.json: the values that a core found, as rows for the log and SQL.

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Failure } from '../job/failure.ts';
import type { Prediction } from '../job/job.ts';
import { hasCode } from '../spool/error-code.ts';

const MOST_BYTES = 16 * 1024 * 1024;

/** @returns undefined where there is no output.json */
export async function readOutputJson(path: string): Promise<readonly Prediction[] | Failure | undefined> {
  let text: string;
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = await file.stat();
      if (!stats.isFile()) return fault('it is not a regular file');
      if (stats.size > MOST_BYTES) return fault(`it has ${stats.size} bytes, more than ${MOST_BYTES}`);
      text = await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (hasCode(error, 'ELOOP')) return fault('it is a link');
    if (hasCode(error, 'ENXIO')) return fault('it is not a regular file'); // a socket
    throw error;
  }
  return parseOutputJson(text);
}

/**
 * Reads a list or an object of `{field_name, value, …}`. An object without `field_name` gives a row for each of its
 * keys that has a plain value. Empty lists are no fault: a core may have found nothing.
 */
export function parseOutputJson(text: string): readonly Prediction[] | Failure {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fault('it is not JSON'); // the parser's own message quotes the file
  }
  if (typeof json !== 'object' || json === null) return fault('it is neither a list nor an object');
  const rows: Prediction[] = [];
  for (const [place, entry] of (Array.isArray(json) ? json : [json]).entries()) {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) {
      return fault(`entry ${place + 1} is not an object`);
    }
    const found = rowsOf(entry as Record<string, unknown>);
    if (found === undefined) return fault(`entry ${place + 1} is nested too deeply`);
    for (const row of found) rows.push(row); // there may be more than fit into one call
  }
  return rows;
}

/** undefined where a value is nested so deeply that it has no text. */
function rowsOf(entry: Record<string, unknown>): Prediction[] | undefined {
  if (typeof entry['field_name'] === 'string') {
    const value = valueText(entry['value']);
    return value === undefined ? undefined : [{ field_name: entry['field_name'], value }];
  }
  return Object.entries(entry).flatMap(([field_name, value]) => {
    return typeof value === 'object' && value !== null ? [] : [{ field_name, value: valueText(value) ?? '' }];
  });
}

function valueText(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  try {
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // the stack is used up
    throw error;
  }
}

function fault(text: string): Failure {
  return { reason: 'output-json', text };
}
