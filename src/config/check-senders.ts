// Checks what `senders` of config.json refers to: destinations that are there, each of them a place.
//
// Takes the file as it stands, with whatever else may be wrong in it.

import { findClosestName } from '../select/closest-name.ts';
import type { Finding } from './finding.ts';
import { keysOf, valueAt } from './loose.ts';

/** Every problem with the names in `senders`. */
export function checkSenders(station: unknown): Finding[] {
  const senders = valueAt(station, 'senders');
  const shared = valueAt(station, 'destinations');
  return keysOf(senders).flatMap((title): Finding[] => {
    const name = valueAt(senders, title);
    if (typeof name !== 'string') return [];
    const found = { level: 'error', file: 'config.json', path: ['senders', title], at: 'value', value: name } as const;
    const names = keysOf(shared).filter((one) => {
      const destination = valueAt(shared, one);
      return valueAt(destination, 'type') !== 'sender' && valueAt(destination, 'oneOf') === undefined;
    });
    if (names.includes(name)) return [];
    if (keysOf(shared).includes(name)) {
      const isChoice = valueAt(valueAt(shared, name), 'oneOf') !== undefined;
      const what = isChoice ? 'is a choice among several' : 'is whoever sent the study';
      return [{ ...found, message: `that destination ${what}, which is no place to send to` }];
    }
    const suggestion = findClosestName(name, names);
    const message = 'there is no destination of this name';
    if (suggestion !== undefined) return [{ ...found, message, suggestion }];
    const expected = names.length === 0 ? 'a key of `destinations`, which has none' : `one of ${names.join(', ')}`;
    return [{ ...found, message, expected }];
  });
}
