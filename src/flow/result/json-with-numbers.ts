// JSON whose numbers keep their text: 12.50 stays 12.50, and what has more digits than a number of JavaScript holds
// keeps them all.
//
// Each number stands in the parsed value as a text with a mark in front, which JSON.parse could not keep apart
// otherwise.

/** No text of a file begins so by accident; one that does is taken for a number, which harms nobody. */
const MARK = '\u0000';
const MARK_AS_JSON = String.raw`\u0000`;

/** A string, passed over, or a number (RFC 8259 section 6). No two parts can take the same characters. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs;
const MARKED = /"\\u0000([\d.eE+-]*)"/g;

/** @throws {SyntaxError} where it is no JSON */
export function parseJsonWithNumbers(text: string): unknown {
  JSON.parse(text); // what is no JSON is not made to look like some
  return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => {
    return token.startsWith('"') ? token : `"${MARK_AS_JSON}${token}"`;
  }));
}

/** The text of a text or number of such a value. */
export function textOf(value: string): string {
  return value.startsWith(MARK) ? value.slice(MARK.length) : value;
}

/** Such a value as JSON. @throws {RangeError} where it is nested too deeply */
export function formatJsonWithNumbers(value: unknown): string {
  return JSON.stringify(value).replace(MARKED, '$1');
}
