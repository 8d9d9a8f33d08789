// What is changed in the instances that go to a destination, in the order in which it is done: re-identification, which
// the stream asks for, de-identification, and then the destination's own steps, which see only what that has left.

import type { Destination } from '../../config/destination.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import { morphTree } from '../../dicom/morph/morph-tree.ts';
import type { MorphChange } from '../../dicom/morph/step.ts';
import type { Failure } from '../../job/failure.ts';
import type { Station } from '../station.ts';
import type { ChangeTree, ReportedChange } from './change-instance.ts';

/** Who asks for changes. */
export interface Asking {
  readonly station: Station;
  readonly destination: Destination;
  /** That which the instances come from, by its name; undefined where a person sends files by hand. */
  readonly stream: string | undefined;
  /** Whether a person has let go what was held for what it may show in its pixels. */
  readonly isReleased?: boolean;
}

/** Everything that is to be changed. */
export interface Changes {
  /** In order. None: what goes there leaves as it lies. */
  readonly list: readonly ChangeTree[];
  /** Puts on disk what must be there before any of what was changed leaves. */
  settle(): Promise<void>;
}

/** @returns why a person must look first, where a profile of de-identification cannot be used */
export async function changesFor(
  { station, destination, stream, isReleased = false }: Asking,
): Promise<Changes | { readonly hold: Failure }> {
  const { reidentify } = station.configuration.streams.find(({ name }) => name === stream) ?? {};
  const { deidentify } = destination;
  const list: ChangeTree[] = [];
  let settle = async (): Promise<void> => undefined;
  if (reidentify !== undefined || deidentify !== undefined) {
    const { changeIdentity } = await import('../deidentify/change-identity.ts');
    const identity = await changeIdentity(station, { reidentify, deidentify }, isReleased);
    if ('hold' in identity) return identity;
    list.push(...identity.list);
    settle = identity.settle;
  }
  if (destination.morph.length > 0) list.push(await morphOf(destination));
  return { list, settle };
}

async function morphOf({ name, morph: entries }: Destination): Promise<ChangeTree> {
  const { compileMorph } = await import('../../config/morph/compile-morph.ts');
  const dictionary = await loadDictionary();
  const { steps, problems: [problem] } = compileMorph(entries, dictionary);
  if (problem !== undefined) throw new Error(`morph of ${name} was not checked before: ${problem.message}`);
  return async (tree, SOPInstanceUID) => {
    const morphed = await morphTree(tree, steps, dictionary);
    if ('fault' in morphed) {
      return { failure: { reason: 'morph-impossible', SOPInstanceUID, destination: name, ...morphed.fault } };
    }
    return { tree: morphed.tree, changes: morphed.changes.map(reportedChange) };
  };
}

function reportedChange({ step, element, action }: MorphChange): ReportedChange {
  return { by: `step ${step}`, element, action };
}
