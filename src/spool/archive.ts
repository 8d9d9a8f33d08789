// Puts received instances into the archive, each under its SOPInstanceUID in its study's directory.
//
// Promises: what `keep` returned for survives a power loss; a file in the archive never changes and is never
// overwritten, for a job may be reading it; the same dataset is kept once, however many send it at the same time.

import { dirname } from 'node:path';
import { removeFileDurable, makeDirectoryDurable, syncDirectory } from './durable.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import type { ReceivingDisk } from './receiving-disk.ts';
import { sameDataset } from './same-dataset.ts';

/** Where an instance lies now, and whether its SOPInstanceUID was there before: not, with this dataset, with others. */
export interface Kept {
  readonly found: 'nothing' | 'same' | 'different';
  readonly path: string;
}

/** Studies whose directory is known to be durable; forgetting one costs an fsync. */
const REMEMBERED_STUDIES = 1000;

export class Archive {
  readonly #layout: Layout;
  readonly #disk: ReceivingDisk;
  readonly #studies = new Map<string, Promise<void>>();

  constructor(layout: Layout, disk: ReceivingDisk) {
    this.#layout = layout;
    this.#disk = disk;
  }

  /**
   * Takes over a complete, settled file from temp; it is gone from there afterwards.
   * Rejects with the system's error; then the file is still in temp. A crash leaves it in temp, in the archive or both.
   */
  async keep(incoming: string, StudyInstanceUID: string, SOPInstanceUID: string): Promise<Kept> {
    for (let version = 0; ; version += 1) {
      const path = this.#layout.archivedInstance(StudyInstanceUID, SOPInstanceUID, version);
      if (await this.#publish(incoming, path)) return { found: version === 0 ? 'nothing' : 'different', path };
      if (await sameDataset(incoming, path)) {
        // Another association may have published it just now, and not be through with its own fsync.
        await this.#disk.syncDirectory(dirname(path));
        await removeFileDurable(incoming);
        return { found: 'same', path };
      }
    }
  }

  async #publish(incoming: string, path: string): Promise<boolean> {
    const study = dirname(path);
    await this.#makeStudy(study);
    try {
      return await this.#disk.publish(incoming, path); // commit: the instance is kept
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
    // The study was cleaned away since it was last seen.
    this.#studies.delete(study);
    await this.#makeStudy(study);
    return this.#disk.publish(incoming, path);
  }

  /** All who store into a new study wait for the one that makes its directory. */
  #makeStudy(study: string): Promise<void> {
    const known = this.#studies.get(study);
    if (known !== undefined) return known;
    const made = this.#makeStudyDurable(study);
    this.#studies.set(study, made);
    made.catch(() => this.#studies.delete(study)); // told to those who wait; the next one tries again
    const [oldest] = this.#studies.keys();
    if (this.#studies.size > REMEMBERED_STUDIES && oldest !== undefined) this.#studies.delete(oldest);
    return made;
  }

  async #makeStudyDurable(study: string): Promise<void> {
    await makeDirectoryDurable(study);
    // It may have been there, made by a receiver that was killed before its own fsync.
    await syncDirectory(dirname(study));
  }
}
