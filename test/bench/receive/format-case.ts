// A case as text, at most 100 columns wide. docs/performance.md says what the columns mean.

import type { ReceiveCase } from './cases.ts';
import type { CaseFigures, ContenderFigures } from './compare.ts';
import { formatRange, formatRate, formatRatio, formatTable, type Column } from '../format-table.ts';
import { formatShape } from '../instances/synthetic-header.ts';

const MEGA = 1e6;

const COLUMNS: readonly Column<ContenderFigures>[] = [
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
  return `${[formatTitle(benchCase), formatTable(COLUMNS, figures.contenders), formatGoals(figures)].join('\n')}\n`;
}

function formatTitle({ name, measured, sender, associations, pduLength }: ReceiveCase): string {
  const { count, shape } = measured;
  const plural = associations === 1 ? '' : 's';
  return `${name}: ${count} ${shape.modality} of ${formatShape(shape)}, ${sender}, `
    + `${associations} association${plural}, PDU ${pduLength}`;
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
