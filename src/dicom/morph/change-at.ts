// Changes a data set at a path, in every item that the path means. The data set that it is given stays as it is; what
// is not on the way is shared with the new one.

import type { DataElement, DataSet } from '../tree/data-set.ts';
import type { ElementPath, ItemStep } from './element-path.ts';
import { findTag, reserveTag } from './find-tag.ts';

/** One data set that a path leads to. */
export interface Place {
  readonly dataSet: DataSet;
  /** The items on the way, from 0. */
  readonly items: readonly number[];
  /** What stands around it, the top level first. */
  readonly around: readonly DataSet[];
}

/** Why a change cannot be made, as an ending to "the element …". */
export interface Hindrance {
  readonly hindrance: string;
}

/** What a data set is to be; itself where nothing changes. */
export type Change = (place: Place) => DataSet | Hindrance;

/**
 * @param createItems whether a sequence, and the item behind its last, are made where they are missing. Otherwise a
 * path that leads nowhere changes nothing.
 */
export function changeAt(
  dataSet: DataSet, { items }: Pick<ElementPath, 'items'>, createItems: boolean, change: Change,
): DataSet | Hindrance {
  return changeBelow({ dataSet, items: [], around: [] }, items, createItems, change);
}

function changeBelow(
  place: Place, [step, ...further]: readonly ItemStep[], createItems: boolean, change: Change,
): DataSet | Hindrance {
  if (step === undefined) return change(place);
  const { dataSet } = place;
  const found = findTag(dataSet, step.sequence);
  const present = found === undefined ? undefined : dataSet.get(found);
  const items = itemsOf(present);
  if ('hindrance' in items) return { hindrance: `lies in ${step.sequence.name}, which ${items.hindrance}` };
  const wanted = createItems && step.item === items.length ? [...items, new Map()] : items;
  const changed: DataSet[] = [];
  for (const [number, item] of wanted.entries()) {
    if (step.item !== 'all' && step.item !== number) {
      changed.push(item);
      continue;
    }
    const below = { dataSet: item, items: [...place.items, number], around: [...place.around, dataSet] };
    const result = changeBelow(below, further, createItems, change);
    if ('hindrance' in result) return result;
    changed.push(result);
  }
  if (createItems && typeof step.item === 'number' && step.item > items.length) {
    return { hindrance: `lies in item ${step.item} of ${step.sequence.name}, which has ${items.length} items` };
  }
  const isSame = changed.length === items.length && changed.every((item, number) => item === items[number]);
  return isSame ? dataSet : withItems(dataSet, step, present, changed);
}

function itemsOf(element: DataElement | undefined): readonly DataSet[] | Hindrance {
  if (element === undefined) return [];
  const { value } = element;
  if (value.kind === 'items') return value.items;
  const isEmpty = value.kind === 'bytes' && value.bytes.length === 0;
  return isEmpty ? [] : { hindrance: `is no sequence but of VR ${element.vr}` };
}

function withItems(
  dataSet: DataSet, { sequence }: ItemStep, present: DataElement | undefined, items: readonly DataSet[],
): DataSet | Hindrance {
  const reserved = reserveTag(dataSet, sequence);
  if (reserved === undefined) return { hindrance: 'has no place: every private block of its group is taken' };
  const { tag } = reserved;
  const value = present?.value.kind === 'items' ? { ...present.value, items } : { kind: 'items', items } as const;
  return withElement(reserved.dataSet, { tag, vr: present?.vr ?? 'SQ', value });
}

/** The data set with an element put in, or put in place of the one with its tag. */
export function withElement(dataSet: DataSet, element: DataElement): DataSet {
  return new Map(dataSet).set(element.tag, element);
}

export function withoutElement(dataSet: DataSet, tag: number): DataSet {
  const rest = new Map(dataSet);
  rest.delete(tag);
  return rest;
}

/** A path for people, with the items that are meant: `RequestAttributesSequence[0].ScheduledProcedureStepID`. */
export function placeName({ items, element }: ElementPath, numbers: readonly number[]): string {
  const steps = items.map(({ sequence }, index) => `${sequence.name}[${numbers[index] ?? 0}].`);
  return `${steps.join('')}${element.name}`;
}
