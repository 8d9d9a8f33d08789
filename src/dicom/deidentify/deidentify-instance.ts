// De-identifies an instance by the Basic Application Level Confidentiality Profile of PS3.15 annex E and the options
// of a profile: a tree goes in, another comes out, with the list of what was done to which element.
//
// Promises: the same instance, profile and key give the same result, anywhere and at any time. Never changes pixels,
// and never the tree that it is given.

import { tagOf } from '../keywords.ts';
import type { FileMeta } from '../file-meta.ts';
import { trimPadding } from '../padding.ts';
import type { DataSet, InstanceTree } from '../tree/data-set.ts';
import { withDocumentLength } from './dummy-document.ts';
import { characterSetOf } from '../tree/values-of.ts';
import type { ElementChange } from './change.ts';
import { withoutEmptyOverlays } from './clean-graphics.ts';
import { readIdentity, type StudyIdentity } from './identity.ts';
import { markDeidentified } from './mark.ts';
import type { DeidentificationProfile } from './profile.ts';
import { Session } from './session.ts';
import { deidentifyDataSet } from './walk.ts';

export interface Deidentified {
  readonly tree: InstanceTree;
  readonly changes: readonly ElementChange[];
  /** What the way back needs, see reidentify-instance.ts. Tells of the patient: never leaves the site. */
  readonly identity: StudyIdentity;
}

/** Of a profile with a table of patients, one that it does not list: nothing was done. */
export interface UnknownPatient {
  readonly unknownPatient: true;
}

export interface DeidentifyOptions {
  /** Original values in the list of changes, for a report that stays on the site. */
  readonly withValues?: boolean;
}

export function deidentifyInstance(
  tree: InstanceTree, profile: DeidentificationProfile, { withValues = false }: DeidentifyOptions = {},
): Deidentified | UnknownPatient {
  const session = new Session(tree, profile, withValues);
  if (session.isUnknownPatient) return { unknownPatient: true };
  const scope = { path: '', characterSet: characterSetOf(tree.dataSet, []), isShapeOnly: false };
  const walked = withoutEmptyOverlays(deidentifyDataSet(session, tree.dataSet, scope));
  const whole = withDocumentLength(walked, tree.dataSet, session.changes);
  const dataSet = markDeidentified(whole, tree.dataSet, profile, session.changes);
  const fileMeta = deidentifyFileMeta(tree.fileMeta, dataSet, session.changes);
  const made: InstanceTree = { ...tree, dataSet, fileMeta };
  return { tree: made, changes: session.changes, identity: readIdentity(tree.dataSet, dataSet, session.uids) };
}

/** Who sent the instance to whom is left out, and so are private notes in front of the data set. */
function deidentifyFileMeta(
  { MediaStorageSOPClassUID, TransferSyntaxUID, datasetOffset, ...rest }: FileMeta, dataSet: DataSet,
  changes: ElementChange[],
): FileMeta {
  const titles = [
    ['SourceApplicationEntityTitle', '00020016'], ['SendingApplicationEntityTitle', '00020017'],
    ['ReceivingApplicationEntityTitle', '00020018'],
  ] as const;
  for (const [keyword, path] of titles) {
    if (rest[keyword] !== undefined) changes.push({ path, keyword, vr: 'AE', action: 'remove', by: 'beyond-table' });
  }
  const uid = dataSet.get(tagOf('SOPInstanceUID'))?.value;
  const MediaStorageSOPInstanceUID = uid?.kind === 'bytes' ? trimPadding(uid.bytes.toString('latin1')) : undefined;
  if (MediaStorageSOPInstanceUID !== undefined && MediaStorageSOPInstanceUID !== rest.MediaStorageSOPInstanceUID) {
    const keyword = 'MediaStorageSOPInstanceUID';
    changes.push({ path: '00020003', keyword, vr: 'UI', action: 'new-uid', by: 'basic' });
  }
  return {
    TransferSyntaxUID, datasetOffset,
    ...MediaStorageSOPClassUID === undefined ? {} : { MediaStorageSOPClassUID },
    ...MediaStorageSOPInstanceUID === undefined ? {} : { MediaStorageSOPInstanceUID },
  };
}
