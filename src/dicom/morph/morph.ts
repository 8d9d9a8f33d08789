// Changes an instance as a list of steps says: the list of `morph` in the configuration. Pure: a data set comes in, a
// new one and the list of its changes go out, or why a step cannot be taken, and then nothing has changed.
//
// Promises that every value it writes is legal for its VR and is read back as it was meant. Never changes pixels, and
// never asks the disk: values that are too long to be held are removed or copied, but not read.

import type { DataSet } from '../tree/data-set.ts';
import { isUID } from '../uid.ts';
import { tagOf } from '../keywords.ts';
import { changeAt, placeName, type Place } from './change-at.ts';
import { readTexts, valuesOfTree } from './read-texts.ts';
import type { MorphChange, MorphFault, MorphStep, TextsOf } from './step.ts';
import { aimsOf, elementAt, type Subject } from './take-step.ts';
import type { Vocabulary } from './write-texts.ts';

export type Morphed =
  /** The data set that came in, where nothing was to be changed. */
  | { readonly dataSet: DataSet; readonly changes: readonly MorphChange[] }
  | { readonly fault: MorphFault };

export function morph(dataSet: DataSet, steps: readonly MorphStep[], vocabulary: Vocabulary): Morphed {
  const changes: MorphChange[] = [];
  let root = dataSet;
  for (const step of steps) {
    const values = valuesOfTree(root, vocabulary.vrOf);
    const textsOf: TextsOf = (tag) => values.texts({ items: [], element: { tag, vr: vocabulary.vrOf(tag) } });
    if (!step.when(textsOf)) continue;
    const subject: Subject = { root, values, vocabulary };
    for (const { path, createItems, change } of aimsOf(step.action, subject)) {
      let failedAt: Place | undefined;
      const changed = changeAt(root, path, createItems, (place) => {
        const result = change(place);
        if ('hindrance' in result) {
          failedAt = place;
        } else if (result !== place.dataSet) {
          const [before, after] = [elementAt(place, path), elementAt({ dataSet: result }, path)];
          const action = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
          changes.push({ step: step.number, element: placeName(path, place.items), action });
        }
        return result;
      });
      if ('hindrance' in changed) {
        const element = failedAt === undefined ? path.text : placeName(path, failedAt.items);
        return { fault: { step: step.number, element, text: changed.hindrance } };
      }
      root = changed;
    }
  }
  const lost = changes.length === 0 ? undefined : findLostIdentity(root, changes);
  return lost === undefined ? { dataSet: root, changes } : { fault: lost };
}

const IDENTITY = ['SOPClassUID', 'SOPInstanceUID', 'StudyInstanceUID', 'SeriesInstanceUID'] as const;

/** What no instance can do without, where a step has spoiled it. */
function findLostIdentity(root: DataSet, changes: readonly MorphChange[]): MorphFault | undefined {
  for (const keyword of IDENTITY) {
    const change = changes.findLast(({ element }) => element === keyword);
    if (change === undefined) continue;
    const element = root.get(tagOf(keyword));
    const [uid = ''] = element === undefined ? [] : readTexts(element, [], () => undefined) ?? [];
    if (!isUID(uid)) return { step: change.step, element: keyword, text: 'is no UID any more' };
  }
  return undefined;
}
