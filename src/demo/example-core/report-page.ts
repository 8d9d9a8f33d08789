// Draws a page of the report: whose images they are, and for up to four series a picture, the numbers and the
// histogram. Made to be read at arm's length on a reading room's screen.

import { createCanvas, drawPicture, drawText, fillBox, fitText, measureText, outlineBox } from './canvas.ts';
import type { Box, Canvas, Color } from './canvas.ts';
import { drawHistogram } from './histogram-chart.ts';
import type { Measurement, Sample, SeriesResult } from './measure-series.ts';
import { ACCENT, AMBER, BACKGROUND, FAINT, PANEL, RULE, SOFT, WHITE } from './palette.ts';
import { CORE_NAME, CORE_VERSION, DISCLAIMER } from './result-identity.ts';
import type { Region } from './signal-to-noise.ts';

export const SERIES_PER_PAGE = 4;
const WIDTH = 1024;
const HEIGHT = 768;
const MARGIN = 24;
const HEADER_HEIGHT = 96;
const ROW_HEIGHT = 156;
const ROW_GAP = 7;

export type PageHeading = { readonly patient: string; readonly study: string; readonly page: string };

/** One page; at most SERIES_PER_PAGE results. */
export function drawReportPage(results: readonly SeriesResult[], heading: PageHeading): Canvas {
  const canvas = createCanvas(WIDTH, HEIGHT, BACKGROUND);
  drawHeader(canvas, heading);
  for (const [index, result] of results.entries()) {
    const y = HEADER_HEIGHT + index * (ROW_HEIGHT + ROW_GAP);
    drawRow(canvas, result, { x: MARGIN, y, width: WIDTH - 2 * MARGIN, height: ROW_HEIGHT });
  }
  const method = 'SNR: mean of the marked area over the noise within tissue (Immerkaer 1996)';
  drawText(canvas, `${CORE_NAME} ${CORE_VERSION} · ${method}`, MARGIN, HEIGHT - 8, { size: 9, color: FAINT });
  drawText(canvas, heading.page, WIDTH - MARGIN, HEIGHT - 8, { size: 9, color: FAINT, align: 'right' });
  return canvas;
}

function drawHeader(canvas: Canvas, heading: PageHeading): void {
  drawText(canvas, 'Image quality', MARGIN, 44, { size: 24, color: WHITE });
  const width = measureText(DISCLAIMER, 14) + 28;
  const badge = { x: WIDTH - MARGIN - width, y: 17, width, height: 34 };
  outlineBox(canvas, badge, AMBER, 2);
  drawText(canvas, DISCLAIMER, badge.x + width / 2, 41, { size: 14, color: AMBER, align: 'center' });
  drawText(canvas, fitText(heading.patient, 13, 560), MARGIN, 78, { size: 13, color: WHITE });
  const study = fitText(heading.study, 13, WIDTH - 2 * MARGIN - measureText(heading.patient, 13) - 40);
  drawText(canvas, study, WIDTH - MARGIN, 78, { size: 13, color: SOFT, align: 'right' });
}

function drawRow(canvas: Canvas, result: SeriesResult, row: Box): void {
  fillBox(canvas, row, PANEL);
  const { series } = result;
  const picture: Box = { x: row.x + 8, y: row.y + 8, width: row.height - 16, height: row.height - 16 };
  const left = picture.x + picture.width + 20;
  const title = [series.SeriesNumber, series.SeriesDescription].filter(Boolean).join('  ') || 'Series without a name';
  drawText(canvas, fitText(title, 14, 424), left, row.y + 28, { size: 14, color: WHITE });
  if ('notMeasurable' in result) {
    outlineBox(canvas, picture, RULE);
    const middle = picture.x + picture.width / 2;
    drawText(canvas, series.Modality || '?', middle, picture.y + 78, { size: 16, color: FAINT, align: 'center' });
    drawText(canvas, 'Not measured', left, row.y + 78, { size: 20, color: AMBER });
    drawText(canvas, fitText(result.notMeasurable, 11, row.width - 200), left, row.y + 106, { size: 11, color: SOFT });
    return;
  }
  drawSample(canvas, result, picture);
  drawNumbers(canvas, result, left, row.y);
  drawHistogram(canvas, result.histogram, result.hounsfield ? 'HU' : '', {
    x: row.x + 644, y: row.y + 14, width: row.width - 664, height: row.height - 42,
  });
}

function drawNumbers(canvas: Canvas, result: Measurement, left: number, top: number): void {
  const { series, sample, statistics, signalToNoise } = result;
  const unit = result.hounsfield ? ' HU' : '';
  const images = result.frameCount === 1 ? '1 image' : `${result.frameCount} images`;
  const matrix = `${sample.frame.Columns} × ${sample.frame.Rows}`;
  drawText(canvas, `${series.Modality} · ${images} · ${matrix}`, left, top + 52, { size: 11, color: SOFT });

  drawText(canvas, 'SNR', left, top + 92, { size: 13, color: ACCENT });
  if ('notMeasurable' in signalToNoise) {
    drawText(canvas, 'not measured', left, top + 118, { size: 14, color: SOFT });
    drawText(canvas, fitText(signalToNoise.notMeasurable, 9, 440), left, top + 141, { size: 9, color: FAINT });
  } else {
    drawText(canvas, signalToNoise.ratio.toFixed(1), left + 46, top + 108, { size: 36, color: ACCENT });
    const parts = `signal ${signalToNoise.signal.toFixed(1)}${unit}, noise ${signalToNoise.noise.toFixed(1)}${unit}`;
    drawText(canvas, parts, left, top + 141, { size: 11, color: SOFT });
  }

  const numbers: [name: string, value: number][] = [
    ['mean', statistics.mean],
    ['SD', statistics.standardDeviation],
    ['min', statistics.minimum],
    ['max', statistics.maximum],
  ];
  for (const [index, [name, value]] of numbers.entries()) {
    const y = top + 60 + index * 22;
    drawText(canvas, name, left + 268, y, { size: 11, color: FAINT });
    drawText(canvas, `${value.toFixed(1)}${unit}`, left + 440, y, { size: 13, color: WHITE, align: 'right' });
  }
}

function drawSample(canvas: Canvas, result: Measurement, place: Box): void {
  const { sample, signalToNoise } = result;
  const { Rows, Columns } = sample.frame;
  const scale = Math.min(place.width / Columns, place.height / Rows);
  const box: Box = {
    x: place.x + Math.floor((place.width - Columns * scale) / 2),
    y: place.y + Math.floor((place.height - Rows * scale) / 2),
    width: Math.round(Columns * scale),
    height: Math.round(Rows * scale),
  };
  fillBox(canvas, place, [0, 0, 0]);
  drawPicture(canvas, { width: Columns, height: Rows, values: windowed(sample, result) }, box);
  if (!('notMeasurable' in signalToNoise)) outlineRegion(canvas, signalToNoise.region, box, scale, ACCENT);
}

function outlineRegion(canvas: Canvas, { row, column, side }: Region, box: Box, scale: number, color: Color): void {
  const marked = { x: box.x + column * scale, y: box.y + row * scale, width: side * scale, height: side * scale };
  outlineBox(canvas, marked, color);
}

/** Grey values by the image's own window, else over the series' whole range. Linear, PS3.3 section C.11.2.1.2.1. */
function windowed({ instance, frame }: Sample, { statistics }: Measurement): Uint8Array {
  const { header } = instance;
  const width = header.number('WindowWidth') ?? statistics.maximum - statistics.minimum + 1;
  const center = header.number('WindowCenter') ?? (statistics.maximum + statistics.minimum + 1) / 2;
  const inverted = header.text('PhotometricInterpretation') === 'MONOCHROME1';
  return Uint8Array.from(frame.values, (value) => {
    const share = Math.min(1, Math.max(0, (value - (center - 0.5)) / Math.max(1, width - 1) + 0.5));
    return Math.round(255 * (inverted ? 1 - share : share));
  });
}
