// Checks what config.json says of de-identification against what there is: profiles that destinations and streams name,
// elements, patterns, and options that contradict each other.
//
// Takes the file as it stands, with whatever else may be wrong in it. Whether the key can be read is `dts check`'s.

import { loadDictionary } from '../dicom/dictionary.ts';
import { findClosestName } from '../select/closest-name.ts';
import { compilePattern } from '../select/pattern.ts';
import { destinationEntries } from './destination-entries.ts';
import { elementTag } from './element-name.ts';
import type { Finding, Path } from './finding.ts';
import { itemsAt, keysOf, textAt, valueAt } from './loose.ts';
import { BASIC_PROFILE } from './schema/deidentification.ts';

const SECTION = 'deidentification';

/** What keeps a person recognisable whoever keeps it. */
const DIRECT_IDENTIFIERS: ReadonlySet<number> = new Set([
  0x00100010, 0x00100020, 0x00100030, 0x00101000, 0x00101001, 0x00101040, 0x00080050,
]);

/** Every problem and every warning. */
export async function checkDeidentification(station: unknown): Promise<Finding[]> {
  const section = valueAt(station, SECTION);
  const profiles = valueAt(section, 'profiles');
  const findings = [...unknownProfiles(station, section, profiles)];
  for (const name of keysOf(profiles)) {
    findings.push(...await checkProfile(valueAt(profiles, name), name, [SECTION, 'profiles', name]));
  }
  return findings;
}

function found(path: Path, message: string, others: Partial<Finding> = {}): Finding {
  return { level: 'error', file: 'config.json', at: 'value', path, message, ...others };
}

/** Of destinations and of streams that bring results back. */
function unknownProfiles(station: unknown, section: unknown, profiles: unknown): Finding[] {
  const names = section === undefined ? [] : [BASIC_PROFILE, ...keysOf(profiles)];
  const findings: Finding[] = [];
  const check = (value: unknown, key: string, at: Path): string | undefined => {
    const name = textAt(value, key);
    if (name === undefined || names.includes(name)) return name;
    const suggestion = findClosestName(name, names);
    const expected = section === undefined ? 'a section `deidentification` with its key' : names.join(', ');
    findings.push(found([...at, key], 'there is no such profile', {
      value: name, expected, ...(suggestion === undefined ? {} : { suggestion }),
    }));
    return undefined;
  };
  for (const { entry, path } of destinationEntries(station)) check(entry, 'deidentify', path);
  findings.push(...unlikeChoices(station));
  for (const [index, stream] of itemsAt(station, 'Streams').entries()) {
    const path = ['Streams', index];
    const name = check(stream, 'reidentify', path);
    if (name !== undefined && valueAt(valueAt(profiles, name), 'wayBack') !== true) {
      const message = 'nothing is kept by which results could be brought back';
      const expected = '"wayBack": true in the profile';
      findings.push(found([...path, 'reidentify'], message, { value: name, expected }));
    }
  }
  return findings;
}

/** A study that goes to one of them with a profile may go to another as it is, on the day on which the first is away. */
function unlikeChoices(station: unknown): Finding[] {
  const shared = valueAt(station, 'destinations');
  return destinationEntries(station).flatMap(({ entry, path }) => {
    const members = itemsAt(entry, 'oneOf').map((member, index) => {
      const destination = typeof member === 'string' ? valueAt(shared, member) : member;
      return { member, path: [...path, 'oneOf', index], profile: textAt(destination, 'deidentify') };
    });
    const profiles = [...new Set(members.flatMap(({ profile }) => profile ?? []))];
    if (profiles.length === 0) return [];
    return members.filter(({ profile }) => profile === undefined).map(({ member, path: at }) => found(
      at, 'what goes here is not de-identified, as it is at another destination of this choice', {
        level: 'warning', expected: `"deidentify": "${profiles.join('" or "')}", or a choice without it`,
        ...(typeof member === 'string' ? { value: member } : {}),
      },
    ));
  });
}

async function checkProfile(profile: unknown, name: string, path: Path): Promise<Finding[]> {
  const options = itemsAt(profile, 'options').map(String);
  const findings = [...contradictions(profile, options, path), ...await checkElements(profile, path)];
  if (name === BASIC_PROFILE) {
    findings.push(found(path, 'this profile is always there and cannot be another one', { at: 'key' }));
  }
  for (const [index, pattern] of itemsAt(profile, 'patterns').entries()) {
    const compiled = typeof pattern === 'string' ? compilePattern(pattern) : undefined;
    if (compiled?.kind !== 'problem') continue;
    findings.push(found([...path, 'patterns', index], compiled.message, {
      value: pattern, expected: 'a regular expression (RE2)',
    }));
  }
  return findings;
}

function contradictions(profile: unknown, options: readonly string[], path: Path): Finding[] {
  const findings: Finding[] = [];
  if (options.includes('retain-full-dates') && options.includes('retain-modified-dates')) {
    findings.push(found([...path, 'options'], 'dates cannot both stay and move', {
      expected: 'retain-full-dates or retain-modified-dates',
    }));
  }
  const daysBack = valueAt(profile, 'daysBack');
  const [minimum, maximum] = [valueAt(daysBack, 'minimum') ?? 1, valueAt(daysBack, 'maximum') ?? 365];
  if (typeof minimum === 'number' && typeof maximum === 'number' && minimum > maximum) {
    findings.push(found([...path, 'daysBack'], `at least ${minimum} days is more than at most ${maximum}`, {
      expected: 'a minimum that is no larger than the maximum',
    }));
  }
  if (itemsAt(profile, 'safePrivate').length > 0 && !options.includes('retain-safe-private')) {
    findings.push(found([...path, 'safePrivate'], 'not used: the profile does not retain safe private elements', {
      level: 'warning', expected: 'the option retain-safe-private',
    }));
  }
  return findings;
}

/** Elements that there are, each in one of the three lists; those that had better not be kept are told of. */
async function checkElements(profile: unknown, path: Path): Promise<Finding[]> {
  const named = [
    ...['keep', 'remove'].flatMap((list) => itemsAt(profile, list).map((element, index) => {
      return { element, list, path: [...path, list, index], at: 'value' as const };
    })),
    ...keysOf(valueAt(profile, 'replace')).map((element) => {
      return { element, list: 'replace', path: [...path, 'replace', element], at: 'key' as const };
    }),
  ];
  if (named.length === 0) return [];
  const dictionary = await loadDictionary();
  // Every command that has something to do comes through here, and hardly a profile names elements.
  const { findConfidentialityRow } = await import('../dicom/deidentify/confidentiality-table.ts');
  const seen = new Map<number, string>();
  return named.flatMap(({ element, list, path: at, ...place }): Finding[] => {
    if (typeof element !== 'string') return [];
    const tag = elementTag(element, dictionary);
    if (tag === undefined) {
      const suggestion = findClosestName(element, new Set(dictionary.keywords()));
      return [found(at, 'there is no such element', {
        ...place, value: element, ...(suggestion === undefined ? {} : { suggestion }),
      })];
    }
    const before = seen.get(tag);
    seen.set(tag, list);
    if (before !== undefined) {
      return [found(at, `${element} is in \`${before}\` already`, { ...place, value: element })];
    }
    return list === 'keep' ? tellOfKept(element, tag, at, findConfidentialityRow(tag) !== undefined) : [];
  });
}

/** @param isListed whether table E.1-1 speaks of it */
function tellOfKept(element: string, tag: number, path: Path, isListed: boolean): Finding[] {
  if (DIRECT_IDENTIFIERS.has(tag)) {
    const message = `${element} names the patient or the examination: what leaves is not de-identified, and says so`;
    return [found(path, message, { level: 'warning', value: element })];
  }
  if (!isListed) return [];
  const message = `${element} is kept against PS3.15 table E.1-1: what leaves says that identity was not removed`;
  return [found(path, message, { level: 'warning', value: element })];
}
