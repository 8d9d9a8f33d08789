// What differs between two data sets of one file, element by element, whoever has changed it: for a person who wants to
// see it.

import type { Dictionary } from '../dictionary.ts';
import { formatTag } from '../element-head.ts';
import type { ByteRange, DataElement, DataSet } from '../tree/data-set.ts';
import { characterSetOf } from '../tree/values-of.ts';
import { readTexts } from './read-texts.ts';

/** An element that is not the same in both. */
export interface Difference {
  /** By keyword where it has one, with the items on the way: `RequestAttributesSequence[0].StudyID`. */
  readonly element: string;
  /** As text, values parted by backslashes; undefined: absent. What has no text is told by its kind. */
  readonly before: string | undefined;
  readonly after: string | undefined;
}

const LONGEST_TOLD = 200;

/** By ascending tag. */
export function findDifferences(before: DataSet, after: DataSet, dictionary: Dictionary): Difference[] {
  return differencesBelow(before, after, dictionary, { way: '', before: [], after: [] });
}

/** The way to two data sets, and the character sets around them. */
interface Around {
  readonly way: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

function differencesBelow(before: DataSet, after: DataSet, dictionary: Dictionary, around: Around): Difference[] {
  const sets = { before: characterSetOf(before, around.before), after: characterSetOf(after, around.after) };
  const tags = [...new Set([...before.keys(), ...after.keys()])].sort((a, b) => a - b);
  return tags.flatMap((tag) => {
    const [old, made] = [before.get(tag), after.get(tag)];
    if (old === made) return [];
    const name = `${around.way}${dictionary.keywordOf(tag) ?? formatTag(tag)}`;
    if (old?.value.kind === 'items' && made?.value.kind === 'items') {
      const [oldItems, madeItems] = [old.value.items, made.value.items];
      return Array.from({ length: Math.max(oldItems.length, madeItems.length) }, (_, number) => {
        const inItem = { ...sets, way: `${name}[${number}].` };
        return differencesBelow(oldItems[number] ?? new Map(), madeItems[number] ?? new Map(), dictionary, inItem);
      }).flat();
    }
    const told = { before: tell(old, sets.before, dictionary), after: tell(made, sets.after, dictionary) };
    return isSame(old, made) ? [] : [{ element: name, ...told }];
  });
}

function tell(
  element: DataElement | undefined, characterSet: readonly string[], { vrOf }: Dictionary,
): string | undefined {
  if (element === undefined) return undefined;
  const { vr, value } = element;
  if (value.kind === 'items') return `(sequence of ${value.items.length})`;
  const texts = readTexts(element, characterSet, vrOf);
  if (texts === undefined) return `(${vr})`;
  const text = texts.join('\\');
  return text.length <= LONGEST_TOLD ? text : `${text.slice(0, LONGEST_TOLD - 1)}…`;
}

/** Long values are the same where they lie in the same place: both data sets are of one file. */
function isSame(one: DataElement | undefined, other: DataElement | undefined): boolean {
  if (one?.vr !== other?.vr) return false;
  const [a, b] = [one?.value, other?.value];
  switch (a?.kind) {
    case 'bytes': return b?.kind === 'bytes' && a.bytes.equals(b.bytes);
    case 'range': return b?.kind === 'range' && isSameRange(a, b);
    case 'fragments':
      return b?.kind === 'fragments' && a.fragments.length === b.fragments.length
        && a.fragments.every((fragment, index) => isSameRange(fragment, b.fragments[index]));
    case 'items': case 'made': case undefined: return a === b;
  }
}

function isSameRange(one: ByteRange, other: ByteRange | undefined): boolean {
  return one.offset === other?.offset && one.length === other.length;
}
