// Writes a text as a word of POSIX shell that stands for exactly this text, whatever it holds but NUL.

/** In single quotes, within which nothing means anything but their end (POSIX.1-2024, XCU section 2.2.2). */
export function quoteWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** Words after one another. */
export function quoteWords(words: readonly string[]): string {
  return words.map(quoteWord).join(' ');
}
