// Patterns of the original's configuration are Python's; this makes regular expressions of the runtime out of them.
//
// Promises that what compiles means what it meant there: tried from the start of the text, as Python's re.match does,
// not to its end. What has no equivalent is refused, never guessed. AE titles have 16 characters, so no pattern can
// stall.

/** A compiled pattern: test it on a whole text. `message` says why there is none. */
export type CompiledPattern =
  | { readonly kind: 'pattern'; readonly expression: RegExp }
  | { readonly kind: 'problem'; readonly message: string };

/** Escapes, character classes and what begins a group; everything else stands for itself, character by character. */
const PIECES =
  /\\[^]|\[\^?\]?(?:\\[^]|[^\]\\])*\]|\(\?P<\w+>|\(\?P=\w+\)|\(\?#[^)]*\)|\(\?[aiLmsux]*(?:-[imsx]+)?[:)]|[^]/g;

const START_OF_TEXT = '(?<![^])';
const END_OF_TEXT = '(?![^])';

export function compilePattern(pattern: string): CompiledPattern {
  let flags = '';
  let refused: string | undefined;
  const source = pattern.replace(PIECES, (piece, offset: number) => {
    if (piece === '\\A') return START_OF_TEXT;
    if (piece === '\\Z') return END_OF_TEXT;
    if (piece.startsWith('[')) return translateClass(piece);
    if (piece.startsWith('(?P<')) return `(?<${piece.slice('(?P<'.length)}`;
    if (piece.startsWith('(?P=')) return `\\k<${piece.slice('(?P='.length, -1)}>`;
    if (piece.startsWith('(?#')) return '';
    if (piece === '(?:' || !piece.startsWith('(?')) return piece;
    const letters = piece.slice('(?'.length, -1);
    if (piece.endsWith(':') || offset > 0) refused ??= `${piece} can only stand in front, for the whole pattern`;
    else if (/[^aimsu]/.test(letters)) refused ??= `${piece} has no equivalent`;
    // a and u, ASCII and Unicode, make no difference to AE titles, which are ASCII.
    flags = [...new Set(letters.replace(/[^ims]/g, ''))].join('');
    return '';
  });
  if (refused !== undefined) return { kind: 'problem', message: refused };
  try {
    return { kind: 'pattern', expression: new RegExp(`${START_OF_TEXT}(?:${source})`, flags) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: 'problem', message: error.message.replace(/^Invalid regular expression: .*\/[a-z]*: /, '') };
  }
}

/** In Python a `]` right after the opening bracket stands for itself. */
function translateClass(piece: string): string {
  return piece.replace(/^\[(\^?)\]/, '[$1\\]');
}
