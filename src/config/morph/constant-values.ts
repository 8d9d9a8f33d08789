// Values that are the same for every instance, judged before there is one.

import type { Dictionary } from '../../dicom/dictionary.ts';
import type { ElementPath } from '../../dicom/morph/element-path.ts';
import { findProblem, valuesOf } from '../../dicom/morph/write-texts.ts';
import { cutValue, findMultiplicityProblem } from '../../dicom/morph/validate-value.ts';
import type { VR } from '../../dicom/value-representation.ts';
import type { MorphEntry } from '../schema/morph.ts';
import type { StepProblem } from './step-problem.ts';

/** @param entry with values without placeholders */
export function findConstantProblems(
  { value, onTooLong }: Extract<MorphEntry, { type: 'set' | 'default' }>, vr: VR, { element }: ElementPath,
  { vmOf }: Dictionary,
): StepProblem[] {
  const texts = value.map((text) => text.replaceAll('{{', '{').replaceAll('}}', '}'));
  const values = valuesOf(vr, texts).map((text) => (onTooLong === 'cut' ? cutValue(vr, text) : text));
  const problem = findMultiplicityProblem(values.length, 'tag' in element ? vmOf(element.tag) : undefined)
    ?? findProblem(vr, values);
  if (problem === undefined) return [];
  const found = value.length === 1 ? value[0] : value;
  return [{ path: ['value'], at: 'value', message: `what is to be written ${problem}`, value: found }];
}
