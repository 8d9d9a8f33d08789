// The typeface and the drawing surface: every character has a shape of its own, and nothing is drawn outside.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createCanvas, drawPicture, drawText, fillBox, fitText, measureText, type Canvas, type Color,
} from '../../src/demo/example-core/canvas.ts';
import { glyphsOf } from '../../src/demo/example-core/stroke-font.ts';

const BLACK: Color = [0, 0, 0];
const WHITE: Color = [255, 255, 255];
const PRINTABLE = Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)).join('');

test('draws each printable ASCII character in a shape of its own, within the grid', () => {
  const shapes = new Map<string, string>();
  for (const [index, glyph] of glyphsOf(PRINTABLE).entries()) {
    const shape = JSON.stringify(glyph);
    assert.equal(shapes.get(shape), undefined, `${PRINTABLE[index]} looks like ${shapes.get(shape)}`);
    shapes.set(shape, PRINTABLE[index]!);
    for (const [x, y] of glyph.strokes.flat()) {
      assert.ok(x >= 0 && x <= glyph.width && y >= 0 && y <= 11, `${PRINTABLE[index]} at ${x} ${y}`);
    }
  }
});

test('draws a letter without its accent, and a box for what the typeface lacks', () => {
  assert.deepEqual(glyphsOf('Äé'), glyphsOf('Ae'));
  assert.deepEqual(glyphsOf('漢'), glyphsOf('字'));
  assert.notDeepEqual(glyphsOf('漢'), glyphsOf('A'));
});

test('draws text as wide as it measures', () => {
  for (const text of ['Image quality', 'MW', 'iil', '0.12 HU']) {
    const canvas = createCanvas(400, 60, BLACK);
    drawText(canvas, text, 20, 40, { size: 20, color: WHITE });
    const columns = litPixels(canvas).map(([x]) => x);
    const width = Math.max(...columns) - Math.min(...columns);
    assert.ok(Math.abs(width - measureText(text, 20)) < 4, `${text}: ${width}`);
  }
});

test('draws nothing for no text, and nothing outside the canvas', () => {
  const canvas = createCanvas(10, 10, BLACK);
  drawText(canvas, '', 5, 5, { size: 8, color: WHITE });
  assert.deepEqual(litPixels(canvas), []);
  drawText(canvas, 'WWWW', -1000, 5, { size: 8, color: WHITE });
  fillBox(canvas, { x: 20, y: -50, width: 30, height: 20 }, WHITE);
  assert.deepEqual(litPixels(canvas), []);
});

test('shortens text only where it does not fit', () => {
  assert.equal(fitText('short', 10, 200), 'short');
  const fitted = fitText('a very long description of a series', 10, 100);
  assert.match(fitted, /^a very.*\.\.\.$/);
  assert.ok(measureText(fitted, 10) <= 100);
});

test('shrinks a picture to the mean of what each pixel covers', () => {
  const canvas = createCanvas(2, 1, BLACK);
  const picture = { width: 4, height: 2, values: Uint8Array.of(0, 100, 255, 255, 0, 100, 255, 255) };
  drawPicture(canvas, picture, { x: 0, y: 0, width: 2, height: 1 });
  assert.deepEqual([...canvas.pixels], [50, 50, 50, 255, 255, 255]);
});

function litPixels(canvas: Canvas): [x: number, y: number][] {
  const lit: [number, number][] = [];
  for (let index = 0; index < canvas.width * canvas.height; index += 1) {
    if (canvas.pixels[index * 3]! > 40) lit.push([index % canvas.width, Math.floor(index / canvas.width)]);
  }
  return lit;
}
