// The profiles of de-identification with their defaults filled in, and the one that is always there.

import { BURNT_IN_KINDS, type BurntInKind } from '../dicom/deidentify/options.ts';
import type { BurntInPolicy, Deidentification, ProfileSettings } from './deidentification.ts';
import {
  BASIC_PROFILE, emptyProfile, type DeidentificationEntry, type ProfileEntry,
} from './schema/deidentification.ts';

export function resolveDeidentification({ key, profiles }: DeidentificationEntry): Deidentification {
  const resolved = Object.entries(profiles).map(([name, entry]) => [name, resolveProfile(entry)] as const);
  return { key, profiles: { [BASIC_PROFILE]: resolveProfile(emptyProfile()), ...Object.fromEntries(resolved) } };
}

function resolveProfile({ burntIn, ...entry }: ProfileEntry): ProfileSettings {
  const policyOf = (kind: BurntInKind): BurntInPolicy => {
    return typeof burntIn === 'string' ? burntIn : burntIn[kind] ?? 'hold';
  };
  const policies = BURNT_IN_KINDS.map((kind) => [kind, policyOf(kind)] as const);
  return { ...entry, burntIn: Object.fromEntries(policies) as ProfileSettings['burntIn'] };
}
