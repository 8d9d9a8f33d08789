// The way back: a result that somebody made of a de-identified study is given the names and numbers of the original
// again, so that it belongs to the study that it is about.
//
// Every UID that we made is replaced with the one it stands for, wherever it stands; the patient and the study are
// called as they were. UIDs of the result's own (its series, its instances) stay, and so does everything that it
// found. A tree in, a tree out, and the list of what was done.

import { tagOf } from '../keywords.ts';
import type { DataElement, DataSet, InstanceTree } from '../tree/data-set.ts';
import { inUnicode, textElement } from '../tree/text-element.ts';
import { text } from '../tree/values-of.ts';
import { textsOf } from './element-text.ts';
import type { ElementChange } from './change.ts';
import { asciiValue } from './dummy-value.ts';
import { RESTORED_KEYWORDS, type RestoredKeyword, type StudyIdentity } from './identity.ts';
import { formatTagDigits } from './scope.ts';

/** Of a de-identified object's own; a result that says them of itself says them no more. */
const MARKS: readonly number[] = [0x00120062, 0x00120063, 0x00120064, 0x00280303];

const VR_OF: { readonly [Keyword in RestoredKeyword]: string } = {
  PatientName: 'PN', PatientID: 'LO', IssuerOfPatientID: 'LO', PatientBirthDate: 'DA', PatientBirthTime: 'TM',
  PatientSex: 'CS', StudyDate: 'DA', StudyTime: 'TM', AccessionNumber: 'SH', ReferringPhysicianName: 'PN',
  StudyID: 'SH', StudyDescription: 'LO',
};

export interface Reidentified {
  readonly tree: InstanceTree;
  readonly changes: readonly ElementChange[];
}

/**
 * Why a result cannot be brought back: a text in it is none of its character set, and would be lost in another; or it
 * is no result, but an instance that left, without all that was taken out of it: a PACS might have it for the original.
 */
export interface NotReidentified {
  readonly notReidentified: string;
}

/**
 * @param identity what was kept of the study when it was de-identified: its `pseudonym` is this instance's study
 * @throws as the file system does, where long texts are to be put into another character set
 */
export async function reidentifyInstance(
  tree: InstanceTree, identity: Pick<StudyIdentity, 'original' | 'uids'>,
): Promise<Reidentified | NotReidentified> {
  const SOPInstanceUID = text(tree.dataSet, tagOf('SOPInstanceUID'));
  if (SOPInstanceUID !== undefined && Object.hasOwn(identity.uids, SOPInstanceUID)) {
    return { notReidentified: 'it is called as an instance that left, and would take the place of the original' };
  }
  const changes: ElementChange[] = [];
  const renamed = { ...tree, dataSet: withOriginalUIDs(tree.dataSet, identity.uids, '', changes) };
  const isAble = RESTORED_KEYWORDS.every((keyword) => 'tag' in elementOf(renamed.dataSet, keyword, identity));
  const able = isAble ? renamed : await inUnicode(renamed);
  if ('unencodable' in able) return { notReidentified: able.unencodable };
  const dataSet = new Map(able.dataSet);
  for (const tag of MARKS) dataSet.delete(tag);
  for (const keyword of RESTORED_KEYWORDS) {
    const tag = tagOf(keyword);
    const isKnown = identity.original[keyword] !== undefined;
    if (!isKnown && !dataSet.has(tag)) continue; // the original had none either
    const element = elementOf(dataSet, keyword, identity);
    if (isKnown && 'tag' in element) dataSet.set(tag, element);
    else dataSet.delete(tag);
    changes.push({ path: formatTagDigits(tag), keyword, vr: VR_OF[keyword], action: 'restore', by: 'reidentify' });
  }
  return { tree: { ...able, dataSet }, changes };
}

function elementOf(
  dataSet: DataSet, keyword: RestoredKeyword, { original }: Pick<StudyIdentity, 'original'>,
): ReturnType<typeof textElement> {
  return textElement(dataSet, tagOf(keyword), VR_OF[keyword], original[keyword] ?? []);
}

function withOriginalUIDs(
  dataSet: DataSet, uids: StudyIdentity['uids'], path: string, changes: ElementChange[],
): DataSet {
  return new Map([...dataSet].map(([tag, element]) => [tag, withOriginals(element, uids, path, changes)]));
}

function withOriginals(
  element: DataElement, uids: StudyIdentity['uids'], path: string, changes: ElementChange[],
): DataElement {
  const { tag, vr, value } = element;
  if (value.kind === 'items') {
    const items = value.items.map((item, index) => {
      return withOriginalUIDs(item, uids, `${path}${formatTagDigits(tag)}[${index}].`, changes);
    });
    return { ...element, value: { ...value, items } };
  }
  if (vr !== 'UI') return element;
  const texts = textsOf(element, vr, []);
  if (!texts.some((text) => Object.hasOwn(uids, text))) return element;
  changes.push({ path: path + formatTagDigits(tag), keyword: '', vr, action: 'restore', by: 'reidentify' });
  const restored = texts.map((text) => (Object.hasOwn(uids, text) ? uids[text] ?? text : text));
  return { ...element, value: asciiValue(restored.join('\\'), 'UI') };
}
