// Watches the room left on one file system for as long as a process runs, so that receiving stops while there is still
// enough for the station's own state.

import { isShort, neededBytes, readSpace, type SpaceLimits } from './space.ts';

/** Room may dwindle at most this long unseen; a disk takes far less in it than any sensible reserve. */
const LOOK_EVERY_MILLISECONDS = 1000;

/** What there is and what there would have to be. */
export interface Shortage {
  readonly freeBytes: number;
  readonly neededBytes: number;
}

export class FreeSpace {
  readonly #path: string;
  readonly #limits: SpaceLimits;
  readonly #becameShort: (shortage: Shortage) => void;
  #wasShort = false;
  #lookedAt = -Infinity;
  #isShort: Promise<boolean> = Promise.resolve(false);

  /** @param becameShort told each time that room becomes short, not while it stays so */
  constructor(path: string, limits: SpaceLimits, becameShort: (shortage: Shortage) => void) {
    this.#path = path;
    this.#limits = limits;
    this.#becameShort = becameShort;
  }

  /** Whether there is less room than the limits want; looks at most once a second. Rejects with the system's error. */
  isShort(): Promise<boolean> {
    const now = performance.now();
    if (now - this.#lookedAt >= LOOK_EVERY_MILLISECONDS) {
      this.#lookedAt = now;
      this.#isShort = this.#look();
    }
    return this.#isShort;
  }

  async #look(): Promise<boolean> {
    const space = await readSpace(this.#path);
    const short = isShort(space, this.#limits);
    if (short && !this.#wasShort) {
      this.#becameShort({ freeBytes: space.freeBytes, neededBytes: neededBytes(space, this.#limits) });
    }
    this.#wasShort = short;
    return short;
  }
}
