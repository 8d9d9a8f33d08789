// Which instances go to a destination, by its `filter` (any entry may fit, every key within one must) and its `exclude`
// (no entry may), and what decided for each of them.

import type { DestinationBase } from '../../config/destination.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import { isNested, parseFilterKey, valuesInHeader, valuesInTree, type FilterKey } from '../../dicom/filter-key.ts';
import type { Header } from '../../dicom/header.ts';
import { readInstanceTree } from '../../dicom/tree/read-instance-tree.ts';
import type { Match, MatchGround, SeenValue } from '../../job/match.ts';
import { fitsGlob } from '../../select/glob.ts';

/** What may be matched: a file whose header was read. */
export interface Matchable {
  readonly file: string;
  readonly header: Header;
}

export type Filters = Pick<DestinationBase, 'filter' | 'exclude'>;

/** What came of several instances: those that go, and every ground with how many it decided on. */
export interface Matched<Instance> {
  readonly going: readonly Instance[];
  readonly matches: readonly Match[];
}

type Entry = Readonly<Record<string, string>>;

/** Gives the values of a key. */
type ValuesOf = (key: FilterKey) => readonly string[];

/** More than the first values are not told. */
const MOST_VALUES = 3;
/** Nor are more grounds: values that differ from instance to instance would make a long list of no use. */
const MOST_MATCHES = 20;

/** In the order in which they were given. */
export async function matchInstances<Instance extends Matchable>(
  filters: Filters, instances: readonly Instance[],
): Promise<Matched<Instance>> {
  const keys = await parseKeys(filters);
  const going: Instance[] = [];
  const counted = new Map<string, { instances: number; goes: boolean; ground: MatchGround }>();
  for (const instance of instances) {
    const ground = tryFilters(filters, keys, await valuesOf(instance, keys));
    const goes = ground.ground === 'unfiltered' || ground.ground === 'filter';
    if (goes) going.push(instance);
    const text = JSON.stringify(ground);
    const before = counted.get(text);
    if (before !== undefined) before.instances += 1;
    else counted.set(text, { instances: 1, goes, ground });
  }
  const matches = [...counted.values()].sort((one, other) => other.instances - one.instances);
  return { going, matches: matches.slice(0, MOST_MATCHES) };
}

/** By their text. */
async function parseKeys({ filter, exclude }: Filters): Promise<ReadonlyMap<string, FilterKey>> {
  const texts = [...filter, ...exclude].flatMap((entry) => Object.keys(entry));
  if (texts.length === 0) return new Map();
  const dictionary = await loadDictionary();
  return new Map(texts.map((text) => {
    const key = parseFilterKey(text, dictionary);
    if ('message' in key) throw new Error(`the filter key ${text} was not checked before: ${key.message}`);
    return [text, key];
  }));
}

/** The whole instance is read only where a key asks for what lies within sequences. */
async function valuesOf({ file, header }: Matchable, keys: ReadonlyMap<string, FilterKey>): Promise<ValuesOf> {
  if (![...keys.values()].some(isNested)) return (key) => valuesInHeader(key, header);
  const tree = await readInstanceTree(file);
  // What cannot be read to its end has nothing within sequences that anybody could know of.
  if ('notDicom' in tree) return (key) => (isNested(key) ? [] : valuesInHeader(key, header));
  return (key) => (isNested(key) ? valuesInTree(key, tree.dataSet) : valuesInHeader(key, header));
}

function tryFilters(
  { filter, exclude }: Filters, keys: ReadonlyMap<string, FilterKey>, values: ValuesOf,
): MatchGround {
  const tried = filter.map((entry) => tryEntry(entry, keys, values));
  const fitting = tried.findIndex(({ fits }) => fits);
  if (filter.length > 0 && fitting === -1) {
    return { ground: 'no-entry', seen: tried.flatMap(({ seen }) => seen.slice(-1)) };
  }
  for (const [index, entry] of exclude.entries()) {
    const { fits, seen } = tryEntry(entry, keys, values);
    if (fits) return { ground: 'exclude', entry: index + 1, seen };
  }
  if (filter.length === 0) return { ground: 'unfiltered' };
  return { ground: 'filter', entry: fitting + 1, seen: tried[fitting]?.seen ?? [] };
}

/** What was seen up to the key that does not fit, or of all of them. An absent value is an empty one. */
function tryEntry(
  entry: Entry, keys: ReadonlyMap<string, FilterKey>, values: ValuesOf,
): { readonly fits: boolean; readonly seen: readonly SeenValue[] } {
  const seen: SeenValue[] = [];
  for (const [text, wanted] of Object.entries(entry)) {
    const key = keys.get(text);
    const all = key === undefined ? [] : values(key);
    const isWanted = (value: string): boolean => fitsGlob(wanted, value);
    const fits = (all.length === 0 ? [''] : all).some(isWanted);
    const told = [...all].sort((one, other) => Number(isWanted(other)) - Number(isWanted(one)));
    seen.push({ key: text, wanted, found: told.slice(0, MOST_VALUES) });
    if (!fits) return { fits, seen };
  }
  return { fits: true, seen };
}
