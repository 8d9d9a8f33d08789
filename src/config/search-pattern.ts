// Patterns that are searched in the values of headers. They are written as Python has them and run in linear time,
// whatever a scanner wrote into its headers: RE2, as in select statements.
//
// Promises that what compiles is found where Python's re.search finds it, but for \b, which knows ASCII only. What has no
// equivalent is refused, never guessed. Loading this costs milliseconds: a tick does so only with work to do.

import { compilePattern, type Pattern, type PatternProblem } from '../select/pattern.ts';

/** Escapes, character classes and what begins a group and is no group of RE2; the rest stands for itself. */
const PIECES = /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\(\?#[^)]*\)|\(\?[aiLmsux]+\)|\{,\d+\}|[^]/g;

/** In Python they mean all of Unicode, in RE2 ASCII. As they stand within a class; their opposites are not of this. */
const UNICODE_CLASSES: Readonly<Record<string, string>> = {
  '\\d': '\\p{Nd}', '\\w': '\\p{L}\\p{N}_', '\\s': '\\t-\\r\\x1c-\\x20\\x{85}\\p{Z}',
};
/** With this flag they mean ASCII there, too. */
const ASCII_FLAG = /\(\?[imsux]*a[imsux]*\)/;

export function compileSearchPattern(pattern: string): Pattern | PatternProblem {
  const isAscii = ASCII_FLAG.test(pattern);
  let refused: string | undefined;
  const source = pattern.replace(PIECES, (piece) => {
    if (piece === '\\Z') return '\\z';
    if (piece.startsWith('\\')) return isAscii ? piece : translateEscape(piece);
    if (piece.startsWith('[')) {
      const translated = translateClass(piece, isAscii);
      if (translated === undefined) refused ??= `\\W, \\S or \\D within ${piece} has no equivalent; [^…] may do`;
      return translated ?? '';
    }
    if (piece.startsWith('(?#')) return '';
    if (piece.startsWith('{,')) return `{0${piece.slice(1)}`; // RE2 would take it for itself
    if (!piece.startsWith('(?')) return piece;
    if (/[Lx]/.test(piece)) refused ??= `${piece} has no equivalent`;
    const letters = piece.replace(/[^ims]/g, ''); // a was seen to; u says what is so anyway
    return letters === '' ? '' : `(?${letters})`;
  });
  return refused === undefined ? compilePattern(source) : { kind: 'problem', message: refused };
}

function translateEscape(piece: string): string {
  const inClass = UNICODE_CLASSES[piece];
  if (inClass !== undefined) return `[${inClass}]`;
  const opposite = UNICODE_CLASSES[piece.toLowerCase()];
  return opposite === undefined ? piece : `[^${opposite}]`;
}

/** In Python a bracket within a class stands for itself. @returns undefined where there is no equivalent */
function translateClass(piece: string, isAscii: boolean): string | undefined {
  if (/^\[(\\[dsw]\\[DSW]|\\[DSW]\\[dsw])\]$/.test(piece) && piece[2] !== piece[4]
    && piece[2]?.toLowerCase() === piece[4]?.toLowerCase()) return '(?s:.)'; // one or the other: anything
  const inner = piece.slice(1, -1).replace(/\\[^]|\[/g, (part) => {
    if (part === '[') return '\\[';
    return isAscii ? part : UNICODE_CLASSES[part] ?? part;
  });
  return !isAscii && /\\[DSW]/.test(inner.replace(/\\\\/g, '')) ? undefined : `[${inner}]`;
}

/** Whether a pattern that was found to compile is found in a text. One that does not compile is a bug. */
export function isFoundIn(pattern: string, text: string): boolean {
  const compiled = compileSearchPattern(pattern);
  if (compiled.kind === 'problem') throw new Error(`the pattern ${pattern} was never checked: ${compiled.message}`);
  return compiled.matches(text);
}
