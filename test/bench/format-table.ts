// Tables of figures, one contender a line, at most 100 columns wide.

import type { Spread } from './spread.ts';

export const NAME_WIDTH = 17;

export interface Column<Figures> {
  readonly heading: string;
  readonly width: number;
  format(figures: Figures): string;
}

/** The headings, and a line for each contender; no newline at the end. */
export function formatTable<Figures extends { readonly name: string }>(
  columns: readonly Column<Figures>[], contenders: readonly Figures[],
): string {
  const heading = columns.map((column) => column.heading.padStart(column.width)).join('');
  const rows = contenders.map((contender) => {
    const cells = columns.map((column) => column.format(contender).padStart(column.width)).join('');
    return `  ${contender.name}`.padEnd(NAME_WIDTH) + cells;
  });
  return [' '.repeat(NAME_WIDTH) + heading, ...rows].join('\n');
}

export function formatRange({ least, most }: Spread, format: (value: number) => string): string {
  return `${format(least)}-${format(most)}`;
}

/** Three digits or more. */
export function formatRate(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate >= 10 ? rate.toFixed(1) : rate.toFixed(2);
}

export function formatRatio(ratio: number): string {
  return ratio.toFixed(2);
}
