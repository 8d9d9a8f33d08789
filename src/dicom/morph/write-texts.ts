// Gives an element values that come as text, once these are known to be legal for its VR and writable where it stands.

import type { Dictionary } from '../dictionary.ts';
import type { DataElement, DataSet } from '../tree/data-set.ts';
import { textElement } from '../tree/text-element.ts';
import { isVR, type VR } from '../value-representation.ts';
import { withElement, type Hindrance, type Place } from './change-at.ts';
import type { ElementAddress } from './element-path.ts';
import { encodeNumbers, findNumberProblem, isNumberVR } from './encode-numbers.ts';
import { reserveTag } from './find-tag.ts';
import { characterSetAt } from './read-texts.ts';
import type { Writing } from './step.ts';
import {
  cutValue, findMultiplicityProblem, findValueProblem, isTextVR, SINGLE_VALUE_VRS,
} from './validate-value.ts';

/** What is asked of the data dictionary. */
export type Vocabulary = Pick<Dictionary, 'vrOf' | 'vmOf'>;

/** @returns the data set of the place with the values in it; itself where the element has them already */
export function writeTexts(
  place: Place, address: ElementAddress, texts: readonly string[], writing: Omit<Writing, 'createItems'>,
  vocabulary: Vocabulary,
): DataSet | Hindrance {
  const reserved = reserveTag(place.dataSet, address);
  if (reserved === undefined) return { hindrance: 'has no place: every private block of its group is taken' };
  const { dataSet, tag } = reserved;
  const present = dataSet.get(tag);
  const vr = vrToWrite(present, writing.vr ?? vocabulary.vrOf(tag));
  if (vr === undefined) return { hindrance: 'is of no VR that is known; `vr` of the step says which' };
  if (!isTextVR(vr) && !isNumberVR(vr)) return { hindrance: `is of VR ${vr}, which has no values of text or numbers` };
  const values = valuesOf(vr, texts).map((text) => (writing.onTooLong === 'cut' ? cutValue(vr, text) : text));
  const problem = findMultiplicityProblem(values.length, vocabulary.vmOf(tag)) ?? findProblem(vr, values);
  if (problem !== undefined) return { hindrance: problem };
  const around = characterSetAt(place);
  const element = isNumberVR(vr) ? numberElement(tag, vr, values) : textElement(dataSet, tag, vr, values, around);
  if ('unencodable' in element) {
    return { hindrance: `${element.unencodable}; {"type": "unicode"} before it makes room for every character` };
  }
  return isSame(present, element) ? place.dataSet : withElement(dataSet, element);
}

/** What the element is now; where it is new, or was written without saying what it is, what it is meant to be. */
function vrToWrite(present: DataElement | undefined, meant: VR | undefined): VR | undefined {
  return present === undefined || present.vr === 'UN' || !isVR(present.vr) ? meant : present.vr;
}

/** Backslashes part values where the VR may have several. No value at all where all that there is is empty. */
export function valuesOf(vr: VR, texts: readonly string[]): readonly string[] {
  const values = SINGLE_VALUE_VRS.has(vr) ? [texts.join('\\')] : texts.flatMap((text) => text.split('\\'));
  return values.every((value) => value === '') ? [] : values;
}

export function findProblem(vr: VR, values: readonly string[]): string | undefined {
  for (const value of values) {
    const problem = isNumberVR(vr) ? findNumberProblem(vr, value) : findValueProblem(vr, value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function numberElement(tag: number, vr: VR, values: readonly string[]): DataElement {
  return { tag, vr, value: { kind: 'bytes', bytes: encodeNumbers(vr, values) } };
}

function isSame(present: DataElement | undefined, { vr, value }: DataElement): boolean {
  return present?.vr === vr && present.value.kind === 'bytes' && value.kind === 'bytes'
    && present.value.bytes.equals(value.bytes);
}
