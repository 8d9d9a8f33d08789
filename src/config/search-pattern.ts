// Patterns that are searched in the values of headers. They are written as Python has them and run in linear time,
// whatever a scanner wrote into its headers: RE2, as in select statements.
//
// Promises that what compiles is found where Python's re.search finds it, but for \d, \w and \b, which know ASCII only.
// What has no equivalent is refused, never guessed. Loading this costs milliseconds: a tick does so only with work to
// do.

import { compilePattern, type Pattern, type PatternProblem } from '../select/pattern.ts';

/** Escapes, character classes and what begins a group and is no group of RE2; the rest stands for itself. */
const PIECES = /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\(\?#[^)]*\)|\(\?[aiLmsux]+\)|\{,\d+\}|[^]/g;

export function compileSearchPattern(pattern: string): Pattern | PatternProblem {
  let refused: string | undefined;
  const source = pattern.replace(PIECES, (piece) => {
    if (piece === '\\Z') return '\\z';
    if (piece.startsWith('(?#')) return '';
    if (piece.startsWith('{,')) return `{0${piece.slice(1)}`; // RE2 would take it for itself
    if (!piece.startsWith('(?')) return piece;
    if (/[Lx]/.test(piece)) refused ??= `${piece} has no equivalent`;
    const letters = piece.replace(/[^ims]/g, ''); // a and u say what is so anyway
    return letters === '' ? '' : `(?${letters})`;
  });
  return refused === undefined ? compilePattern(source) : { kind: 'problem', message: refused };
}

/** Whether a pattern that was found to compile is found in a text. One that does not compile is a bug. */
export function isFoundIn(pattern: string, text: string): boolean {
  const compiled = compileSearchPattern(pattern);
  if (compiled.kind === 'problem') throw new Error(`the pattern ${pattern} was never checked: ${compiled.message}`);
  return compiled.matches(text);
}
