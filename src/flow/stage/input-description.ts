// An entry of descr.json: what a core is told of a series of its input.

import type { SeriesDescription } from '../arrival/series-description.ts';

/** The series' description, what the select statement called it, and where it is seen. */
export interface InputDescription extends SeriesDescription {
  readonly NameFromSelect: string;
  readonly ProcessDataPath: string;
  readonly InputViewDICOMSeriesPath: string;
}
