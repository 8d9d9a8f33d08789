// The way back: a result that somebody made of a de-identified study is given the names and numbers of the original
// again, so that it belongs to the study that it is about.
//
// Every UID that we made is replaced with the one it stands for, wherever it stands; the patient and the study are
// called as they were. UIDs of the result's own (its series, its instances) stay, and so does everything that it
// found. A tree in, a tree out, and the list of what was done.

import { tagOf } from '../keywords.ts';
import type { DataElement, DataSet, InstanceTree } from '../tree/data-set.ts';
import { characterSetOf, textsOf, valueOfTexts } from './element-text.ts';
import type { ElementChange } from './change.ts';
import { asciiValue } from './dummy-value.ts';
import { RESTORED_KEYWORDS, type RestoredKeyword, type StudyIdentity } from './identity.ts';
import { formatTagDigits } from './scope.ts';
import { toUtf8, UTF_8 } from './to-utf8.ts';

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

/** Why a result cannot be brought back: its texts are too long to be put into another character set. */
export interface NotReidentified {
  readonly notReidentified: string;
}

/** @param identity what was kept of the study when it was de-identified: its `pseudonym` is this instance's study */
export function reidentifyInstance(
  tree: InstanceTree, identity: Pick<StudyIdentity, 'original' | 'uids'>,
): Reidentified | NotReidentified {
  const changes: ElementChange[] = [];
  const renamed = withOriginalUIDs(tree.dataSet, identity.uids, '', changes);
  const dataSet = ableToSay(renamed, Object.values(identity.original).flat());
  if (dataSet === undefined) return { notReidentified: 'it holds long texts that cannot be put into UTF-8' };
  for (const tag of MARKS) dataSet.delete(tag);
  for (const keyword of RESTORED_KEYWORDS) restore(dataSet, keyword, identity.original[keyword], changes);
  return { tree: { ...tree, dataSet }, changes };
}

/** The data set in its own character set where that has every letter of the texts, else in UTF-8. */
function ableToSay(dataSet: DataSet, texts: readonly string[]): DataSet | undefined {
  const isAble = valueOfTexts(texts, characterSetOf(dataSet, [])) !== undefined;
  return isAble ? new Map(dataSet) : toUtf8(dataSet);
}

/** What the original had, and nothing where it had nothing. */
function restore(
  dataSet: DataSet, keyword: RestoredKeyword, texts: readonly string[] | undefined, changes: ElementChange[],
): void {
  const tag = tagOf(keyword);
  if (texts === undefined && !dataSet.has(tag)) return;
  const value = valueOfTexts(texts ?? [], characterSetOf(dataSet, [])) ?? valueOfTexts(texts ?? [], [UTF_8]);
  if (texts === undefined || value === undefined) dataSet.delete(tag);
  else dataSet.set(tag, { tag, vr: VR_OF[keyword], value });
  changes.push({ path: formatTagDigits(tag), keyword, vr: VR_OF[keyword], action: 'restore', by: 'reidentify' });
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
