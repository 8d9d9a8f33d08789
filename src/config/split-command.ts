// Splits a command line into program and arguments the way a POSIX shell does, and does nothing else that a shell does:
// no variables, no globs, no pipes. The words are never given to a shell.

/**
 * The words of a command line. Blanks part them; within '…' everything stands for itself; within "…" a backslash frees
 * only `"`, `\`, `$`, `` ` `` and a line break; elsewhere it frees any character (POSIX.1-2024, XCU section 2.2).
 * A `problem` completes "here …".
 */
export function splitCommand(line: string): { readonly words: readonly string[] } | { readonly problem: string } {
  const words: string[] = [];
  // Undefined between words; '' within a word that is empty so far, as after "".
  let word: string | undefined;
  for (const [piece] of line.matchAll(/\s+|'[^']*'|"(?:\\[^]|[^"\\])*"|\\[^]|[^\s'"\\]+|[^]/g)) {
    if (/^\s/.test(piece)) {
      if (word !== undefined) words.push(word);
      word = undefined;
      continue;
    }
    const content = unquote(piece);
    if (content === undefined) {
      return { problem: piece === '\\' ? 'nothing follows the last backslash' : `the quote ${piece} is not closed` };
    }
    word = (word ?? '') + content;
  }
  if (word !== undefined) words.push(word);
  if (words.length === 0) return { problem: 'there is no program' };
  return { words };
}

/** What a piece stands for; undefined for a quote that does not end, or a backslash with nothing behind it. */
function unquote(piece: string): string | undefined {
  switch (piece[0]) {
    case "'":
      return piece.length === 1 ? undefined : piece.slice(1, -1);
    case '"':
      return piece.length === 1 ? undefined : piece.slice(1, -1).replace(/\\(["\\$`])|\\\n/g, '$1');
    case '\\':
      if (piece.length === 1) return undefined;
      return piece === '\\\n' ? '' : piece.slice(1);
    default:
      return piece;
  }
}
