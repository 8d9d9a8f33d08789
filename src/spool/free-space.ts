// Watches the room left on one file system for as long as a process runs, so that receiving stops while there is still
// enough for the station's own state, and whether anything can be written there at all.

import { accessSync, constants } from 'node:fs';
import { codeOf } from './error-code.ts';
import { isShort, neededBytes, readSpaceNow, type SpaceLimits } from './space.ts';

/** So long, or so many questions, room may dwindle unseen; LOOK_FOR_ROOM_EVERY_BYTES is what one question covers. */
const LOOK_EVERY_MILLISECONDS = 1000;
const LOOK_EVERY_QUESTIONS = 8;

/** What became of the disk, seen from whoever wants to write to it. */
export type DiskChange =
  | { readonly disk: 'short'; readonly freeBytes: number; readonly neededBytes: number }
  /** It is read-only or away, say; `code` is the system's. */
  | { readonly disk: 'unusable'; readonly code: string }
  /** There is room again, and it can be written to. */
  | { readonly disk: 'usable' };

export class FreeSpace {
  readonly #path: string;
  readonly #limits: SpaceLimits;
  readonly #changed: (change: DiskChange) => void;
  #disk: DiskChange['disk'] = 'usable';
  #lookedAt = -Infinity;
  #questions = 0;
  #isShort = false;

  /**
   * @param path a directory to be written to
   * @param changed told each time that it is not as it was before; it is taken to be usable to begin with
   */
  constructor(path: string, limits: SpaceLimits, changed: (change: DiskChange) => void) {
    this.#path = path;
    this.#limits = limits;
    this.#changed = changed;
  }

  /**
   * Whether there is less room than the limits want. Ask before every so many bytes; not each question looks.
   * In place, for it takes no longer than waking a thread. Throws the system's error where nothing can be written.
   */
  isShort(): boolean {
    const now = performance.now();
    this.#questions += 1;
    if (now - this.#lookedAt >= LOOK_EVERY_MILLISECONDS || this.#questions >= LOOK_EVERY_QUESTIONS) {
      this.#questions = 0;
      this.#lookedAt = -Infinity; // where the look fails the next question looks again
      this.#isShort = this.#look();
      this.#lookedAt = now;
    }
    return this.#isShort;
  }

  #look(): boolean {
    try {
      accessSync(this.#path, constants.W_OK);
      const space = readSpaceNow(this.#path);
      const short = isShort(space, this.#limits);
      this.#note(short ? { disk: 'short', freeBytes: space.freeBytes, neededBytes: neededBytes(space, this.#limits) }
        : { disk: 'usable' });
      return short;
    } catch (error) {
      const code = codeOf(error);
      if (code !== undefined) this.#note({ disk: 'unusable', code });
      throw error;
    }
  }

  #note(change: DiskChange): void {
    if (change.disk === this.#disk) return;
    this.#disk = change.disk;
    this.#changed(change);
  }
}
