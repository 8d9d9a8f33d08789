// Draws a histogram: bars over a value axis, heights on a logarithmic scale, since air outnumbers all else in most
// images and would hide it on a linear one.

import { drawText, fillBox, type Box, type Canvas } from './canvas.ts';
import { ACCENT, FAINT, RULE, SOFT } from './palette.ts';
import type { Histogram } from './statistics.ts';

const TICKS = 4;
const AXIS_WIDTH = 34;
const CAPTION_HEIGHT = 14;

/** Draws into `box`; the labels of the value axis stand below it, in another 20 pixels. */
export function drawHistogram(canvas: Canvas, histogram: Histogram, unit: string, box: Box): void {
  const { counts, minimum, maximum } = histogram;
  const area = {
    x: box.x + AXIS_WIDTH,
    y: box.y + CAPTION_HEIGHT,
    width: box.width - AXIS_WIDTH,
    height: box.height - CAPTION_HEIGHT,
  };
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(...counts) + 1)));
  const bottom = area.y + area.height;

  const everyOther = Math.ceil(decades / 4);
  for (let decade = 0; decade <= decades; decade += everyOther) {
    const y = bottom - (decade / decades) * area.height;
    fillBox(canvas, { x: area.x, y, width: area.width, height: 1 }, RULE);
    drawText(canvas, formatCount(decade), area.x - 6, y + 5, { size: 9, color: FAINT, align: 'right' });
  }
  for (const [bin, count] of counts.entries()) {
    const height = (Math.log10(count + 1) / decades) * area.height;
    const x = area.x + (bin * area.width) / counts.length;
    fillBox(canvas, { x, y: bottom - height, width: area.width / counts.length - 1, height }, ACCENT);
  }
  for (let tick = 0; tick <= TICKS; tick += 1) {
    const value = Math.round(minimum + (tick * (maximum - minimum)) / TICKS);
    const x = area.x + (tick * area.width) / TICKS;
    fillBox(canvas, { x: Math.min(x, area.x + area.width - 1), y: bottom, width: 1, height: 5 }, SOFT);
    const align = tick === 0 ? 'left' : tick === TICKS ? 'right' : 'center';
    const text = tick === TICKS && unit !== '' ? `${value} ${unit}` : String(value);
    drawText(canvas, text, x, bottom + 19, { size: 9, color: SOFT, align });
  }
  drawText(canvas, 'pixels, log scale', area.x + area.width, box.y + 6, { size: 9, color: FAINT, align: 'right' });
}

/** A power of ten, short: 1, 10, 100, 1k … 1M. */
function formatCount(decade: number): string {
  if (decade < 3) return String(10 ** decade);
  return decade < 6 ? `${10 ** (decade - 3)}k` : `${10 ** (decade - 6)}M`;
}
