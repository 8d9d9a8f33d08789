// What a delivery asks for of names, as changes of its instances: a stream's `reidentify` first, then a destination's
// `deidentify`.

import type { ElementChange } from '../../dicom/deidentify/change.ts';
import type { Failure } from '../../job/failure.ts';
import type { ChangeOutcome, ChangeTree, ReportedChange } from '../prepare/change-instance.ts';
import type { Station } from '../station.ts';
import { Deidentifier } from './deidentifier.ts';
import { openProfile } from './open-profile.ts';
import { Reidentifier } from './reidentifier.ts';

/** Names of profiles; what is absent is not asked for. */
export interface WantedIdentity {
  readonly reidentify?: string | undefined;
  readonly deidentify?: string | undefined;
}

/** The changes in order, and what keeps, once all are made, what the way back needs. */
export interface IdentityChanges {
  readonly list: readonly ChangeTree[];
  settle(): Promise<void>;
}

/**
 * @param isReleased whether a person has let go what was held for what it may show in its pixels
 * @returns a reason to hold the delivery where a profile cannot be used
 */
export async function changeIdentity(
  { configuration, layout }: Station, wanted: WantedIdentity, isReleased: boolean,
): Promise<IdentityChanges | { readonly hold: Failure }> {
  const list: ChangeTree[] = [];
  let settle = async (): Promise<void> => undefined;
  const { reidentify, deidentify } = wanted;
  if (reidentify !== undefined) {
    const open = await openProfile(configuration, reidentify);
    if ('unusable' in open) return unusable(reidentify, open.unusable);
    list.push(bringingBack(new Reidentifier(open, layout), reidentify));
  }
  if (deidentify !== undefined) {
    const open = await openProfile(configuration, deidentify);
    if ('unusable' in open) return unusable(deidentify, open.unusable);
    const deidentifier = new Deidentifier(open, { isReleased });
    list.push(deidentifying(deidentifier, deidentify));
    settle = () => deidentifier.keepWayBack(layout);
  }
  return { list, settle };
}

function unusable(profile: string, text: string): { readonly hold: Failure } {
  return { hold: { reason: 'profile-unusable', profile, text } };
}

function bringingBack(reidentifier: Reidentifier, profile: string): ChangeTree {
  return async (tree, SOPInstanceUID): Promise<ChangeOutcome> => {
    const made = await reidentifier.reidentify(tree);
    switch (made.became) {
      case 'reidentified': return { tree: made.tree, changes: made.changes.map(reported) };
      case 'refused': return { failure: { reason: 'not-reidentified', SOPInstanceUID, text: made.text } };
      case 'unknown': {
        const { StudyInstanceUID } = made;
        return { failure: { reason: 'pseudonym-unknown', profile, StudyInstanceUID }, hold: true };
      }
    }
  };
}

function deidentifying(deidentifier: Deidentifier, profile: string): ChangeTree {
  return async (tree, SOPInstanceUID): Promise<ChangeOutcome> => {
    const made = deidentifier.deidentify(tree);
    switch (made.became) {
      case 'deidentified': return { tree: made.tree, changes: made.changes.map(reported) };
      case 'refused': return { failure: { reason: 'burnt-in-refused', SOPInstanceUID, kind: made.kind } };
      case 'left-out': return { failure: { reason: 'burnt-in-left-out', SOPInstanceUID, kind: made.kind } };
      case 'unlisted': return { failure: { reason: 'patient-unlisted', profile, SOPInstanceUID }, hold: true };
      case 'held': {
        const instances = [SOPInstanceUID];
        return { failure: { reason: 'burnt-in-held', profile, kinds: [made.kind], instances }, hold: true };
      }
    }
  };
}

function reported({ path, keyword, action, by }: ElementChange): ReportedChange {
  return { by, element: keyword === '' ? path : `${path} ${keyword}`, action };
}
