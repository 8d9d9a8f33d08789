// Checks what the choices of config.json are made among: destinations that are there, each once, and none that says of
// itself what holds for the choice as a whole.
//
// Takes the file as it stands, with whatever else may be wrong in it.

import { findClosestName } from '../select/closest-name.ts';
import { destinationEntries } from './destination-entries.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, keysOf, textAt, valueAt } from './loose.ts';

/** What is said of a choice and not of its destinations: one delivery goes to whichever of them is taken. */
const OF_CHOICE = ['filter', 'exclude', 'optional'] as const;

/** Every problem with a `oneOf`. */
export function checkChoices(station: unknown): Finding[] {
  const shared = valueAt(station, 'destinations');
  return destinationEntries(station).flatMap(({ entry, path }) => {
    const seen = new Set<string>();
    return [...checkOwnName(entry, path), ...itemsAt(entry, 'oneOf').flatMap((member, index) => {
      const at = [...path, 'oneOf', index];
      const content = JSON.stringify(member);
      const isAgain = seen.has(content);
      seen.add(content);
      if (isAgain) return [inStation(at, 'value', { message: 'this choice has the same destination already' })];
      return typeof member === 'string' ? checkName(member, at, shared) : checkMember(member, at);
    })];
  });
}

/** One that is shared is called by its key. */
function checkOwnName(entry: unknown, path: Path): Finding[] {
  const isInStream = valueAt(entry, 'oneOf') !== undefined && path[0] === 'Streams';
  if (!isInStream || textAt(entry, 'name') !== undefined) return [];
  return [inStation(path, 'value', { message: 'a choice in a stream needs a name' })];
}

function checkName(name: string, path: Path, shared: unknown): Finding[] {
  const destination = valueAt(shared, name);
  const names = keysOf(shared).filter((one) => valueAt(valueAt(shared, one), 'oneOf') === undefined);
  if (names.includes(name)) {
    return saidOfItself(destination).map((key) => inStation(path, 'value', {
      message: `that destination has \`${key}\`, which is said of the choice and not of what it is made among`,
      value: name,
    }));
  }
  if (destination !== undefined) {
    return [inStation(path, 'value', { message: 'that is a choice itself', value: name, expected: 'a destination' })];
  }
  const found = { message: 'there is no destination of this name', value: name };
  const suggestion = findClosestName(name, names);
  return [inStation(path, 'value', suggestion === undefined ? found : { ...found, suggestion })];
}

function checkMember(member: unknown, path: Path): Finding[] {
  return saidOfItself(member).map((key) => inStation([...path, key], 'key', {
    message: 'this is said of the choice and not of what it is made among',
  }));
}

/** Keys that a destination has and that are not as they would be without. */
function saidOfItself(destination: unknown): string[] {
  return OF_CHOICE.filter((key) => {
    const value = valueAt(destination, key);
    return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
  });
}

function inStation(
  path: Path, at: Finding['at'], found: Pick<Finding, 'message' | 'value' | 'expected' | 'suggestion'>,
): Finding {
  return { level: 'error', file: 'config.json', at, path, ...found };
}

/** Names that destinations within choices are given, with where. */
export function namesWithin(destination: unknown, path: Path): { readonly name: string; readonly path: Path }[] {
  return itemsAt(destination, 'oneOf').flatMap((member, index) => {
    const name = textAt(member, 'name');
    return name === undefined ? [] : [{ name, path: [...path, 'oneOf', index, 'name'] }];
  });
}
