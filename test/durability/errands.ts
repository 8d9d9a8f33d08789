// What the senders are given to send, in the mixture that a station meets: studies on one association or on several,
// studies that two send parts of, the same instance from two at the same time, and what was sent before, equal or not.

import { makeInstance, type Instance } from './instance.ts';

/** One association after the other, each with its instances in order. */
export type Errand = readonly (readonly Instance[])[];

const ROOT_UID = '1.2.826.0.1.3680043.10.11';
const MOST_INSTANCES = 6;
const MOST_SMALL_BYTES = 16 * 1024;
const LARGE_BYTES = 1024 ** 2;
const LARGE_SHARE = 0.03;
/** Of the errands that send again, those with another dataset under the same UIDs. */
const CHANGED_SHARE = 0.4;
/** So many instances may be sent again. */
const REMEMBERED = 32;

export class Errands {
  readonly #random: () => number;
  readonly #recent: Instance[] = [];
  /** What the next sender is to do at the same time as the one before it. */
  #counterpart: Errand | undefined;
  #studies = 0;
  #versions = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  next(): Errand {
    const counterpart = this.#counterpart;
    this.#counterpart = undefined;
    return counterpart ?? this.#make();
  }

  #make(): Errand {
    const kind = this.#random();
    if (kind < 0.1 && this.#recent.length > 0) return [[this.#again(this.#choose(this.#recent))]];
    const study = this.#makeStudy();
    const half = Math.ceil(study.length / 2);
    if (kind < 0.25) {
      this.#counterpart = [study.map((instance) => this.#again(instance))];
    } else if (kind < 0.4) {
      this.#counterpart = [study.slice(half)];
      return [study.slice(0, half)];
    } else if (kind < 0.6) {
      return [study.slice(0, half), study.slice(half)];
    }
    return [study];
  }

  #makeStudy(): Instance[] {
    this.#studies += 1;
    const StudyInstanceUID = `${ROOT_UID}.${this.#studies}`;
    const count = 1 + Math.floor(this.#random() * MOST_INSTANCES);
    const study = Array.from({ length: count }, (_, index) => {
      const SeriesInstanceUID = `${StudyInstanceUID}.${1 + index % 2}`;
      const SOPInstanceUID = `${SeriesInstanceUID}.${index + 1}`;
      return makeInstance({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }, this.#chooseSize());
    });
    this.#recent.push(...study);
    this.#recent.splice(0, this.#recent.length - REMEMBERED);
    return study;
  }

  #chooseSize(): number {
    return this.#random() < LARGE_SHARE ? LARGE_BYTES : Math.floor(this.#random() * MOST_SMALL_BYTES);
  }

  /** The same dataset, or another one under the same UIDs. */
  #again(instance: Instance): Instance {
    if (this.#random() > CHANGED_SHARE) return instance;
    this.#versions += 1;
    return makeInstance(instance, 1000 + this.#versions % 1000, 1 + this.#versions % 999);
  }

  #choose<T>(from: readonly T[]): T {
    return from[Math.floor(this.#random() * from.length)]!;
  }
}
