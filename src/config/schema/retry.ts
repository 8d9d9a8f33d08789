// When something that failed is tried again.

import * as v from 'valibot';
import { strictObject } from './strict-object.ts';
import { amount, key, seconds } from './values.ts';

/** @param what fails in the end */
export function retry(what: string) {
  return strictObject({
    firstSeconds: v.optional(key(seconds(1), 'The wait before the second try.'), 60),
    multiplier: v.optional(key(amount(1, 100), 'Each further wait is so many times the one before.'), 2),
    maxSeconds: v.optional(key(seconds(1), 'No wait is longer than this.'), 3600),
    giveUpAfterSeconds: v.optional(key(seconds(0), `After so long ${what} has failed and needs a person.`), 7 * 86_400),
  });
}
