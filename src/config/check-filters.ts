// Checks what the filters of destinations ask for: a keyword that does not exist would silently keep everything back.

import { parseFilterKey } from '../dicom/filter-key.ts';
import { loadDictionary } from '../dicom/dictionary.ts';
import { KEYWORDS } from '../dicom/keywords.ts';
import { findClosestName } from '../select/closest-name.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, keysOf } from './loose.ts';

interface WrittenKey {
  readonly text: string;
  readonly path: Path;
}

/** Every key in a `filter` or `exclude` of config.json by which nothing can be found. */
export async function checkFilters(station: unknown): Promise<Finding[]> {
  const common = new Set<string>(KEYWORDS);
  const uncommon = destinationEntries(station).flatMap(({ entry, path }) => keysWrittenIn(entry, path))
    .filter(({ text }) => !common.has(text));
  if (uncommon.length === 0) return [];
  const dictionary = await loadDictionary();
  return uncommon.flatMap(({ text, path }): Finding[] => {
    const problem = parseFilterKey(text, dictionary);
    if (!('message' in problem)) return [];
    const found = { level: 'error', file: 'config.json', path, at: 'key' } as const;
    const { character, message } = problem;
    const unknownKeyword = /[.[(]/.test(text) ? problem.unknownKeyword : text;
    if (unknownKeyword === undefined) {
      return [{ ...found, message: `${message}, at character ${character} of the key` }];
    }
    const closest = findClosestName(unknownKeyword, dictionary.keywords());
    const suggestion = closest === undefined ? {} : { suggestion: text.replace(unknownKeyword, () => closest) };
    return [{ ...found, message: 'there is no such DICOM keyword', ...suggestion }];
  });
}

function keysWrittenIn(destination: unknown, path: Path): WrittenKey[] {
  return ['filter', 'exclude'].flatMap((list) => itemsAt(destination, list).flatMap((entry, index) => {
    return keysOf(entry).map((text) => ({ text, path: [...path, list, index, text] }));
  }));
}
