// Brings results of de-identified studies back: finds what was kept of the study, and puts it into the result.

import type { ElementChange } from '../../dicom/deidentify/change.ts';
import { keyOf, type StudyIdentity } from '../../dicom/deidentify/identity.ts';
import { reidentifyInstance } from '../../dicom/deidentify/reidentify-instance.ts';
import { tagOf } from '../../dicom/keywords.ts';
import type { InstanceTree } from '../../dicom/tree/data-set.ts';
import { text } from '../../dicom/tree/values-of.ts';
import type { Layout } from '../../spool/layout.ts';
import { findIdentity } from '../../spool/pseudonym-store.ts';
import type { OpenProfile } from './open-profile.ts';

export type ReidentifyOutcome =
  | { readonly became: 'reidentified'; readonly tree: InstanceTree; readonly changes: readonly ElementChange[] }
  /** No study left under this UID and profile: a person must say whose it is. */
  | { readonly became: 'unknown'; readonly StudyInstanceUID: string }
  /** Completes "the instance …". */
  | { readonly became: 'refused'; readonly text: string };

export class Reidentifier {
  readonly #open: OpenProfile;
  readonly #layout: Layout;
  /** By `keyOf` its pseudonym. */
  readonly #identities = new Map<string, StudyIdentity | undefined>();

  constructor(open: OpenProfile, layout: Layout) {
    this.#open = open;
    this.#layout = layout;
  }

  /** @throws {DamagedFile} where what was kept cannot be read under this key */
  async reidentify(tree: InstanceTree): Promise<ReidentifyOutcome> {
    const StudyInstanceUID = text(tree.dataSet, tagOf('StudyInstanceUID')) ?? '';
    const PatientID = text(tree.dataSet, tagOf('PatientID')) ?? '';
    const identity = await this.#identityOf({ StudyInstanceUID, PatientID });
    if (identity === undefined) return { became: 'unknown', StudyInstanceUID };
    const made = await reidentifyInstance(tree, identity);
    if ('notReidentified' in made) return { became: 'refused', text: made.notReidentified };
    return { became: 'reidentified', ...made };
  }

  async #identityOf(pseudonym: StudyIdentity['pseudonym']): Promise<StudyIdentity | undefined> {
    const who = keyOf(pseudonym);
    if (!this.#identities.has(who)) {
      const { profile, keys } = this.#open;
      this.#identities.set(who, await findIdentity(this.#layout, profile.name, keys, pseudonym));
    }
    return this.#identities.get(who);
  }
}
