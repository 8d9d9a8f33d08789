// What a condition on an instance is about: an element by keyword, tag or private creator, and within sequences by the
// way to it. Written as in templates (template/template.ts), but that without an index any value, and any item, will do:
// `Modality`, `ImageType[2]`, `RequestAttributesSequence.ScheduledProcedureStepID`, `(0019,xx0C,SIEMENS MR HEADER)`.

import type { Header } from './header.ts';
import { parseReference } from './template/parse-reference.ts';
import { Scanner, TemplateFault } from './template/scanner.ts';
import type { ElementKey, ElementPath, TemplateProblem, Vocabulary } from './template/template.ts';
import { valuesOfHeader } from './template/values-of-header.ts';
import type { DataSet } from './tree/data-set.ts';
import { characterSetOf, text, texts } from './tree/values-of.ts';

export interface FilterKey {
  readonly path: ElementPath;
  /** Of the values; absent: any. */
  readonly valueIndex?: number;
  /** Whether any item of the sequences will do. */
  readonly anyItem: boolean;
}

/** Elements in which private blocks are reserved: (gggg,0010) to (gggg,00FF), PS3.5 section 7.8.1. */
const FIRST_BLOCK = 0x10;
const LAST_BLOCK = 0xff;

/** A key, or what is wrong with its text. */
export function parseFilterKey(source: string, vocabulary: Vocabulary): FilterKey | TemplateProblem {
  const scanner = new Scanner(source);
  try {
    const { path, valueIndex, nameParts } = parseReference(scanner, vocabulary);
    if (nameParts !== undefined) throw scanner.fault('a filter is about the whole name', 0);
    if (!scanner.isAtEnd) throw scanner.fault(`expected the end instead of ${scanner.peek()}`);
    return {
      path, anyItem: !source.replace(/\[\d+\]$/, '').includes('['),
      ...(/\[\d+\]$/.test(source) ? { valueIndex } : {}),
    };
  } catch (fault) {
    if (fault instanceof TemplateFault) return fault.problem;
    throw fault;
  }
}

/** Whether a key asks for what headers do not hold. */
export function isNested({ path }: FilterKey): boolean {
  return path.items.length > 0;
}

/** The values of a key that is not nested, as text; none where it is absent or empty. */
export function valuesInHeader({ path, valueIndex }: FilterKey, header: Header): readonly string[] {
  return chosen(valuesOfHeader(header).texts(path), valueIndex);
}

/** The values of any key, of all items that will do. */
export function valuesInTree({ path, valueIndex, anyItem }: FilterKey, dataSet: DataSet): readonly string[] {
  let places = [{ dataSet, around: characterSetOf(dataSet) }];
  for (const { sequence, itemIndex } of path.items) {
    places = places.flatMap(({ dataSet: outer, around }) => {
      const value = outer.get(tagIn(outer, sequence) ?? -1)?.value;
      const items = value?.kind === 'items' ? value.items : [];
      const meant = anyItem ? items : items.slice(itemIndex, itemIndex + 1);
      return meant.map((item) => ({ dataSet: item, around: characterSetOf(item, around) }));
    });
  }
  return places.flatMap(({ dataSet: last, around }) => {
    const tag = tagIn(last, path.element);
    return tag === undefined ? [] : chosen(texts(last, tag, around), valueIndex);
  });
}

function chosen(values: readonly string[], valueIndex: number | undefined): readonly string[] {
  return valueIndex === undefined ? values : values.slice(valueIndex, valueIndex + 1);
}

function tagIn(dataSet: DataSet, key: ElementKey): number | undefined {
  if ('tag' in key) return key.tag;
  for (let block = FIRST_BLOCK; block <= LAST_BLOCK; block += 1) {
    const creator = ((key.group << 16) | block) >>> 0;
    if (text(dataSet, creator) === key.creator) return ((key.group << 16) | (block << 8) | key.element) >>> 0;
  }
  return undefined;
}
