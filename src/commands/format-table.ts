// Tables and colours of results. Values may come from the network: control characters are shown as escapes.

import type { ChalkInstance } from 'chalk';
import { oneLine } from '../job/one-line.ts';

/** Rows under headings, columns as wide as they need; the last one is cut to the terminal where there is one. */
export function formatTable(
  headings: readonly string[], rows: readonly (readonly string[])[], columns?: number,
): string {
  const all = [headings, ...rows.map((row) => row.map(oneLine))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => [...row[column] ?? ''].length)));
  const lines = all.map((row) => {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
    return columns === undefined ? line : [...line].slice(0, columns).join('');
  });
  return lines.map((line) => `${line}\n`).join('');
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
