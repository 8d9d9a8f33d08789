// Every place of config.json where a destination is written out.

import type { Path } from './finding.ts';
import { itemsAt, keysOf, valueAt } from './loose.ts';

/** A destination as it stands there, whatever may be wrong with it. */
export interface FoundEntry {
  readonly entry: unknown;
  readonly path: Path;
}

/** Shared ones first, those of senders, then those of the streams; those among which a stream chooses (`oneOf`) too. Names are left out. */
export function destinationEntries(station: unknown): FoundEntry[] {
  const tables = (['destinations', 'senders'] as const).flatMap((table) => {
    const entries = valueAt(station, table);
    return keysOf(entries).flatMap((name) => withChoices(valueAt(entries, name), [table, name]));
  });
  return [
    ...tables,
    ...itemsAt(station, 'Streams').flatMap((stream, streamIndex) => {
      return itemsAt(stream, 'destination').flatMap((entry, index) => {
        return withChoices(entry, ['Streams', streamIndex, 'destination', index]);
      });
    }),
  ];
}

function withChoices(entry: unknown, path: Path): FoundEntry[] {
  if (typeof entry !== 'object') return [];
  const choices = itemsAt(entry, 'oneOf').flatMap((choice, index) => withChoices(choice, [...path, 'oneOf', index]));
  return [{ entry, path }, ...choices];
}
