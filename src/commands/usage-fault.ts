// Wrong use of the command line that commander cannot see. ending.ts makes exit status 64 of it.

import { findClosestName } from '../select/closest-name.ts';

export class UsageFault extends Error {}

/** A word that is none of those that can stand there. `there is no state faild; did you mean failed? (there are: …)` */
export function unknownWord(kind: string, word: string, words: readonly string[]): UsageFault {
  const closest = findClosestName(word, words);
  const suggestion = closest === undefined ? '' : `; did you mean ${closest}?`;
  return new UsageFault(`there is no ${kind} ${word}${suggestion} (there are: ${words.join(', ') || 'none'})`);
}
