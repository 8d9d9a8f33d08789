// A case as text, at most 100 columns wide. docs/performance.md says what the columns mean.

import { formatRange, formatRate, formatRatio, formatTable, type Column } from '../format-table.ts';
import { formatShape } from '../instances/synthetic-header.ts';
import type { ForwardCase } from './cases.ts';
import type { CaseFigures, SenderFigures } from './compare.ts';
import { PDU_LENGTH } from './senders.ts';

const MEGA = 1e6;

const COLUMNS: readonly Column<SenderFigures>[] = [
  { heading: 'images/s', width: 9, format: ({ imagesPerSecond }) => formatRate(imagesPerSecond.median) },
  { heading: 'from-to', width: 11, format: ({ imagesPerSecond }) => formatRange(imagesPerSecond, formatRate) },
  { heading: 'started', width: 8, format: ({ startedImagesPerSecond }) => formatRate(startedImagesPerSecond.median) },
  { heading: 'MB/s', width: 6, format: ({ bytesPerSecond }) => formatRate(bytesPerSecond.median / MEGA) },
  { heading: 'CPU s', width: 7, format: ({ cpuSeconds }) => cpuSeconds.median.toFixed(2) },
  { heading: 'peak MB', width: 8, format: ({ peakBytes }) => (peakBytes.most / MEGA).toFixed(0) },
  { heading: 'speed x', width: 8, format: ({ ratio }) => formatRatio(ratio.median) },
  { heading: 'x', width: 6, format: ({ startedRatio }) => formatRatio(startedRatio.median) },
  { heading: 'from-to', width: 11, format: ({ startedRatio }) => formatRange(startedRatio, formatRatio) },
  { heading: 'last', width: 5, format: ({ lastByFirst: { median } }) => Number.isNaN(median) ? '' : formatRatio(median) },
];

/** The table of one case with its goals below; ends with a newline. */
export function formatCase(benchCase: ForwardCase, figures: CaseFigures): string {
  return `${[formatTitle(benchCase), formatTable(COLUMNS, figures.senders), formatGoals(figures)].join('\n')}\n`;
}

function formatTitle({ name, measured: { count, shape }, isIgnored }: ForwardCase): string {
  const receiver = isIgnored ? 'storescp --ignore' : 'storescp that writes';
  return `${name}: ${count} ${shape.modality} of ${formatShape(shape)} to ${receiver}, PDU ${PDU_LENGTH}`;
}

/** And how far the figures can be trusted. */
function formatGoals({ goals, senders }: CaseFigures): string {
  const texts = goals.map(({ text, met }) => `${text}: ${met ? 'met' : 'MISSED'}`);
  const others = Math.max(...senders.map(({ othersShare }) => othersShare.most));
  return `  goals: ${texts.join('; ')}\n  others took up to ${(others * 100).toFixed(0)} % of the CPU`;
}
