// Series for the tests of select statements, made from the few fields that a test cares about.

import type { FieldReference, SeriesFacts } from '../../src/select/series-facts.ts';

/** What a test may say about a series; anything else is a field, one value or several. */
export interface SeriesGiven {
  readonly StudyInstanceUID?: string;
  readonly SeriesInstanceUID?: string;
  readonly PatientID?: string;
  readonly NumImages?: number;
  readonly ClassifyTypes?: readonly string[];
  readonly Path?: string;
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  readonly varying?: readonly string[];
}

/** A tag is keyed by its eight hexadecimal digits. */
export function fieldKey(field: FieldReference): string {
  if (typeof field === 'string') return field;
  return field.map((number) => number.toString(16).padStart(4, '0')).join('');
}

export function makeSeries(given: SeriesGiven = {}): SeriesFacts {
  const { fields = {}, varying = [] } = given;
  const identity = {
    StudyInstanceUID: given.StudyInstanceUID ?? '1.2',
    SeriesInstanceUID: given.SeriesInstanceUID ?? '1.2.3',
    PatientID: given.PatientID ?? 'P1',
  };
  const values: Record<string, string | readonly string[]> = { ...identity, ...fields };
  return {
    ...identity,
    NumImages: given.NumImages ?? 10,
    ClassifyTypes: given.ClassifyTypes ?? [],
    Path: given.Path ?? '/data/site/raw/1.2/1.2.3',
    value: (field) => [values[fieldKey(field)] ?? []].flat(),
    varies: (field) => varying.includes(fieldKey(field)),
  };
}
