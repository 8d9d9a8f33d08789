// What the phantom study holds: four series, where their images lie and how they were taken. Data only.

import type { Plane } from './render.ts';

/** One image: its middle plane, and the slab of which it is the mean. */
export type ImagePlan = {
  readonly plane: Plane;
  /** Millimetres. */
  readonly SliceThickness: number;
  /** Planes that are averaged through the slab. */
  readonly samples: number;
};

export type SeriesPlan = {
  readonly key: 'localizer' | 'native' | 'contrast' | 'coronal';
  readonly SeriesNumber: number;
  readonly SeriesDescription: string;
  readonly ImageType: readonly string[];
  readonly ConvolutionKernel: string;
  readonly contrast: boolean;
  /** Standard deviation of the noise, Hounsfield units. */
  readonly noiseHounsfield: number;
  readonly WindowCenter: number;
  readonly WindowWidth: number;
  readonly KVP: number;
  readonly XRayTubeCurrent: number;
  /** From the start of the study. */
  readonly startSeconds: number;
  /** Distance between the images; absent where they do not lie in parallel. Millimetres. */
  readonly SpacingBetweenSlices?: number;
  readonly images: readonly ImagePlan[];
};

const FIELD_OF_VIEW_MILLIMETRES = 400;
/** Half way between the front of the chest and the table. */
const CENTER_Y = 14;

export const SERIES_PLANS: readonly SeriesPlan[] = [
  {
    key: 'localizer',
    SeriesNumber: 1,
    SeriesDescription: 'Localizer',
    ImageType: ['ORIGINAL', 'PRIMARY', 'LOCALIZER'],
    ConvolutionKernel: 'T20',
    contrast: false,
    noiseHounsfield: 4,
    WindowCenter: -450,
    WindowWidth: 900,
    KVP: 120,
    XRayTubeCurrent: 35,
    startSeconds: 0,
    images: [frontView(), sideView()],
  },
  {
    key: 'native',
    SeriesNumber: 2,
    SeriesDescription: 'Chest Abdomen native 5.0',
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    ConvolutionKernel: 'B50',
    contrast: false,
    noiseHounsfield: 24,
    WindowCenter: 40,
    WindowWidth: 400,
    KVP: 120,
    XRayTubeCurrent: 90,
    startSeconds: 95,
    SpacingBetweenSlices: 20,
    images: axialImages(256),
  },
  {
    key: 'contrast',
    SeriesNumber: 3,
    SeriesDescription: 'Chest Abdomen portal venous 5.0',
    ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
    ConvolutionKernel: 'B30',
    contrast: true,
    noiseHounsfield: 12,
    WindowCenter: 60,
    WindowWidth: 400,
    KVP: 120,
    XRayTubeCurrent: 240,
    startSeconds: 260,
    SpacingBetweenSlices: 20,
    images: axialImages(512),
  },
  {
    key: 'coronal',
    SeriesNumber: 4,
    SeriesDescription: 'Coronal MPR portal venous 10.0',
    ImageType: ['DERIVED', 'SECONDARY', 'REFORMATTED', 'AVERAGE'],
    ConvolutionKernel: 'B30',
    contrast: true,
    noiseHounsfield: 6,
    WindowCenter: 60,
    WindowWidth: 400,
    KVP: 120,
    XRayTubeCurrent: 240,
    startSeconds: 540,
    SpacingBetweenSlices: 12,
    images: coronalImages(),
  },
];

/** Every fourth image of a 5 mm stack, from the head down: enough to see the trunk, few enough to send quickly. */
function axialImages(matrix: number): ImagePlan[] {
  const spacing = FIELD_OF_VIEW_MILLIMETRES / matrix;
  const first = -((matrix - 1) / 2) * spacing;
  return Array.from({ length: 16 }, (_, index) => ({
    plane: {
      ImagePositionPatient: [first, first + CENTER_Y, 150 - 20 * index],
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      spacing,
      Rows: matrix,
      Columns: matrix,
    },
    SliceThickness: 5,
    samples: 1,
  }));
}

function coronalImages(): ImagePlan[] {
  return Array.from({ length: 14 }, (_, index) => ({
    plane: verticalPlane([1, 0, 0], -78 + 12 * index),
    SliceThickness: 10,
    samples: 3,
  }));
}

function frontView(): ImagePlan {
  return { plane: verticalPlane([1, 0, 0], CENTER_Y), SliceThickness: FIELD_OF_VIEW_MILLIMETRES, samples: 40 };
}

function sideView(): ImagePlan {
  return { plane: verticalPlane([0, 1, 0], 0), SliceThickness: FIELD_OF_VIEW_MILLIMETRES, samples: 40 };
}

/** An upright plane, head up, whose rows run along `row`; `depth` is its place along the other horizontal axis. */
function verticalPlane(row: readonly [number, number, number], depth: number): Plane {
  const matrix = 256;
  const spacing = FIELD_OF_VIEW_MILLIMETRES / matrix;
  const first = -((matrix - 1) / 2) * spacing;
  return {
    ImagePositionPatient: row[0] === 1 ? [first, depth, -first] : [depth, first + CENTER_Y, -first],
    ImageOrientationPatient: [...row, 0, 0, -1],
    spacing,
    Rows: matrix,
    Columns: matrix,
  };
}
