// The values of elements of a data set as text, in the character set that holds where they stand: its own, or that of
// what is around it (PS3.3 section C.12.1.1.2).

import type { TemplateValues } from '../template/template.ts';
import type { DataElement, DataSet } from '../tree/data-set.ts';
import { characterSetOf } from '../tree/values-of.ts';
import { isVR, type VR } from '../value-representation.ts';
import { decodeTexts } from '../values.ts';
import type { Place } from './change-at.ts';
import { findTag } from './find-tag.ts';

/** Without padding; undefined where the element has no text: sequences, pixels, values too long to be held. */
export function readTexts(
  element: DataElement, SpecificCharacterSet: readonly string[], vrOf: (tag: number) => VR | undefined,
): readonly string[] | undefined {
  const { tag, vr, value } = element;
  if (value.kind !== 'bytes') return undefined;
  const known = vr === 'UN' ? vrOf(tag) ?? 'UN' : vr;
  if (!isVR(known) || HAS_NO_TEXT.has(known)) return value.bytes.length === 0 ? [] : undefined;
  return decodeTexts(value.bytes, known, true, [...SpecificCharacterSet]);
}

const HAS_NO_TEXT: ReadonlySet<VR> = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'SQ']);

/** That of the innermost data set which has one. */
export function characterSetAt({ dataSet, around }: Pick<Place, 'dataSet' | 'around'>): readonly string[] {
  return [...around, dataSet].reduce<readonly string[]>((outside, one) => characterSetOf(one, outside), []);
}

/** What templates ask of an instance. */
export function valuesOfTree(root: DataSet, vrOf: (tag: number) => VR | undefined): TemplateValues {
  return {
    texts({ items, element }) {
      const around: DataSet[] = [];
      let dataSet = root;
      for (const { sequence, itemIndex } of items) {
        const tag = findTag(dataSet, sequence);
        const value = tag === undefined ? undefined : dataSet.get(tag)?.value;
        const item = value?.kind === 'items' ? value.items[itemIndex] : undefined;
        if (item === undefined) return [];
        around.push(dataSet);
        dataSet = item;
      }
      const tag = findTag(dataSet, element);
      const found = tag === undefined ? undefined : dataSet.get(tag);
      return found === undefined ? [] : readTexts(found, characterSetAt({ dataSet, around }), vrOf) ?? [];
    },
  };
}
