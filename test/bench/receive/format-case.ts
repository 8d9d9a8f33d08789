// A case as text, at most 100 columns wide. docs/performance.md says what the columns mean.

import type { ReceiveCase } from './cases.ts';
import type { CaseFigures, ContenderFigures, Spread } from './compare.ts';
import type { ObjectShape } from './synthetic-header.ts';

const MEGA = 1e6;
const NAME_WIDTH = 17;

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
  { heading: 'speed x', width: 8, format: ({ throughputRatio }) => formatRatio(throughputRatio.median) },
  { heading: 'from-to', width: 11, format: ({ throughputRatio }) => formatRange(throughputRatio, formatRatio) },
  { heading: 'cold x', width: 7, format: ({ coldRatio }) => formatRatio(coldRatio.median) },
  { heading: 'CPU x', width: 6, format: ({ cpuRatio }) => formatRatio(cpuRatio.median) },
];

/** The table of one case with its goals below; ends with a newline. */
export function formatCase(benchCase: ReceiveCase, figures: CaseFigures): string {
  const heading = COLUMNS.map((column) => column.heading.padStart(column.width)).join('');
  const rows = figures.contenders.map((contender) => {
    const cells = COLUMNS.map((column) => column.format(contender).padStart(column.width)).join('');
    return `  ${contender.name}`.padEnd(NAME_WIDTH) + cells;
  });
  return `${[formatTitle(benchCase), ' '.repeat(NAME_WIDTH) + heading, ...rows, formatGoals(figures)].join('\n')}\n`;
}

function formatTitle({ name, measured, sender, associations, pduLength }: ReceiveCase): string {
  const { count, shape } = measured;
  const plural = associations === 1 ? '' : 's';
  return `${name}: ${count} ${shape.modality} of ${formatShape(shape)}, ${sender}, `
    + `${associations} association${plural}, PDU ${pduLength}`;
}

function formatShape({ rows, columns, frames }: ObjectShape): string {
  return `${rows} x ${columns}${frames > 1 ? ` x ${frames}` : ''}`;
}

/** And how far the figures can be trusted. */
function formatGoals({ goals, measuredBy, contenders }: CaseFigures): string {
  const texts = goals.map(({ name, met }) => {
    const goal = name === 'throughput' ? `as fast as ${measuredBy}` : 'below 200 MB';
    return `${goal}: ${met ? 'met' : 'MISSED'}`;
  });
  const others = Math.max(...contenders.map(({ othersShare }) => othersShare.most));
  return `  goals: ${texts.join('; ')} (others took up to ${(others * 100).toFixed(0)} % of the CPU)`;
}

function formatRange({ least, most }: Spread, format: (value: number) => string): string {
  return `${format(least)}-${format(most)}`;
}

/** Three digits or more. */
function formatRate(rate: number): string {
  return rate >= 100 ? rate.toFixed(0) : rate >= 10 ? rate.toFixed(1) : rate.toFixed(2);
}

function formatRatio(ratio: number): string {
  return ratio.toFixed(2);
}
