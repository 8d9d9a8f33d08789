// Tables and colours of results. Values may come from the network: control characters are shown as escapes.

import type { ChalkInstance } from 'chalk';
import { oneLine } from '../job/one-line.ts';

/** Rows under headings, columns as wide as they need; the last one is cut to the terminal where there is one. */
export function formatTable(headings: readonly string[], rows: readonly (readonly string[])[], columns?: number): string {
  const all = [headings, ...rows.map((row) => row.map(visible))];
  const widths = headings.map((_, column) => Math.max(...all.map((row) => [...row[column] ?? ''].length)));
  const lines = all.map((row) => {
    const line = row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd();
    return columns === undefined ? line : [...line].slice(0, columns).join('');
  });
  return lines.map((line) => `${line}\n`).join('');
}

/** A text without anything that a terminal would obey. */
export function visible(text: string): string {
  return oneLine(text);
}

/** Colours where stdout is a terminal that shows them (NO_COLOR and FORCE_COLOR are obeyed), none elsewhere. */
export async function loadColours(): Promise<ChalkInstance> {
  const { default: chalk } = await import('chalk');
  return chalk;
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

/** `2 min`, `3.5 h`: how long, to a person. */
export function formatSeconds(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${(seconds / 3600).toFixed(1)} h`;
  return `${(seconds / 86_400).toFixed(1)} d`;
}
