// Makes a profile of the configuration ready for use: its key and its table of patients are read, its elements looked
// up.
//
// Never keeps the key longer than the profile is used, and never tells it.

import { loadDictionary } from '../../dicom/dictionary.ts';
import { SHORTEST_KEY_BYTES } from '../../dicom/deidentify/options.ts';
import type { DeidentificationProfile, SafePrivateBlock } from '../../dicom/deidentify/profile.ts';
import { Pseudonyms } from '../../dicom/deidentify/pseudonyms.ts';
import { parseSafeElements } from '../../dicom/deidentify/safe-private.ts';
import type { Configuration } from '../../config/configuration.ts';
import type { ProfileSettings } from '../../config/deidentification.ts';
import { elementTag } from '../../config/element-name.ts';
import { readSecret } from '../../config/secret.ts';
import { compilePattern } from '../../select/pattern.ts';
import { derivePseudonymKeys, type PseudonymKeys } from '../../spool/pseudonym-store.ts';
import { readPatientTable } from './patient-table.ts';

/** A profile that can be used. */
export interface OpenProfile {
  readonly profile: DeidentificationProfile;
  readonly settings: ProfileSettings;
  /** For what is kept of studies, where the profile keeps it. */
  readonly keys: PseudonymKeys;
}

/** Why a profile cannot be used: the cause part of a message. */
export interface UnusableProfile {
  readonly unusable: string;
}

export async function openProfile(
  { deidentification }: Configuration, name: string,
): Promise<OpenProfile | UnusableProfile> {
  const settings = deidentification?.profiles[name];
  if (deidentification === undefined || settings === undefined) {
    return { unusable: `profile ${name} is not in the configuration any more` };
  }
  const secret = await readSecret(deidentification.key);
  if ('fault' in secret) return { unusable: `the key: ${secret.fault}` };
  const key = Buffer.from(secret.text, 'utf8');
  if (key.length < SHORTEST_KEY_BYTES) {
    return { unusable: `the key has ${key.length} bytes; it needs ${SHORTEST_KEY_BYTES} at least` };
  }
  const { table: path } = settings.patientID;
  const table = path === undefined ? undefined : await readPatientTable(path);
  if (table !== undefined && 'fault' in table) return { unusable: table.fault };
  const profile = await makeProfile(name, settings, key, table?.patients);
  return { profile, settings, keys: derivePseudonymKeys(key) };
}

async function makeProfile(
  name: string, settings: ProfileSettings, key: Buffer, table: DeidentificationProfile['patients']['table'],
): Promise<DeidentificationProfile> {
  const dictionary = await loadDictionary();
  const tags = (elements: readonly string[]) => new Set(elements.flatMap((one) => elementTag(one, dictionary) ?? []));
  const replace = Object.entries(settings.replace).flatMap(([element, text]) => {
    const tag = elementTag(element, dictionary);
    return tag === undefined ? [] : [[tag, text] as const];
  });
  const { prefix, characters, unknown } = settings.patientID;
  return {
    name,
    options: new Set(settings.options),
    pseudonyms: new Pseudonyms(key),
    dictionary,
    patients: { prefix, characters, unknown, name: settings.patientName, ...(table === undefined ? {} : { table }) },
    daysBack: settings.daysBack,
    ...settings.options.includes('retain-patient-characteristics') ? { oldestAgeYears: settings.oldestAge } : {},
    keep: tags(settings.keep),
    remove: tags(settings.remove),
    replace: new Map(replace),
    safePrivate: settings.safePrivate.map(safeBlock),
    words: settings.words,
    patterns: settings.patterns.map((source) => {
      const pattern = compilePattern(source);
      if (pattern.kind === 'problem') throw new Error(`the pattern ${source} was never checked: ${pattern.message}`);
      return { takeOut: (text: string) => pattern.replace(text, ' ') };
    }),
  };
}

function safeBlock({ creator, group, elements }: ProfileSettings['safePrivate'][number]): SafePrivateBlock {
  return {
    creator,
    ...group === undefined ? {} : { group: parseInt(group, 16) },
    ...elements === undefined ? {} : { elements: parseSafeElements(elements) },
  };
}
