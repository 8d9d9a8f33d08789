// A case as text, at most 100 columns wide. docs/performance.md says what the columns mean.

import type { ReceiveCase } from './cases.ts';
import type { CaseFigures, ContenderFigures, Goal, Spread } from './compare.ts';

const MEGA = 1e6;

interface Column {
  readonly heading: string;
  readonly width: number;
  format(figures: ContenderFigures): string;
}

const COLUMNS: readonly Column[] = [
  { heading: 'images/s', width: 9, format: ({ imagesPerSecond }) => formatRate(imagesPerSecond.median) },
  { heading: 'from-to', width: 11, format: ({ imagesPerSecond }) => formatRange(imagesPerSecond, formatRate) },
  { heading: 'cold', width: 7, format: ({ coldImagesPerSecond }) => formatRate(coldImagesPerSecond.median) },
  { heading: 'MB/s', width: 7, format: ({ bytesPerSecond }) => formatRate(bytesPerSecond.median / MEGA) },
  { heading: 'CPU s', width: 7, format: ({ cpuSeconds }) => cpuSeconds.median.toFixed(2) },
  { heading: 'peak MB', width: 8, format: ({ peakBytes }) => (peakBytes.most / MEGA).toFixed(0) },
  { heading: 'speed x', width: 8, format: ({ throughputRatio }) => throughputRatio.median.toFixed(2) },
  { heading: 'from-to', width: 11, format: ({ throughputRatio }) => formatRange(throughputRatio, (x) => x.toFixed(2)) },
  { heading: 'cold x', width: 7, format: ({ coldRatio }) => coldRatio.median.toFixed(2) },
  { heading: 'CPU x', width: 6, format: ({ cpuRatio }) => cpuRatio.median.toFixed(2) },
];

const NAME_WIDTH = 17;

/** The table of one case, its goals below it; ends with a newline. */
export function formatCase({ measured, sender, associations, pduLength }: ReceiveCase, figures: CaseFigures): string {
  const what = `${measured.count} ${measured.shape.modality} of ${formatRows(measured.shape)}`;
  const title = `${figures.case}: ${what}, ${sender}, ${associations} association${associations === 1 ? '' : 's'}, `
    + `PDU ${pduLength}`;
  const heading = ''.padEnd(NAME_WIDTH) + COLUMNS.map((column) => column.heading.padStart(column.width)).join('');
  const rows = figures.contenders.map((contender) => (
    `  ${contender.name}`.padEnd(NAME_WIDTH) + COLUMNS.map((column) => column.format(contender).padStart(column.width)).join('')));
  const goals = `  goals of dts receive: ${figures.goals.map(formatGoal).join('; ')}`;
  return `${[title, heading, ...rows, goals].join('\n')}\n`;

  function formatRows({ rows: height, columns, frames }: ReceiveCase['measured']['shape']): string {
    return `${height} x ${columns}${frames > 1 ? ` x ${frames}` : ''}`;
  }

  function formatGoal({ name, met }: Goal): string {
    const goal = name === 'throughput' ? `as fast as ${figures.measuredBy}` : 'less than 200 MB';
    return `${goal}: ${met ? 'met' : 'MISSED'}`;
  }
}

function formatRange({ least, most }: Spread, format: (value: number) => string): string {
  return `${format(least)}-${format(most)}`;
}

/** Three digits and more. */
function formatRate(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate >= 10 ? rate.toFixed(1) : rate.toFixed(2);
}
