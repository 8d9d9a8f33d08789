// Checks what the steps of `morph` say: elements that exist and may be changed, values that are legal, patterns and
// placeholders that mean something. Of a list whose shape is wrong the schema tells.

import * as v from 'valibot';
import { loadDictionary } from '../dicom/dictionary.ts';
import { destinationEntries, type FoundEntry } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { valueAt } from './loose.ts';
import { morph } from './schema/morph.ts';

/** Everything that is wrong with the steps in config.json. */
export async function checkMorph(station: unknown): Promise<Finding[]> {
  const lists = destinationEntries(station).filter(({ entry }) => valueAt(entry, 'morph') !== undefined);
  if (lists.length === 0) return [];
  const { compileMorph } = await import('./morph/compile-morph.ts');
  const dictionary = await loadDictionary();
  return lists.flatMap(({ entry, path }: FoundEntry) => {
    const written = valueAt(entry, 'morph');
    const parsed = v.safeParse(morph, written);
    if (!parsed.success) return [];
    return compileMorph(parsed.output, dictionary).problems.map((problem): Finding => {
      const place = [...path, 'morph', ...asWritten(problem.path, written)];
      return { level: 'error', file: 'config.json', ...problem, path: place };
    });
  });
}

/** Where one may stand instead of a list, it has no index. */
function asWritten(path: Path, list: unknown): Path {
  const [index, key, place] = path;
  const value = Array.isArray(list) && typeof index === 'number' && typeof key === 'string'
    ? valueAt(list[index], key) : undefined;
  return typeof place === 'number' && !Array.isArray(value) ? [...path.slice(0, 2), ...path.slice(3)] : path;
}
