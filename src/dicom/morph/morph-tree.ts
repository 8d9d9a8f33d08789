// Takes the steps of a morph on a whole instance: those on elements by morph.ts, and between them the one that concerns
// all its texts, which may have to be read from the file.

import type { InstanceTree } from '../tree/data-set.ts';
import { inUnicode } from '../tree/text-element.ts';
import { characterSetOf } from '../tree/values-of.ts';
import { morph } from './morph.ts';
import { valuesOfTree } from './read-texts.ts';
import type { MorphChange, MorphFault, MorphStep } from './step.ts';
import type { Vocabulary } from './write-texts.ts';

const UNICODE = 'ISO_IR 192';

/** @throws as the file system does */
export async function morphTree(
  original: InstanceTree, steps: readonly MorphStep[], vocabulary: Vocabulary,
): Promise<{ readonly tree: InstanceTree; readonly changes: readonly MorphChange[] } | { readonly fault: MorphFault }> {
  let tree = original;
  const changes: MorphChange[] = [];
  for (const step of steps) {
    if (step.action.type === 'unicode') {
      const made = await toUnicode(tree, step, vocabulary);
      if ('fault' in made) return made;
      if (made !== tree) changes.push({ step: step.number, element: 'SpecificCharacterSet', action: 'changed' });
      tree = made;
      continue;
    }
    const morphed = morph(tree.dataSet, [step], vocabulary);
    if ('fault' in morphed) return morphed;
    changes.push(...morphed.changes);
    tree = { ...tree, dataSet: morphed.dataSet };
  }
  return { tree, changes };
}

/** @returns the tree itself where it is so already, or the step's condition does not fit */
async function toUnicode(
  tree: InstanceTree, { number, when }: MorphStep, { vrOf }: Vocabulary,
): Promise<InstanceTree | { readonly fault: MorphFault }> {
  const values = valuesOfTree(tree.dataSet, vrOf);
  const isMeant = when((tag) => values.texts({ items: [], element: { tag, vr: vrOf(tag) } }));
  if (!isMeant || characterSetOf(tree.dataSet)[0] === UNICODE) return tree;
  const made = await inUnicode(tree);
  if (!('unencodable' in made)) return made;
  const text = `cannot be ${UNICODE}: ${made.unencodable}`;
  return { fault: { step: number, element: 'SpecificCharacterSet', text } };
}
