// De-identification as the station uses it: defaults filled in, nothing read yet. Types only.

import type { BurntInKind, DeidentificationOption } from '../dicom/deidentify/options.ts';
import type { Secret } from './secret.ts';

export interface Deidentification {
  /** Where the secret lies. */
  readonly key: Secret;
  /** By name; `basic` is always among them. */
  readonly profiles: Readonly<Record<string, ProfileSettings>>;
}

/** A profile as it is configured; open-profile.ts makes it ready for use. */
export interface ProfileSettings {
  readonly options: readonly DeidentificationOption[];
  readonly patientID: {
    readonly prefix: string;
    readonly characters: number;
    /** Path of a CSV file. */
    readonly table?: string | undefined;
    readonly unknown: 'hold' | 'key';
  };
  readonly patientName: 'pseudonym' | 'empty';
  readonly daysBack: { readonly minimum: number; readonly maximum: number };
  readonly oldestAge: number;
  readonly burntIn: { readonly [Kind in BurntInKind]: BurntInPolicy };
  /** Keywords or tags. */
  readonly keep: readonly string[];
  readonly remove: readonly string[];
  readonly replace: Readonly<Record<string, string>>;
  readonly safePrivate: readonly {
    readonly creator: string; readonly group?: string | undefined; readonly elements?: string | undefined;
  }[];
  readonly words: readonly string[];
  readonly patterns: readonly string[];
  readonly wayBack: boolean;
}

/** What is done with an instance that may show who it is of. */
export type BurntInPolicy = 'hold' | 'pass' | 'leave-out' | 'refuse';
