// Profiles and instances for tests of de-identification.

import { loadDictionary } from '../../../src/dicom/dictionary.ts';
import type { ElementChange } from '../../../src/dicom/deidentify/change.ts';
import { deidentifyInstance, type Deidentified } from '../../../src/dicom/deidentify/deidentify-instance.ts';
import type { DeidentificationOption } from '../../../src/dicom/deidentify/options.ts';
import type { DeidentificationProfile } from '../../../src/dicom/deidentify/profile.ts';
import { Pseudonyms } from '../../../src/dicom/deidentify/pseudonyms.ts';
import type { DataElement, DataSet, ElementValue, InstanceTree } from '../../../src/dicom/tree/data-set.ts';

export const KEY = Buffer.from('a key of tests, long enough');
export const CT = '1.2.840.10008.5.1.4.1.1.2';
const EXPLICIT = '1.2.840.10008.1.2.1';

const dictionary = await loadDictionary();

export function profileOf(
  options: readonly DeidentificationOption[] = [], others: Partial<DeidentificationProfile> = {},
): DeidentificationProfile {
  return {
    name: 'test', options: new Set(options), pseudonyms: new Pseudonyms(KEY), dictionary,
    patients: { prefix: 'P', characters: 12, unknown: 'key', name: 'pseudonym' },
    daysBack: { minimum: 1, maximum: 365 }, oldestAgeYears: 89, keep: new Set(), remove: new Set(), replace: new Map(),
    safePrivate: [], words: [], patterns: [], ...others,
  };
}

/** A text as a value of even length; a UI is padded with NUL. */
export function textElement(tag: number, vr: string, text: string, encoding: BufferEncoding = 'latin1'): DataElement {
  const bytes = Buffer.from(text, encoding);
  const padding = Buffer.alloc(bytes.length % 2, vr === 'UI' ? 0 : 0x20);
  return { tag, vr, value: { kind: 'bytes', bytes: Buffer.concat([bytes, padding]) } };
}

export function bytesElement(tag: number, vr: string, bytes: Buffer): DataElement {
  return { tag, vr, value: { kind: 'bytes', bytes } };
}

export function sequence(tag: number, ...items: DataSet[]): DataElement {
  return { tag, vr: 'SQ', value: { kind: 'items', items } };
}

export function dataSetOf(...elements: readonly DataElement[]): DataSet {
  return new Map([...elements].sort((a, b) => a.tag - b.tag).map((element) => [element.tag, element]));
}

/** A CT instance of Jane Doe with these elements beside, or instead of, its own. */
export function treeOf(...elements: readonly DataElement[]): InstanceTree {
  const own = [
    textElement(0x00080016, 'UI', CT), textElement(0x00080018, 'UI', '1.2.3.4'), textElement(0x00080060, 'CS', 'CT'),
    textElement(0x00100010, 'PN', 'Doe^Jane'), textElement(0x00100020, 'LO', 'MRN-4711'),
    textElement(0x0020000d, 'UI', '1.2.3'), textElement(0x0020000e, 'UI', '1.2.3.1'),
  ];
  const fileMeta = { TransferSyntaxUID: EXPLICIT, MediaStorageSOPClassUID: CT, datasetOffset: 132 };
  return { file: '/nowhere', fileMeta, TransferSyntaxUID: EXPLICIT, dataSet: dataSetOf(...own, ...elements) };
}

/** @throws where the patient is not listed */
export function deidentified(tree: InstanceTree, profile: DeidentificationProfile = profileOf()): Deidentified {
  const made = deidentifyInstance(tree, profile);
  if ('unknownPatient' in made) throw new Error('the patient is not listed');
  return made;
}

export function valueAt(dataSet: DataSet | undefined, tag: number): ElementValue | undefined {
  return dataSet?.get(tag)?.value;
}

/** The text of an element; undefined where it is not there. */
export function textAt(dataSet: DataSet | undefined, tag: number): string | undefined {
  const value = valueAt(dataSet, tag);
  return value?.kind === 'bytes' ? value.bytes.toString('latin1').replace(/[ \0]+$/, '') : undefined;
}

/** An item of a sequence. */
export function itemAt(dataSet: DataSet, tag: number, index = 0): DataSet | undefined {
  const value = valueAt(dataSet, tag);
  return value?.kind === 'items' ? value.items[index] : undefined;
}

/** What was done to an element, as `action by`. */
export function doneAt(changes: readonly ElementChange[], path: string): string | undefined {
  const change = changes.find((one) => one.path === path);
  return change === undefined ? undefined : `${change.action} ${change.by}`;
}

export { dictionary };
