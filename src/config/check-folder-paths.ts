// Checks the templates of folder destinations, to the character, and what of a folder destination has no effect.
//
// Takes the file as it stands, with whatever else may be wrong in it. Whether the folders are there is `dts check`'s.

import { loadDictionary, type Dictionary } from '../dicom/dictionary.ts';
import { parsePathTemplate, parseReadyPath } from '../dicom/template/path-template.ts';
import type { TemplateProblem } from '../dicom/template/template.ts';
import { findClosestName } from '../select/closest-name.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { textAt, valueAt } from './loose.ts';

/** Every problem with `path` and `ready`, and what is not used. */
export async function checkFolderPaths(station: unknown): Promise<Finding[]> {
  const folders = destinationEntries(station).filter(({ entry }) => valueAt(entry, 'type') === 'folder');
  if (folders.length === 0) return [];
  const dictionary = await loadDictionary();
  return folders.flatMap(({ entry, path }) => [
    ...checkTemplate(entry, 'path', path, dictionary),
    ...checkTemplate(entry, 'ready', path, dictionary),
    ...unusedMode(entry, path),
  ]);
}

function checkTemplate(entry: unknown, key: 'path' | 'ready', above: Path, dictionary: Dictionary): Finding[] {
  const text = textAt(entry, key);
  if (text === undefined) return [];
  const parsed = key === 'path' ? parsePathTemplate(text, dictionary) : parseReadyPath(text, dictionary);
  return 'message' in parsed ? [findingOf(parsed, [...above, key], text, dictionary)] : [];
}

function findingOf(
  { character, message, unknownKeyword }: TemplateProblem, path: Path, value: string, dictionary: Dictionary,
): Finding {
  const suggestion = unknownKeyword === undefined ? undefined : findClosestName(unknownKeyword, dictionary.keywords());
  return {
    level: 'error', file: 'config.json', path, at: { characterOfText: character - 1 },
    message: `at character ${character}, ${message}`, value,
    ...suggestion === undefined ? {} : { suggestion },
  };
}

function unusedMode(entry: unknown, path: Path): Finding[] {
  const copies = textAt(entry, 'copies') ?? 'copy';
  if (copies === 'copy' || valueAt(entry, 'mode') === undefined) return [];
  const message = `not used for a ${copies}: it has the rights of the station's own file`;
  return [{ level: 'warning', file: 'config.json', path: [...path, 'mode'], at: 'value', message }];
}
