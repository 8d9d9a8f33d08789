// Checks that the filters of destinations name keywords that exist: one that does not would silently keep everything
// back.

import { loadDictionary } from '../dicom/dictionary.ts';
import { KEYWORDS } from '../dicom/keywords.ts';
import { findClosestName } from '../select/closest-name.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, keysOf } from './loose.ts';

interface FilterKeyword {
  readonly keyword: string;
  readonly path: Path;
}

/** Every keyword in a filter of config.json that is not in the data dictionary (PS3.6). */
export async function checkFilters(station: unknown): Promise<Finding[]> {
  const common = new Set<string>(KEYWORDS);
  const uncommon = filterKeywords(station).filter(({ keyword }) => !common.has(keyword));
  if (uncommon.length === 0) return [];
  const keywords = new Set((await loadDictionary()).keywords());
  return uncommon.filter(({ keyword }) => !keywords.has(keyword)).map(({ keyword, path }) => {
    const suggestion = findClosestName(keyword, keywords);
    const message = 'there is no such DICOM keyword';
    return { level: 'error', file: 'config.json', path, at: 'key', message, ...(suggestion ? { suggestion } : {}) };
  });
}

function filterKeywords(station: unknown): FilterKeyword[] {
  return destinationEntries(station).flatMap(({ entry, path }) => keywordsOf(entry, path));
}

function keywordsOf(destination: unknown, path: Path): FilterKeyword[] {
  return itemsAt(destination, 'filter').flatMap((entry, index) => {
    return keysOf(entry).map((keyword) => ({ keyword, path: [...path, 'filter', index, keyword] }));
  });
}
