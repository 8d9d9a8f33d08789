// `when` of a morph step: globs by keyword, all of any entry, tried on the values of an instance.

import type { Dictionary } from '../../dicom/dictionary.ts';
import type { MorphStep } from '../../dicom/morph/step.ts';
import { fitsGlob } from '../../select/glob.ts';
import { suggest } from './compile-texts.ts';
import type { StepProblem } from './step-problem.ts';

type Condition = readonly Readonly<Record<string, string>>[];

/** As filters of destinations are tried: an element that is absent or empty fits what an empty text fits. */
export function compileCondition(
  condition: Condition | undefined, dictionary: Dictionary, problems: StepProblem[],
): MorphStep['when'] {
  if (condition === undefined) return () => true;
  const entries = condition.map((entry, index) => Object.entries(entry).flatMap(([keyword, glob]) => {
    const tag = dictionary.tagOf(keyword);
    if (tag !== undefined) return [{ tag, glob }];
    const path = ['when', index, keyword];
    problems.push({ path, at: 'key', message: 'there is no such DICOM keyword', ...suggest(keyword, dictionary) });
    return [];
  }));
  return (textsOf) => entries.some((globs) => globs.every(({ tag, glob }) => {
    const texts = textsOf(tag);
    return (texts.length === 0 ? [''] : texts).some((text) => fitsGlob(glob, text));
  }));
}
