// What was taken out of an instance and must be put back into the results that a provider returns for it: the UIDs,
// and what the patient and the study are called. Kept on the site, see reidentify-instance.ts.

import { tagOf, type Keyword } from '../keywords.ts';
import { trimPadding } from '../padding.ts';
import type { DataSet } from '../tree/data-set.ts';
import { characterSetOf } from '../tree/values-of.ts';
import { textsOf } from './element-text.ts';

/** Of the patient and study modules: what a PACS files a result by. */
export const RESTORED_KEYWORDS = [
  'PatientName', 'PatientID', 'IssuerOfPatientID', 'PatientBirthDate', 'PatientBirthTime', 'PatientSex',
  'StudyDate', 'StudyTime', 'AccessionNumber', 'ReferringPhysicianName', 'StudyID', 'StudyDescription',
] as const satisfies readonly Keyword[];

export type RestoredKeyword = (typeof RESTORED_KEYWORDS)[number];

export interface StudyIdentity {
  /** As results have them. */
  readonly pseudonym: { readonly StudyInstanceUID: string; readonly PatientID: string };
  /** Values by keyword; an empty list is an empty value, what is missing was not there. */
  readonly original: Readonly<Partial<Record<RestoredKeyword, readonly string[]>>>;
  /** The original UID by the one that stands for it. */
  readonly uids: Readonly<Record<string, string>>;
}

/** One study may be that of several patients, by a mistake of whoever made it: they are never taken for each other. */
export function keyOf({ StudyInstanceUID, PatientID }: StudyIdentity['pseudonym']): string {
  return `${StudyInstanceUID} ${PatientID}`;
}

export function readIdentity(original: DataSet, made: DataSet, uids: ReadonlyMap<string, string>): StudyIdentity {
  const text = (keyword: Keyword): string => (textsIn(made, keyword) ?? [])[0] ?? '';
  const values = RESTORED_KEYWORDS.flatMap((keyword) => {
    const texts = textsIn(original, keyword);
    return texts === undefined ? [] : [[keyword, texts] as const];
  });
  return {
    pseudonym: { StudyInstanceUID: text('StudyInstanceUID'), PatientID: text('PatientID') },
    original: Object.fromEntries(values),
    uids: Object.fromEntries([...uids].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function textsIn(dataSet: DataSet, keyword: Keyword): string[] | undefined {
  const element = dataSet.get(tagOf(keyword));
  if (element === undefined) return undefined;
  return textsOf(element, element.vr, characterSetOf(dataSet, [])).map(trimPadding);
}

