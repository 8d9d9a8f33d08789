// What a select statement may ask about a series.
//
// The side that describes studies implements SeriesFacts; this folder only reads it. Nothing here opens a file.

import type { Field } from './statement.ts';

/** A DICOM keyword or the name of an entry of the series' description, or a tag as [group, element]. */
export type FieldReference = string | readonly [group: number, element: number];

/** One series. All instances are taken to share a header; where they differ, the first by InstanceNumber decides. */
export interface SeriesFacts {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  /** Empty where the instances have none. */
  readonly PatientID: string;
  /** Number of instances in the series. */
  readonly NumImages: number;
  readonly ClassifyTypes: readonly string[];
  /** The folder of the series. */
  readonly Path: string;
  /**
   * The values of a field, one string for each of its value multiplicity; none where it is absent or empty. Need only
   * know the fields that the statement asks about: those of fieldsOf.
   */
  value(field: FieldReference): readonly string[];
  /** Whether the instances of the series differ in this field. Left out where nothing is known about it. */
  varies?(field: FieldReference): boolean;
}

/** Names that a condition may use beside the DICOM keywords. */
export const specialNames = ['ClassifyType', 'ClassifyTypes', 'NumImages', 'NumSlices', 'Path'] as const;

type SpecialName = (typeof specialNames)[number];

/** By these every series is shown, and on these the short form is tried: they are known whatever the statement asks. */
export const describedKeywords = [
  'Modality', 'SeriesDescription', 'SeriesNumber', 'SequenceName', 'Manufacturer', 'ManufacturerModelName',
  'StudyDescription',
] as const;

/** The form in which SeriesFacts.value takes a field. */
export function fieldReference(field: Field): FieldReference {
  return field.kind === 'name' ? field.name : [field.group, field.element];
}

/** The values of a field in a series, the special names included. A field that holds only empty values has none. */
export function fieldValues(facts: SeriesFacts, field: Field): readonly string[] {
  const values = isSpecial(field) ? specialValues(facts, field.name) : facts.value(fieldReference(field));
  return values.some((value) => value !== '') ? values : [];
}

/** Whether the values of a field are those of one instance of the series and not of all. */
export function fieldVaries(facts: SeriesFacts, field: Field): boolean {
  return !isSpecial(field) && (facts.varies?.(fieldReference(field)) ?? false);
}

/** Whether a field is answered by what is known of the series as a whole, and not by a header. */
export function isSpecial(field: Field): field is Field & { kind: 'name'; name: SpecialName } {
  return field.kind === 'name' && (specialNames as readonly string[]).includes(field.name);
}

function specialValues(facts: SeriesFacts, name: SpecialName): readonly string[] {
  switch (name) {
    case 'ClassifyType':
    case 'ClassifyTypes':
      return facts.ClassifyTypes;
    case 'NumImages':
    case 'NumSlices':
      return [String(facts.NumImages)];
    case 'Path':
      return [facts.Path];
  }
}
