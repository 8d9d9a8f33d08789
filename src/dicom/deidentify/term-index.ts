// Finds which of many terms may stand in a text, so that only those are looked for: an object with thousands of names in
// it and hundreds of thousands of texts takes time for each text's words, not for each name.

/** Parts of a term, between which anything that separates may stand, or nothing. */
export type Term = readonly string[];

/** Scripts that write no spaces: a term of theirs may stand within a word. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const WORD_CHARACTER = /[\p{L}\p{N}]/u;
const BETWEEN = '[\\s^=,;._-]{0,3}';

export class TermIndex {
  /** By its first part, lower case. */
  readonly #byFirstPart = new Map<string, Term[]>();
  readonly #lengths: readonly number[];

  /** @param terms lower case; what holds nothing but separators is no term */
  constructor(terms: Iterable<string>) {
    const lengths = new Set<number>();
    for (const text of terms) {
      const term = text.split(/[\s^=,;._-]+/).filter((part) => part !== '');
      const [first] = term;
      if (first === undefined) continue;
      lengths.add(first.length);
      const same = this.#byFirstPart.get(first) ?? [];
      if (same.length === 0) this.#byFirstPart.set(first, same);
      same.push(term);
    }
    this.#lengths = [...lengths];
  }

  /** The text with a blank where a term stood. */
  takeOut(text: string): string {
    const candidates = this.#candidates(text.toLowerCase());
    if (candidates.size === 0) return text;
    const sources = [...candidates].sort((a, b) => b.join('').length - a.join('').length).map(sourceOf);
    return text.replace(new RegExp(sources.join('|'), 'giu'), ' ');
  }

  /** Terms whose first part begins somewhere in the text where a term may. */
  #candidates(text: string): ReadonlySet<Term> {
    const found = new Set<Term>();
    let before = '';
    for (let start = 0; start < text.length; start += 1) {
      const character = text.charAt(start);
      if (!WORD_CHARACTER.test(before) || UNSPACED.test(character)) {
        for (const length of this.#lengths) {
          for (const term of this.#byFirstPart.get(text.slice(start, start + length)) ?? []) found.add(term);
        }
      }
      before = character;
    }
    return found;
  }
}

/** The longest first was seen to by the caller, so that a whole name goes before its parts. */
function sourceOf(term: Term): string {
  const source = term.map((part) => part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join(BETWEEN);
  return UNSPACED.test(source) ? source : asWord(source);
}

/** A pattern that is found as a whole word only. */
export function asWord(source: string): string {
  return `(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`;
}
