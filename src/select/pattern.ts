// Regular expressions, as conditions, classification rules and morph steps use them.
//
// Promises time linear in the length of the text, whatever the pattern (RE2), so that no pattern of a site and no value
// of a scanner can stall DTS. Never falls back to the regular expressions of JavaScript. The syntax is RE2's: no
// look-around and no back references. Case matters unless the pattern says `(?i)`.

import { RE2JS, RE2JSException } from 're2js';

/** A pattern that compiled. `matches` says whether it matches anywhere in the text. */
export interface Pattern {
  readonly kind: 'pattern';
  readonly matches: (text: string) => boolean;
  /** The text with every match replaced; in the replacement `$1` is a group, `$&` the match, `$$` a dollar. */
  readonly replace: (text: string, replacement: string) => string;
  /** How many groups it has. */
  readonly groups: number;
}

/** A pattern that did not compile, and why. */
export interface PatternProblem {
  readonly kind: 'problem';
  readonly message: string;
}

/** Patterns are few, because the configuration holds them, and each is tried on many instances. */
const compiled = new Map<string, Pattern | PatternProblem>();

/** Compiles a pattern, once for each text. */
export function compilePattern(source: string): Pattern | PatternProblem {
  const known = compiled.get(source);
  if (known !== undefined) return known;
  const result = compile(source);
  compiled.set(source, result);
  return result;
}

/** Whether a pattern that has been found to compile matches anywhere in the text. A pattern that does not is a bug. */
export function matchesPattern(source: string, text: string): boolean {
  const pattern = compilePattern(source);
  if (pattern.kind === 'problem') throw new Error(`the pattern ${source} was never checked: ${pattern.message}`);
  return pattern.matches(text);
}

function compile(source: string): Pattern | PatternProblem {
  try {
    const expression = RE2JS.compile(source);
    return {
      kind: 'pattern',
      matches: (text) => expression.matcher(text).find(),
      replace: (text, replacement) => expression.matcher(text).replaceAll(replacement),
      groups: expression.groupCount(),
    };
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    const message = error.message.replace(/^error parsing regexp: /, '').replaceAll('`', '"');
    return { kind: 'problem', message: `${message}${hintOf(source)}` };
  }
}

/** What other engines have and this one does not, because of the time that it may take. */
function hintOf(source: string): string {
  if (/\(\?<?[=!]/.test(source)) {
    return '; there is no look-ahead or look-behind: write two conditions, the second with NOT';
  }
  return /\\[1-9]/.test(source) ? '; there are no back references' : '';
}
