// Takes one step of a morph on a data set.

import type { TemplateValues } from '../template/template.ts';
import { renderTemplate } from '../template/render-template.ts';
import type { DataElement, DataSet } from '../tree/data-set.ts';
import { isVR } from '../value-representation.ts';
import { withElement, withoutElement, type Change, type Hindrance, type Place } from './change-at.ts';
import type { ElementPath } from './element-path.ts';
import { isNumberVR } from './encode-numbers.ts';
import { findTag, reserveTag } from './find-tag.ts';
import { characterSetAt, readTexts } from './read-texts.ts';
import type { MorphAction, Writing } from './step.ts';
import { writeTexts, type Vocabulary } from './write-texts.ts';

/** What a step is taken on. */
export interface Subject {
  /** The top level of the instance, as it is before the step. */
  readonly root: DataSet;
  readonly values: TemplateValues;
  readonly vocabulary: Vocabulary;
}

/** A path that a step changes, and what it makes of each data set that the path leads to. */
export interface Aim {
  readonly path: ElementPath;
  readonly createItems: boolean;
  readonly change: Change;
}

/** One for each path of the step; none of one that concerns the instance as a whole. */
export function aimsOf(action: MorphAction, subject: Subject): Aim[] {
  switch (action.type) {
    case 'unicode': return [];
    case 'set':
    case 'default': {
      const { element: path, writing, values } = action;
      const texts = values.map((template) => renderTemplate(template, subject.values));
      const isOnlyDefault = action.type === 'default';
      const change: Change = (place) => {
        return isOnlyDefault && hasValue(elementAt(place, path)) ? place.dataSet
          : writeTexts(place, path.element, texts, writing, subject.vocabulary);
      };
      return [{ path, createItems: writing.createItems, change }];
    }
    case 'remove':
      return action.elements.map((path) => ({ path, createItems: false, change: (place) => remove(place, path) }));
    case 'copy': {
      const { from, to: path, writing } = action;
      const change: Change = (place) => copy(place, from, path, writing, subject);
      return [{ path, createItems: writing.createItems, change }];
    }
    case 'replace': {
      const { element: path, writing } = action;
      const replacement = renderTemplate(action.with, withoutDollars(subject.values));
      const change: Change = (place) => {
        const element = elementAt(place, path);
        if (element === undefined || !hasValue(element)) return place.dataSet;
        const texts = readTexts(element, characterSetAt(place), subject.vocabulary.vrOf);
        if (texts === undefined) return { hindrance: `of VR ${element.vr} has no text, or too much to be replaced` };
        const replaced = texts.map((text) => action.replace(text, replacement));
        const isSame = replaced.every((text, index) => text === texts[index]);
        return isSame ? place.dataSet : writeTexts(place, path.element, replaced, writing, subject.vocabulary);
      };
      return [{ path, createItems: false, change }];
    }
  }
}

/** The element of a path in the data set that the path leads to. */
export function elementAt({ dataSet }: Pick<Place, 'dataSet'>, { element }: ElementPath): DataElement | undefined {
  const tag = findTag(dataSet, element);
  return tag === undefined ? undefined : dataSet.get(tag);
}

function hasValue(element: DataElement | undefined): boolean {
  if (element === undefined) return false;
  const { vr, value } = element;
  switch (value.kind) {
    case 'bytes': {
      const isNumber = isVR(vr) && isNumberVR(vr); // whose zeros are no padding
      return isNumber ? value.bytes.length > 0 : value.bytes.some((byte) => byte !== 0x20 && byte !== 0);
    }
    case 'items': return value.items.length > 0;
    case 'range': case 'made': return value.length > 0;
    case 'fragments': return true;
  }
}

function remove(place: Place, path: ElementPath): DataSet {
  const element = elementAt(place, path);
  return element === undefined ? place.dataSet : withoutElement(place.dataSet, element.tag);
}

/** The value as it lies, where it may stand so in its new place; else as text. */
function copy(
  place: Place, from: ElementPath, to: ElementPath, writing: Writing, { root, vocabulary }: Subject,
): DataSet | Hindrance {
  const source = findSource(root, from, to, place.items);
  const element = source === undefined ? undefined : elementAt(source, from);
  if (source === undefined || element === undefined || !hasValue(element)) return place.dataSet;
  const reserved = reserveTag(place.dataSet, to.element);
  if (reserved === undefined) return { hindrance: 'has no place: every private block of its group is taken' };
  const { dataSet, tag } = reserved;
  const vr = dataSet.get(tag)?.vr ?? writing.vr ?? vocabulary.vrOf(tag) ?? element.vr;
  const isSameCharacterSet = characterSetAt(source).join('\\') === characterSetAt(place).join('\\');
  if (vr === element.vr && isSameCharacterSet) return withElement(dataSet, { ...element, tag });
  const texts = readTexts(element, characterSetAt(source), vocabulary.vrOf);
  if (texts === undefined) return { hindrance: `is of VR ${vr}, and what is copied is of VR ${element.vr}` };
  const meant = writing.vr ?? vocabulary.vrOf(tag) ?? (isVR(element.vr) ? element.vr : undefined);
  return writeTexts(place, to.element, texts, { ...writing, vr: meant }, vocabulary);
}

/** The data set with the element that is copied: as far as both ways are the same, in the same items. */
function findSource(root: DataSet, from: ElementPath, to: ElementPath, items: readonly number[]): Place | undefined {
  let place: Place = { dataSet: root, items: [], around: [] };
  let isSameWay = true;
  for (const [depth, { sequence, item }] of from.items.entries()) {
    const alongside = to.items[depth];
    isSameWay &&= alongside?.sequence.name === sequence.name && alongside.item === item;
    const number = isSameWay ? items[depth] : item === 'all' ? 0 : item;
    const tag = findTag(place.dataSet, sequence);
    const value = tag === undefined ? undefined : place.dataSet.get(tag)?.value;
    const below = value?.kind === 'items' && number !== undefined ? value.items[number] : undefined;
    if (below === undefined) return undefined;
    place = { dataSet: below, items: [...place.items, number ?? 0], around: [...place.around, place.dataSet] };
  }
  return place;
}

/** Values in which a dollar stands for itself, also in the replacement of a pattern. */
function withoutDollars({ texts }: TemplateValues): TemplateValues {
  return { texts: (path) => texts(path).map((text) => text.replaceAll('$', '$$$$')) };
}
