// A de-identification profile, ready for use: what the configuration says of it, its key and its table of patients
// read. Only types and the smallest facts of them.

import type { Dictionary } from '../dictionary.ts';
import type { DeidentificationOption } from './options.ts';
import type { Pseudonyms } from './pseudonyms.ts';

export interface DeidentificationProfile {
  readonly name: string;
  readonly options: ReadonlySet<DeidentificationOption>;
  readonly pseudonyms: Pseudonyms;
  /** For the VR and keyword of elements, and to know which there are. */
  readonly dictionary: Dictionary;
  readonly patients: PatientPolicy;
  /** By how many days dates move back, of a profile that retains modified dates. */
  readonly daysBack: { readonly minimum: number; readonly maximum: number };
  /** With `retain-patient-characteristics`: an age above is told as one more than this; undefined tells every age. */
  readonly oldestAgeYears?: number;
  /** The site's own exceptions to the table, by tag. An element is in one of the three at most. */
  readonly keep: ReadonlySet<number>;
  readonly remove: ReadonlySet<number>;
  readonly replace: ReadonlyMap<number, string>;
  /** With `retain-safe-private`: what the site says is safe beside table E.3.10-1. */
  readonly safePrivate: readonly SafePrivateBlock[];
  /** Words that cleaning takes out of texts, beside what the object itself says of its patient. */
  readonly words: readonly string[];
  readonly patterns: readonly TextPattern[];
}

/** How patients are told apart afterwards. */
export interface PatientPolicy {
  readonly prefix: string;
  /** Letters and digits behind the prefix. */
  readonly characters: number;
  /** The site's own pseudonyms by PatientID; a patient who is not in it is `unknown`. */
  readonly table?: ReadonlyMap<string, ListedPatient>;
  /** Of a patient whom the table does not list. */
  readonly unknown: 'hold' | 'key';
  readonly name: 'pseudonym' | 'empty';
}

export interface ListedPatient {
  readonly pseudonym: string;
  readonly name?: string;
}

/** Private elements of a creator. */
export interface SafePrivateBlock {
  readonly creator: string;
  /** Absent: any group. */
  readonly group?: number;
  /** Of a block, 0x00 to 0xff; absent: all of them. */
  readonly elements?: ReadonlySet<number>;
}

/** A pattern of a text, which takes out what fits it. Runs in time linear in the text. */
export interface TextPattern {
  takeOut(text: string): string;
}
