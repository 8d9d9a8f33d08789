// The content items that a structured report is built of (PS3.3 section C.17.3), as datasets: one function for each
// value type that the example core uses.

import type { Dataset } from '../../dicom/write.ts';

export type Code = readonly [CodeValue: string, CodingSchemeDesignator: string, CodeMeaning: string];
export type Relationship =
  | 'CONTAINS'
  | 'HAS CONCEPT MOD'
  | 'HAS OBS CONTEXT'
  | 'HAS ACQ CONTEXT'
  | 'INFERRED FROM'
  | 'SELECTED FROM';
export type ImageReference = {
  readonly SOPClassUID: string;
  readonly SOPInstanceUID: string;
  /** Only for instances of several frames. */
  readonly frameNumber?: number | undefined;
};

export function codeSequence([CodeValue, CodingSchemeDesignator, CodeMeaning]: Code): Dataset[] {
  return [{ CodeValue, CodingSchemeDesignator, CodeMeaning }];
}

export function container(relationship: Relationship, concept: Code, children: readonly Dataset[]): Dataset {
  return { ...item(relationship, 'CONTAINER', concept, children), ContinuityOfContent: 'SEPARATE' };
}

export function text(relationship: Relationship, concept: Code, TextValue: string): Dataset {
  return { ...item(relationship, 'TEXT', concept), TextValue };
}

export function code(relationship: Relationship, concept: Code, value: Code): Dataset {
  return { ...item(relationship, 'CODE', concept), ConceptCodeSequence: codeSequence(value) };
}

export function uidReference(relationship: Relationship, concept: Code, UID: string): Dataset {
  return { ...item(relationship, 'UIDREF', concept), UID };
}

export function number(concept: Code, value: number, unit: Code, children: readonly Dataset[]): Dataset {
  return {
    ...item('CONTAINS', 'NUM', concept, children),
    MeasuredValueSequence: [
      { NumericValue: Math.round(value * 1000) / 1000, MeasurementUnitsCodeSequence: codeSequence(unit) },
    ],
  };
}

/** A closed outline in pixels; 0 is the outer edge of the first pixel, PS3.3 section C.18.6.1.2. */
export function outline(
  relationship: Relationship,
  concept: Code,
  corners: readonly (readonly [column: number, row: number])[],
  image: ImageReference,
): Dataset {
  return {
    ...item(relationship, 'SCOORD', concept, [imageItem('SELECTED FROM', image)]),
    GraphicType: 'POLYLINE',
    GraphicData: [...corners, corners[0]!].flat(),
  };
}

export function imageItem(relationship: Relationship, image: ImageReference): Dataset {
  return { ...item(relationship, 'IMAGE', undefined), ReferencedSOPSequence: [imageReference(image)] };
}

export function imageReference({ SOPClassUID, SOPInstanceUID, frameNumber }: ImageReference): Dataset {
  return {
    ReferencedSOPClassUID: SOPClassUID,
    ReferencedSOPInstanceUID: SOPInstanceUID,
    ReferencedFrameNumber: frameNumber,
  };
}

function item(
  RelationshipType: Relationship,
  ValueType: string,
  concept: Code | undefined,
  children: readonly Dataset[] = [],
): Dataset {
  return {
    RelationshipType,
    ValueType,
    ConceptNameCodeSequence: concept === undefined ? undefined : codeSequence(concept),
    ContentSequence: children.length > 0 ? children : undefined,
  };
}
