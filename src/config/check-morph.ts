// Checks what the steps of `morph` say: elements that exist and may be changed, values that are legal, patterns and
// placeholders that mean something. Of a step whose shape is wrong the schema tells.

import * as v from 'valibot';
import { loadDictionary } from '../dicom/dictionary.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, valueAt } from './loose.ts';
import { morphStep } from './schema/morph.ts';

/** Everything that is wrong with the steps in config.json. */
export async function checkMorph(station: unknown): Promise<Finding[]> {
  const steps = destinationEntries(station).flatMap(({ entry, path }) => itemsAt(entry, 'morph').map((step, index) => {
    return { step, path: [...path, 'morph', index] };
  }));
  if (steps.length === 0) return [];
  const { compileStep } = await import('./morph/compile-step.ts');
  const dictionary = await loadDictionary();
  return steps.flatMap(({ step, path }) => {
    const parsed = v.safeParse(morphStep, step);
    if (!parsed.success) return [];
    return compileStep(parsed.output, 1, dictionary).problems.map((problem): Finding => {
      return { level: 'error', file: 'config.json', ...problem, path: [...path, ...asWritten(problem.path, step)] };
    });
  });
}

/** Where one may stand instead of a list, it has no index. */
function asWritten([key, ...place]: Path, step: unknown): Path {
  const value = typeof key === 'string' ? valueAt(step, key) : undefined;
  const isAlone = typeof place[0] === 'number' && !Array.isArray(value);
  return [...key === undefined ? [] : [key], ...isAlone ? place.slice(1) : place];
}
