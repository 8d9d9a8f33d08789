// What a delivery asks for of names: a stream's `reidentify` first, then a destination's `deidentify`. Tree by tree, and
// at the end either everything that must be on disk before any of them leaves is there, or a reason why a person must
// look first.

import type { ElementChange } from '../../dicom/deidentify/change.ts';
import type { InstanceTree } from '../../dicom/tree/data-set.ts';
import type { BurntInKind } from '../../dicom/deidentify/options.ts';
import type { Failure } from '../../job/failure.ts';
import type { Station } from '../station.ts';
import { Deidentifier } from './deidentifier.ts';
import { openProfile } from './open-profile.ts';
import { Reidentifier } from './reidentifier.ts';

/** Names of profiles; what is absent is not asked for. */
export interface WantedIdentityChanges {
  readonly reidentify?: string | undefined;
  readonly deidentify?: string | undefined;
}

/** What becomes of an instance. */
export type IdentityOutcome =
  | { readonly tree: InstanceTree; readonly changes: readonly ElementChange[] }
  /** It will never leave so; the others may. */
  | { readonly unfit: Failure }
  /** It is not to leave, and nothing is wrong with that. */
  | { readonly leftOut: Failure }
  /** Told by `settle`. */
  | 'held';

/** More are not named one by one. */
const MOST_NAMED = 20;

export class IdentityChanges {
  readonly #station: Station;
  readonly #wanted: WantedIdentityChanges;
  readonly #reidentifier: Reidentifier | undefined;
  readonly #deidentifier: Deidentifier | undefined;
  readonly #burntIn: { readonly SOPInstanceUID: string; readonly kind: BurntInKind }[] = [];
  #hold: Failure | undefined;

  private constructor(
    station: Station, wanted: WantedIdentityChanges, reidentifier?: Reidentifier, deidentifier?: Deidentifier,
  ) {
    this.#station = station;
    this.#wanted = wanted;
    this.#reidentifier = reidentifier;
    this.#deidentifier = deidentifier;
  }

  /**
   * @param isReleased whether a person has let go what was held for what it may show in its pixels
   * @returns a reason to hold the delivery where a profile cannot be used
   */
  static async open(
    station: Station, wanted: WantedIdentityChanges, isReleased: boolean,
  ): Promise<IdentityChanges | { readonly hold: Failure }> {
    const { configuration, layout } = station;
    const unusable = (profile: string, text: string) => ({ hold: { reason: 'profile-unusable', profile, text } as const });
    const back = wanted.reidentify === undefined ? undefined : await openProfile(configuration, wanted.reidentify);
    if (back !== undefined && 'unusable' in back) return unusable(wanted.reidentify ?? '', back.unusable);
    const out = wanted.deidentify === undefined ? undefined : await openProfile(configuration, wanted.deidentify);
    if (out !== undefined && 'unusable' in out) return unusable(wanted.deidentify ?? '', out.unusable);
    return new IdentityChanges(
      station, wanted,
      back === undefined ? undefined : new Reidentifier(back, layout),
      out === undefined ? undefined : new Deidentifier(out, { isReleased }),
    );
  }

  /** @param SOPInstanceUID by which the delivery lists the instance */
  async change(tree: InstanceTree, SOPInstanceUID: string): Promise<IdentityOutcome> {
    const back = await this.#bringBack(tree, SOPInstanceUID);
    if (back === 'held' || 'unfit' in back || this.#deidentifier === undefined) return back;
    const made = this.#deidentifier.deidentify(back.tree);
    switch (made.became) {
      case 'deidentified': return { tree: made.tree, changes: [...back.changes, ...made.changes] };
      case 'refused': return { unfit: { reason: 'burnt-in-refused', SOPInstanceUID, kind: made.kind } };
      case 'left-out': return { leftOut: { reason: 'burnt-in-left-out', SOPInstanceUID, kind: made.kind } };
      case 'held':
        this.#burntIn.push({ SOPInstanceUID, kind: made.kind });
        return 'held';
      case 'unlisted':
        this.#hold ??= { reason: 'patient-unlisted', profile: this.#wanted.deidentify ?? '', SOPInstanceUID };
        return 'held';
    }
  }

  async #bringBack(
    tree: InstanceTree, SOPInstanceUID: string,
  ): Promise<Exclude<IdentityOutcome, { readonly leftOut: Failure }>> {
    if (this.#reidentifier === undefined) return { tree, changes: [] };
    const made = await this.#reidentifier.reidentify(tree);
    switch (made.became) {
      case 'reidentified': return made;
      case 'refused': return { unfit: { reason: 'not-reidentified', SOPInstanceUID, text: made.text } };
      case 'unknown': {
        const { StudyInstanceUID } = made;
        this.#hold ??= { reason: 'pseudonym-unknown', profile: this.#wanted.reidentify ?? '', StudyInstanceUID };
        return 'held';
      }
    }
  }

  /** Once all are changed and before any leaves. @returns why a person must look first */
  async settle(): Promise<Failure | undefined> {
    if (this.#hold !== undefined) return this.#hold;
    const others = this.#burntIn.length - MOST_NAMED;
    if (this.#burntIn.length > 0) {
      const instances = this.#burntIn.slice(0, MOST_NAMED).map(({ SOPInstanceUID }) => SOPInstanceUID);
      const kinds = [...new Set(this.#burntIn.map(({ kind }) => kind))];
      const profile = this.#wanted.deidentify ?? '';
      return { reason: 'burnt-in-held', profile, kinds, instances, ...others > 0 ? { others } : {} };
    }
    await this.#deidentifier?.keepWayBack(this.#station.layout);
    return undefined;
  }
}
