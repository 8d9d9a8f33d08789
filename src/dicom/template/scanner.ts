// Goes through the text of a template from left to right.

import type { TemplateProblem } from './template.ts';

/** Ends the reading of a template; caught where it began. */
export class TemplateFault extends Error {
  readonly problem: TemplateProblem;

  constructor(problem: TemplateProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

export class Scanner {
  /** Of the next character, counted from 0. */
  position = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.position >= this.#text.length;
  }

  /** The next character, empty at the end. */
  peek(): string {
    return this.#text.charAt(this.position);
  }

  /** What was gone past since a position. */
  textFrom(start: number): string {
    return this.#text.slice(start, this.position);
  }

  /** Goes past a word that stands here. @returns whether it does */
  take(word: string): boolean {
    if (!this.#text.startsWith(word, this.position)) return false;
    this.position += word.length;
    return true;
  }

  /** Goes past what fits here. @param pattern sticky */
  takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.#text) ?? undefined;
    if (match !== undefined) this.position = pattern.lastIndex;
    return match;
  }

  takeWhile(fits: (character: string) => boolean): string {
    const start = this.position;
    while (!this.isAtEnd && fits(this.peek())) this.position += 1;
    return this.#text.slice(start, this.position);
  }

  /** The text in the quotes that begin here; two of them stand for one. */
  takeQuoted(): string {
    const start = this.position;
    this.take('\'');
    let text = '';
    for (;;) {
      text += this.takeWhile((character) => character !== '\'');
      if (this.isAtEnd) throw this.fault('this quote is not closed', start);
      this.take('\'');
      if (!this.take('\'')) return text;
      text += '\'';
    }
  }

  skipBlanks(): void {
    this.takeWhile((character) => character === ' ');
  }

  /** What is wrong here, or at a position. */
  fault(message: string, position = this.position, more: Partial<TemplateProblem> = {}): TemplateFault {
    return new TemplateFault({ character: position + 1, message, ...more });
  }
}
