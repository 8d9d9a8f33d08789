// De-identifies the instances of one delivery, or of one run by hand, under a profile: says of each whether it may
// leave at all, and keeps what the way back needs before anything does.

import { findBurntIn } from '../../dicom/deidentify/burnt-in.ts';
import type { ElementChange } from '../../dicom/deidentify/change.ts';
import { deidentifyInstance, type DeidentifyOptions } from '../../dicom/deidentify/deidentify-instance.ts';
import { keyOf, type RestoredKeyword, type StudyIdentity } from '../../dicom/deidentify/identity.ts';
import type { BurntInKind } from '../../dicom/deidentify/options.ts';
import type { InstanceTree } from '../../dicom/tree/data-set.ts';
import type { Layout } from '../../spool/layout.ts';
import { keepIdentity } from '../../spool/pseudonym-store.ts';
import type { OpenProfile } from './open-profile.ts';

/** What becomes of an instance. */
export type DeidentifyOutcome =
  | { readonly became: 'deidentified'; readonly tree: InstanceTree; readonly changes: readonly ElementChange[] }
  /** It may show who it is of, and the profile says what then. */
  | { readonly became: 'held' | 'left-out' | 'refused'; readonly kind: BurntInKind }
  /** The site's table does not list its patient. */
  | { readonly became: 'unlisted' };

export interface DeidentifierOptions extends DeidentifyOptions {
  /** A person has looked at what is held, and let it go. */
  readonly isReleased?: boolean;
}

export class Deidentifier {
  readonly #open: OpenProfile;
  readonly #options: DeidentifierOptions;
  /** By `keyOf` its pseudonym. */
  readonly #identities = new Map<string, StudyIdentity>();

  constructor(open: OpenProfile, options: DeidentifierOptions = {}) {
    this.#open = open;
    this.#options = options;
  }

  deidentify(tree: InstanceTree): DeidentifyOutcome {
    const { profile, settings } = this.#open;
    const kind = findBurntIn(tree);
    const stopped = kind === undefined ? undefined : this.#stopped(kind);
    if (stopped !== undefined) return stopped;
    const made = deidentifyInstance(tree, profile, this.#options);
    if ('unknownPatient' in made) return { became: 'unlisted' };
    if (settings.wayBack) this.#gather(made.identity);
    return { became: 'deidentified', tree: made.tree, changes: made.changes };
  }

  /** What may show its patient, and may not leave so. */
  #stopped(kind: BurntInKind): DeidentifyOutcome | undefined {
    switch (this.#open.settings.burntIn[kind]) {
      case 'pass': return undefined;
      case 'hold': return this.#options.isReleased === true ? undefined : { became: 'held', kind };
      case 'leave-out': return { became: 'left-out', kind };
      case 'refuse': return { became: 'refused', kind };
    }
  }

  /** Keeps what results of these instances need to be brought back. Must have returned before any of them leaves. */
  async keepWayBack(layout: Layout): Promise<void> {
    for (const identity of this.#identities.values()) {
      await keepIdentity(layout, this.#open.profile.name, this.#open.keys, identity);
    }
    this.#identities.clear();
  }

  #gather(identity: StudyIdentity): void {
    const who = keyOf(identity.pseudonym);
    const before = this.#identities.get(who);
    const uids = { ...before?.uids, ...identity.uids };
    const original = joined(before?.original ?? {}, identity.original);
    this.#identities.set(who, { pseudonym: identity.pseudonym, original, uids });
  }
}

/** Where instances of a study say different things of it, always the same of these, in whatever order they come. */
function joined(one: StudyIdentity['original'], other: StudyIdentity['original']): StudyIdentity['original'] {
  const keywords = [...new Set([...Object.keys(one), ...Object.keys(other)])] as RestoredKeyword[];
  return Object.fromEntries(keywords.map((keyword) => {
    const values = [one[keyword], other[keyword]].filter((value) => value !== undefined);
    return [keyword, values.sort((a, b) => (a.join('\\') < b.join('\\') ? 1 : -1))[0] ?? []];
  }));
}
