// Takes one image of the phantom as a scanner would: mean attenuation through the slab, noise, stored values.

import { ANATOMY } from './anatomy.ts';
import type { Gaussian } from './random.ts';
import { renderPlane, type Plane } from './render.ts';
import type { ImagePlan, SeriesPlan } from './series-plan.ts';

/** Hounsfield units = stored value + RescaleIntercept; 12 bits unsigned reach from -1024 to 3071. */
export const RESCALE_INTERCEPT = -1024;
const LARGEST_STORED_VALUE = 4095;

/** The stored values (PixelData) of one image, row by row; what lies outside the scanner's range is cut off. */
export function acquireImage(series: SeriesPlan, image: ImagePlan, gaussian: Gaussian): Uint16Array {
  const mean = slabMean(image, series.contrast);
  return Uint16Array.from(mean, (hounsfield) => {
    const stored = Math.round(hounsfield + series.noiseHounsfield * gaussian() - RESCALE_INTERCEPT);
    return Math.min(LARGEST_STORED_VALUE, Math.max(0, stored));
  });
}

function slabMean(image: ImagePlan, contrast: boolean): Float32Array {
  const { plane, SliceThickness, samples } = image;
  const sum = new Float32Array(plane.Rows * plane.Columns);
  for (let sample = 0; sample < samples; sample += 1) {
    const offset = SliceThickness * ((sample + 0.5) / samples - 0.5);
    const pixels = renderPlane(ANATOMY, shifted(plane, offset), contrast);
    for (let index = 0; index < sum.length; index += 1) sum[index]! += pixels[index]! / samples;
  }
  return sum;
}

/** The plane moved along its normal, which is the cross product of its row and column directions. */
function shifted(plane: Plane, distance: number): Plane {
  const [rx, ry, rz, cx, cy, cz] = plane.ImageOrientationPatient;
  const [x, y, z] = plane.ImagePositionPatient;
  return {
    ...plane,
    ImagePositionPatient: [
      x + distance * (ry * cz - rz * cy),
      y + distance * (rz * cx - rx * cz),
      z + distance * (rx * cy - ry * cx),
    ],
  };
}
