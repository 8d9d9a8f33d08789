// The type of what a *.peggy grammar becomes: a parser, made while bundling (build.mjs) or while loading (test/).

declare module '*.peggy' {
  interface Expectation {
    readonly type: string;
    readonly description?: string;
    readonly text?: string;
  }

  /** The tree that the grammar's actions build. Throws SyntaxError on text that the grammar does not know. */
  export function parse(text: string): unknown;

  /** `expected` and `found` are null where an action of the grammar raised the error. */
  export class SyntaxError extends Error {
    readonly expected: readonly Expectation[] | null;
    readonly found: string | null;
    readonly location: { readonly start: { readonly offset: number; readonly line: number; readonly column: number } };
  }
}
