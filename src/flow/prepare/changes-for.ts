// What is changed in the instances that go to a destination, in the order in which it is done: re-identification, which
// the stream asks for, de-identification, and then the destination's own steps, which see only what that has left.

import type { Destination } from '../../config/destination.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import { morph } from '../../dicom/morph/morph.ts';
import type { MorphChange } from '../../dicom/morph/step.ts';
import type { Station } from '../station.ts';
import type { ChangeTree, ReportedChange } from './change-instance.ts';

/** Who asks for changes. */
export interface Asking {
  readonly station: Station;
  readonly destination: Destination;
  /** That which the instances come from, by its name; undefined where a person sends files by hand. */
  readonly stream: string | undefined;
}

/** None: what goes there leaves as it lies. */
export async function changesFor({ destination }: Asking): Promise<readonly ChangeTree[]> {
  return destination.morph.length === 0 ? [] : [await morphOf(destination)];
}

async function morphOf({ name, morph: entries }: Destination): Promise<ChangeTree> {
  const { compileMorph } = await import('../../config/morph/compile-morph.ts');
  const dictionary = await loadDictionary();
  const { steps, problems: [problem] } = compileMorph(entries, dictionary);
  if (problem !== undefined) throw new Error(`morph of ${name} was not checked before: ${problem.message}`);
  return async (tree, SOPInstanceUID) => {
    const morphed = morph(tree.dataSet, steps, dictionary);
    if ('fault' in morphed) {
      return { failure: { reason: 'morph-impossible', SOPInstanceUID, destination: name, ...morphed.fault } };
    }
    const { dataSet, changes } = morphed;
    return { tree: { ...tree, dataSet }, changes: changes.map(reportedChange) };
  };
}

function reportedChange({ step, element, action }: MorphChange): ReportedChange {
  return { by: `step ${step}`, element, action };
}
