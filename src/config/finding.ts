// What reading a configuration finds: problems, which keep it from being used, and notes, which do not.

/** The files of a configuration that have a schema. */
export const FILE_NAMES = ['receiver.json', 'config.json', 'select_statements.json'] as const;
export type FileName = (typeof FILE_NAMES)[number];

/** The site's own classification rules, which src/select knows. */
export const RULES_FILE = 'classify_rules.json';
export const ALL_FILE_NAMES = [...FILE_NAMES, RULES_FILE] as const;
export type AnyFileName = (typeof ALL_FILE_NAMES)[number];

/** One of the files with fingerprints, of which there may be any number. */
export type FingerprintFileName = `fingerprints/${string}`;

/** Keys and indexes that lead from the top of a file to a value. */
export type Path = readonly (string | number)[];

/** Something found at a path of a file, before its line and column are known. */
export interface Finding {
  readonly level: 'error' | 'warning' | 'info';
  readonly file: AnyFileName | FingerprintFileName;
  readonly path: Path;
  /**
   * Where in the file: the value (or, where it is missing, what should hold it), its key, or a place within its text.
   */
  readonly at: 'value' | 'key' | { readonly characterOfText: number } | { readonly characterOfFile: number };
  /** What is wrong, in a few words. */
  readonly message: string;
  /** The bad value; absent where there is none. */
  readonly value?: unknown;
  /** Completes "expected …". */
  readonly expected?: string;
  readonly suggestion?: string;
}

/** Something found in a configuration, as a person or a program is told it. */
export interface ConfigurationProblem {
  /** Errors keep a configuration from being used; the others are notes. */
  readonly level: Finding['level'];
  /** Absolute path; that of the directory where a whole file or the directory is meant. */
  readonly file: string;
  /** From 1; in characters, as editors count. */
  readonly line: number;
  readonly column: number;
  /** For people, such as `Streams[0].trigger.AETitleCalled`; empty for the whole file. */
  readonly path: string;
  /** As JSON, shortened, secrets masked; absent where there is none. */
  readonly value?: string;
  /** Completes "expected …". */
  readonly expected?: string;
  readonly message: string;
  readonly suggestion?: string;
}

/** What an administrator should know about a configuration that can be used: a warning or an info. */
export type ConfigurationNote = ConfigurationProblem;
