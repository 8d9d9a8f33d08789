// Turns the ellipsoids of the phantom into an image plane: attenuation at each pixel, edges softened over one pixel as
// a scanner's resolution would. It adds no noise and knows nothing of DICOM files.

import { AIR_HOUNSFIELD, type Structure } from './anatomy.ts';

type Vector = readonly [x: number, y: number, z: number];

/** Where the pixels lie, as PS3.3 section C.7.6.2.1.1 describes it; millimetres. */
export type Plane = {
  /** Center of the first pixel. */
  readonly ImagePositionPatient: Vector;
  /** Direction cosines of a row, then of a column. */
  readonly ImageOrientationPatient: readonly [...Vector, ...Vector];
  /** Distance of rows and of columns; pixels are square. */
  readonly spacing: number;
  readonly Rows: number;
  readonly Columns: number;
};

/** Hounsfield units of each pixel of the plane, row by row. */
export function renderPlane(structures: readonly Structure[], plane: Plane, contrast: boolean): Float32Array {
  const pixels = new Float32Array(plane.Rows * plane.Columns).fill(AIR_HOUNSFIELD);
  for (const structure of structures) {
    paint(pixels, structure, plane, contrast ? (structure.enhanced ?? structure.native) : structure.native);
  }
  return pixels;
}

function paint(pixels: Float32Array, structure: Structure, plane: Plane, hounsfield: number): void {
  const { spacing, Rows, Columns, ImagePositionPatient: origin } = plane;
  const [rx, ry, rz, cx, cy, cz] = plane.ImageOrientationPatient;
  const [a, b, c] = structure.radius;
  const x0 = origin[0] - structure.center[0];
  const y0 = origin[1] - structure.center[1];
  const z0 = origin[2] - structure.center[2];

  // Half the ellipsoid's extent along a direction bounds the pixels it can touch.
  const across = Math.hypot(a * rx, b * ry, c * rz);
  const down = Math.hypot(a * cx, b * cy, c * cz);
  const [firstColumn, lastColumn] = span(x0 * rx + y0 * ry + z0 * rz, across, spacing, Columns);
  const [firstRow, lastRow] = span(x0 * cx + y0 * cy + z0 * cz, down, spacing, Rows);

  // Where f lies further from 0 than this, the pixel is clear of the surface and needs no gradient.
  const margin = (1 + spacing / Math.min(a, b, c)) ** 2 - 1;

  for (let row = firstRow; row <= lastRow; row += 1) {
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      const x = (x0 + spacing * (column * rx + row * cx)) / a;
      const y = (y0 + spacing * (column * ry + row * cy)) / b;
      const z = (z0 + spacing * (column * rz + row * cz)) / c;
      // f is 0 on the surface; divided by its gradient it is the distance from it, near enough at one pixel's width.
      const f = x * x + y * y + z * z - 1;
      if (f > margin) continue;
      const index = row * Columns + column;
      if (f < -margin) {
        pixels[index] = hounsfield;
        continue;
      }
      const gradient = 2 * Math.sqrt((x / a) ** 2 + (y / b) ** 2 + (z / c) ** 2);
      const outside = f / (gradient * spacing);
      if (outside >= 0.5) continue;
      const share = Math.min(1, 0.5 - outside);
      pixels[index] = pixels[index]! + share * (hounsfield - pixels[index]!);
    }
  }
}

/** First and last pixel along one direction; the range is empty (last before first) where nothing is touched. */
function span(start: number, extent: number, spacing: number, count: number): [first: number, last: number] {
  const first = Math.ceil((-extent - start) / spacing) - 1;
  const last = Math.floor((extent - start) / spacing) + 1;
  return [Math.max(0, first), Math.min(count - 1, last)];
}
