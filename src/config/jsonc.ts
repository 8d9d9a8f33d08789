// JSON as people write it: with // and /* comments */ and commas before closing brackets. From text to value, with the
// place of everything in the text.
//
// Promises all syntax errors at once, and a key that stands twice to be one of them. Never throws.

import { findNodeAtLocation, type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import type { Path } from './finding.ts';

/** A syntax error at a character of the text. */
export interface SyntaxFault {
  readonly characterOfFile: number;
  readonly message: string;
}

/** A file's content. `value` is undefined where there is none; where there are faults it is what could be read. */
export interface JsonText {
  readonly text: string;
  readonly value: unknown;
  readonly faults: readonly SyntaxFault[];
  readonly tree: Node | undefined;
}

export function parseJsonText(text: string): JsonText {
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { allowTrailingComma: true });
  const faults = errors.map(({ error, offset }) => ({
    characterOfFile: offset,
    message: FAULT_MESSAGES[printParseErrorCode(error)] ?? 'this is not JSON',
  }));
  const value = tree === undefined ? undefined : valueOf(tree, faults);
  return { text, value, faults: firstOfEachPlace(faults), tree };
}

/** Messages by the names that jsonc-parser has for its errors. */
const FAULT_MESSAGES: Readonly<Record<string, string>> = {
  InvalidSymbol: 'this word means nothing here; texts stand in double quotes',
  InvalidNumberFormat: 'this number is incomplete',
  PropertyNameExpected: 'a key in double quotes is missing',
  ValueExpected: 'a value is missing',
  ColonExpected: 'a colon is missing',
  CommaExpected: 'a comma is missing',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  EndOfFileExpected: 'nothing may follow the end of the file\'s object',
  InvalidCommentToken: 'a comment begins with // or /*',
  UnexpectedEndOfComment: 'the comment has no end; */ is missing',
  UnexpectedEndOfString: 'the text has no end; a double quote is missing',
  UnexpectedEndOfNumber: 'this number is incomplete',
  InvalidUnicode: 'after \\u four hexadecimal digits must follow',
  InvalidEscapeCharacter: 'this backslash means nothing; a backslash itself is written \\\\',
  InvalidCharacter: 'line breaks and tabs within a text are written \\n and \\t',
};

/** Own properties only, so that a key such as `__proto__` is a key like any other. */
function valueOf(node: Node, faults: SyntaxFault[]): unknown {
  switch (node.type) {
    case 'array':
      return (node.children ?? []).map((child) => valueOf(child, faults));
    case 'object':
      return objectOf(node, faults);
    default:
      return node.value;
  }
}

function objectOf(node: Node, faults: SyntaxFault[]): object {
  const entries = new Map<string, unknown>();
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (key === undefined || value === undefined) continue;
    const name = String(key.value);
    if (entries.has(name)) faults.push({ characterOfFile: key.offset, message: `the key ${name} stands twice` });
    // valibot steps over these three keys, which JavaScript gives a meaning of its own.
    else if (/^(?:__proto__|constructor|prototype)$/.test(name)) {
      faults.push({ characterOfFile: key.offset, message: `the key ${name} means nothing here` });
    }
    entries.set(name, valueOf(value, faults));
  }
  return Object.fromEntries(entries);
}

/** One mistake makes the parser stumble several times at the same place; the first time says it. */
function firstOfEachPlace(faults: readonly SyntaxFault[]): SyntaxFault[] {
  const places = new Map<number, SyntaxFault>();
  for (const fault of faults) if (!places.has(fault.characterOfFile)) places.set(fault.characterOfFile, fault);
  return [...places.values()];
}

/** The character at which a value, or its key, begins; where it does not exist, that of what should hold it. */
export function findPlace({ tree }: JsonText, path: Path, of: 'key' | 'value'): number {
  for (let length = path.length; tree !== undefined && length >= 0; length -= 1) {
    const node = findNodeAtLocation(tree, path.slice(0, length));
    if (node === undefined) continue;
    const holder = node.parent;
    return of === 'key' && length === path.length && holder?.type === 'property' ? holder.offset : node.offset;
  }
  return 0;
}

/** The character of the file at which the nth character of a text value stands, however it is written there. */
export function findPlaceInText(json: JsonText, path: Path, characterOfText: number): number {
  let place = findPlace(json, path, 'value') + 1;
  for (let count = 0; count < characterOfText; count += 1) {
    place += json.text[place] !== '\\' ? 1 : json.text[place + 1] === 'u' ? '\\u0000'.length : '\\n'.length;
  }
  return place;
}

/** Line and column, both from 1, of a character of a text. */
export function lineAndColumn(text: string, character: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, character);
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
