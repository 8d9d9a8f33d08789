// Decides what becomes of a data element that is no private one: the site's exceptions first, then table E.1-1 with
// the profile's options, then rules of ours for what the table does not mention. Looks at no value.

import type { DecidedBy } from './change.ts';
import { chooseAction, type PlainAction } from './attribute-types.ts';
import { findConfidentialityRow, type ConfidentialityRow, type OptionAction } from './confidentiality-table.ts';
import type { DeidentificationOption } from './options.ts';
import type { DeidentificationProfile } from './profile.ts';

export type Decision =
  | { readonly action: 'keep' | PlainAction; readonly by: DecidedBy }
  /** What cannot be cleaned is treated as the basic profile says. */
  | { readonly action: 'clean'; readonly by: DeidentificationOption; readonly otherwise: PlainAction }
  /** By the site, with this text. */
  | { readonly action: 'text'; readonly text: string; readonly by: 'replace' };

/** An element in its place. */
export interface Place {
  readonly tag: number;
  /** That of the dictionary where the file has UN. */
  readonly vr: string;
  readonly SOPClassUID: string;
  readonly isTopLevel: boolean;
}

/** Signed, encrypted or a copy of what the table protects: never kept, whatever the site says. */
const NEVER_KEPT: ReadonlySet<number> = new Set([
  0x04000500, // EncryptedAttributesSequence
  0x04000550, 0x04000551, 0x04000561, // Modified, Nonconforming Modified, Original Attributes Sequence
  0xfffafffa, // DigitalSignaturesSequence
]);

/**
 * What the table does not mention and what yet tells of the patient or of the order: birth and death in other
 * calendars, issuers of identifiers, who placed and filled the order, what else the encrypted envelope holds.
 */
const BEYOND_TABLE: ReadonlySet<number> = new Set([
  0x00080051, 0x00100024, 0x00100033, 0x00100034, 0x00100035, 0x00400026, 0x00400027, 0x00400036, 0x00400039,
  0x0040003a, 0x04000510, 0x04000520,
]);

const DATE_VRS: ReadonlySet<string> = new Set(['DA', 'DT', 'TM']);

export function decide(place: Place, profile: DeidentificationProfile): Decision {
  const { tag, SOPClassUID, isTopLevel } = place;
  const row = findConfidentialityRow(tag);
  if (NEVER_KEPT.has(tag)) return { action: 'X', by: row === undefined ? 'beyond-table' : 'basic' };
  const text = profile.replace.get(tag);
  if (text !== undefined) return { action: 'text', text, by: 'replace' };
  if (profile.remove.has(tag)) return { action: 'X', by: 'remove' };
  if (profile.keep.has(tag)) return { action: 'keep', by: 'keep' };
  if (row === undefined) return decideBeyondTable(place, profile);
  const otherwise = chooseAction(row.basic, tag, SOPClassUID, isTopLevel);
  const option = findOption(row, profile);
  if (option === undefined) return { action: otherwise, by: 'basic' };
  const [by, action] = option;
  return action === 'K' ? { action: 'keep', by } : { action: 'clean', by, otherwise };
}

/** Where one option keeps and another cleans, it is cleaned. */
export function findOption(
  { options }: ConfidentialityRow, profile: Pick<DeidentificationProfile, 'options'>,
): readonly [DeidentificationOption, OptionAction] | undefined {
  const chosen = [...options].filter(([option]) => profile.options.has(option));
  return chosen.find(([, action]) => action === 'C') ?? chosen[0];
}

/** Whoever is named, whenever it was and whatever nobody knows; the rest is kept. */
function decideBeyondTable({ tag, vr }: Place, profile: DeidentificationProfile): Decision {
  const by = 'beyond-table';
  if (BEYOND_TABLE.has(tag)) return { action: 'X', by };
  if (vr === 'UI') {
    return profile.options.has('retain-uids') ? { action: 'keep', by: 'retain-uids' } : { action: 'U', by };
  }
  if (vr === 'PN') return { action: 'D', by };
  if (DATE_VRS.has(vr)) {
    if (profile.options.has('retain-modified-dates')) {
      return { action: 'clean', by: 'retain-modified-dates', otherwise: 'D' };
    }
    return profile.options.has('retain-full-dates') ? { action: 'keep', by: 'retain-full-dates' } : { action: 'D', by };
  }
  return profile.dictionary.keywordOf(tag) === undefined ? { action: 'X', by } : { action: 'keep', by };
}
