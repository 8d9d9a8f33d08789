// The list of steps that `morph` of a destination is, ready to be taken. Where and when it is compiled: for a check of
// the configuration, which wants the problems, and before instances are prepared, which wants the steps.

import type { Dictionary } from '../../dicom/dictionary.ts';
import type { MorphStep } from '../../dicom/morph/step.ts';
import type { MorphEntry } from '../schema/morph.ts';
import { compileStep } from './compile-step.ts';
import type { StepProblem } from './step-problem.ts';

export interface CompiledMorph {
  /** To be taken only where there is no problem. */
  readonly steps: readonly MorphStep[];
  /** At paths from the list. */
  readonly problems: readonly StepProblem[];
}

export function compileMorph(entries: readonly MorphEntry[], dictionary: Dictionary): CompiledMorph {
  const compiled = entries.map((entry, index) => compileStep(entry, index + 1, dictionary));
  return {
    steps: compiled.map(({ step }) => step),
    problems: compiled.flatMap(({ problems }, index) => problems.map((problem) => {
      return { ...problem, path: [index, ...problem.path] };
    })),
  };
}
