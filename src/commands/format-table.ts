// Tables and colours of results. Values may come from the network: control characters are shown as escapes.

import type { ChalkInstance } from 'chalk';
import { oneLine } from '../job/one-line.ts';

/** One value of a thousand characters must not push all others off the screen. JSON has it whole. */
const WIDEST_CELL = 64;

/**
 * Rows under headings, columns as wide as they need up to 64 characters; the last one may be wider, and is cut to the
 * terminal where there is one.
 *
 * @param whole the column up to which nothing is cut, however narrow the terminal: an id that is cut is of no use
 */
export function formatTable(
  headings: readonly string[], rows: readonly (readonly string[])[], columns?: number, whole = -1,
): string {
  const all = [headings, ...rows.map((row) => row.map((cell, column) => {
    return column === headings.length - 1 ? oneLine(cell) : shorten(oneLine(cell));
  }))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => [...row[column] ?? ''].length)));
  const kept = widths.slice(0, whole + 1).reduce((sum, width) => sum + width + 2, -2);
  const lines = all.map((row) => {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
    return columns === undefined ? line : [...line].slice(0, Math.max(columns, kept)).join('').trimEnd();
  });
  return lines.map((line) => `${line}\n`).join('');
}

function shorten(text: string): string {
  const characters = [...text];
  return characters.length <= WIDEST_CELL ? text : `${characters.slice(0, WIDEST_CELL - 1).join('')}…`;
}

/** Colours where stdout is a terminal that shows them (NO_COLOR and FORCE_COLOR are obeyed), none elsewhere. */
export async function loadColours(): Promise<ChalkInstance> {
  const { Chalk, default: chalk } = await import('chalk');
  const { NO_COLOR = '' } = process.env; // chalk itself does not know it
  return NO_COLOR === '' ? chalk : new Chalk({ level: 0 });
}

/** `3.2 GB`: decimal units, as disks are sold. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}
