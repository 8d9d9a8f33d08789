// The kinds of objects that are sent.

import type { ObjectShape } from './synthetic-header.ts';

export interface Objects {
  readonly shape: ObjectShape;
  readonly count: number;
}

/** 512 KB. */
export const CT: ObjectShape = { modality: 'CT', rows: 512, columns: 512, frames: 1 };
/** 10 KB. */
export const MR: ObjectShape = { modality: 'MR', rows: 64, columns: 64, frames: 1 };
/** 2 GB. */
export const MULTI_FRAME: ObjectShape = { modality: 'OT', rows: 1024, columns: 1024, frames: 1024 };
