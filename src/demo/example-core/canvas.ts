// A drawing surface of 8 bit RGB pixels: rectangles, lines, text and grey pictures, edges smooth. It knows nothing of
// DICOM; its bytes are what PixelData of an RGB image holds (PS3.3 section C.7.6.3, PlanarConfiguration 0).

import { CAP_HEIGHT, glyphsOf, LETTER_SPACING, widthOf, type Point } from './stroke-font.ts';

export type Color = readonly [red: number, green: number, blue: number];
export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };
export type TextStyle = {
  /** Height of the capitals, pixels. */
  readonly size: number;
  readonly color: Color;
  /** Width of the pen as a part of the size; 0.12 where absent. */
  readonly weight?: number;
  /** Where `x` lies in the text; left where absent. */
  readonly align?: 'left' | 'center' | 'right';
};

export type Canvas = { readonly width: number; readonly height: number; readonly pixels: Uint8Array };

export function createCanvas(width: number, height: number, background: Color): Canvas {
  const canvas = { width, height, pixels: new Uint8Array(width * height * 3) };
  fillBox(canvas, { x: 0, y: 0, width, height }, background);
  return canvas;
}

/** Fills a box whose edges are rounded to whole pixels. */
export function fillBox(canvas: Canvas, box: Box, color: Color): void {
  const right = Math.round(box.x + box.width);
  const bottom = Math.round(box.y + box.height);
  for (let y = Math.round(box.y); y < bottom; y += 1) {
    for (let x = Math.round(box.x); x < right; x += 1) blend(canvas, x, y, color, 1);
  }
}

/** Draws the outline of a box, inside its edges. */
export function outlineBox(canvas: Canvas, { x, y, width, height }: Box, color: Color, thickness = 1): void {
  fillBox(canvas, { x, y, width, height: thickness }, color);
  fillBox(canvas, { x, y: y + height - thickness, width, height: thickness }, color);
  fillBox(canvas, { x, y, width: thickness, height }, color);
  fillBox(canvas, { x: x + width - thickness, y, width: thickness, height }, color);
}

/** Draws text with the line it stands on at `y`. */
export function drawText(canvas: Canvas, text: string, x: number, y: number, style: TextStyle): void {
  const scale = style.size / CAP_HEIGHT;
  const width = measureText(text, style.size);
  const pen = style.size * (style.weight ?? 0.12);
  let left = x - (style.align === 'right' ? width : style.align === 'center' ? width / 2 : 0);
  for (const glyph of glyphsOf(text)) {
    const place = ([px, py]: Point): Point => [left + px * scale, y + (py - CAP_HEIGHT) * scale];
    drawLines(canvas, glyph.strokes.map((stroke) => stroke.map(place)), pen, style.color);
    left += (glyph.width + LETTER_SPACING) * scale;
  }
}

/** How wide a text of this size is drawn, pixels. */
export function measureText(text: string, size: number): number {
  return (widthOf(text) * size) / CAP_HEIGHT;
}

/** The text, shortened with dots at its end until it fits. */
export function fitText(text: string, size: number, width: number): string {
  if (measureText(text, size) <= width) return text;
  const characters = [...text];
  while (characters.length > 0 && measureText(`${characters.join('')}...`, size) > width) characters.pop();
  return `${characters.join('').trimEnd()}...`;
}

/** Draws lines as one pen would: where they cross, nothing is drawn twice. */
function drawLines(canvas: Canvas, lines: readonly (readonly Point[])[], pen: number, color: Color): void {
  const points = lines.flat();
  if (points.length === 0) return;
  const reach = pen / 2 + 1;
  const left = Math.floor(Math.min(...points.map(([x]) => x)) - reach);
  const right = Math.ceil(Math.max(...points.map(([x]) => x)) + reach);
  const top = Math.floor(Math.min(...points.map(([, y]) => y)) - reach);
  const bottom = Math.ceil(Math.max(...points.map(([, y]) => y)) + reach);
  for (let y = top; y <= bottom; y += 1) {
    for (let x = left; x <= right; x += 1) {
      const distance = Math.min(...lines.map((line) => distanceTo(line, x + 0.5, y + 0.5)));
      blend(canvas, x, y, color, pen / 2 + 0.5 - distance);
    }
  }
}

/** Draws a picture of 8 bit grey values into a box, each pixel the mean of what it covers. */
export function drawPicture(
  canvas: Canvas,
  picture: { width: number; height: number; values: Uint8Array },
  box: Box,
): void {
  for (let y = 0; y < box.height; y += 1) {
    const fromRow = Math.floor((y * picture.height) / box.height);
    const toRow = Math.max(fromRow + 1, Math.floor(((y + 1) * picture.height) / box.height));
    for (let x = 0; x < box.width; x += 1) {
      const fromColumn = Math.floor((x * picture.width) / box.width);
      const toColumn = Math.max(fromColumn + 1, Math.floor(((x + 1) * picture.width) / box.width));
      let sum = 0;
      for (let row = fromRow; row < toRow; row += 1) {
        for (let column = fromColumn; column < toColumn; column += 1) {
          sum += picture.values[row * picture.width + column]!;
        }
      }
      const grey = Math.round(sum / ((toRow - fromRow) * (toColumn - fromColumn)));
      blend(canvas, box.x + x, box.y + y, [grey, grey, grey], 1);
    }
  }
}

function distanceTo(line: readonly Point[], x: number, y: number): number {
  let nearest = Infinity;
  for (let index = 0; index < Math.max(1, line.length - 1); index += 1) {
    const [ax, ay] = line[index]!;
    const [bx, by] = line[index + 1] ?? line[index]!;
    const square = (bx - ax) ** 2 + (by - ay) ** 2;
    const along = square === 0 ? 0 : ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / square;
    const share = Math.min(1, Math.max(0, along));
    nearest = Math.min(nearest, Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay)));
  }
  return nearest;
}

function blend(canvas: Canvas, x: number, y: number, color: Color, opacity: number): void {
  if (opacity <= 0 || x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) return;
  const share = Math.min(1, opacity);
  const index = (Math.floor(y) * canvas.width + Math.floor(x)) * 3;
  for (let channel = 0; channel < 3; channel += 1) {
    const under = canvas.pixels[index + channel]!;
    canvas.pixels[index + channel] = Math.round(under + share * (color[channel]! - under));
  }
}
