// What a receiver has made of a set of instances.

import { readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import type { InstanceSet } from './instance-set.ts';

/** Receivers write file meta information of their own, and storescp may write lengths in another way. */
const DIFFERENCE_BYTES = 2048;
/** Files from here on are emptied after a round, so that the next one finds the page cache as this one did. */
const LARGE_BYTES = 65_536;

/** Where a receiver puts what it gets. */
export interface ReceivedPlace {
  readonly name: string;
  /** The folder of a study's instances. */
  studyFolder(StudyInstanceUID: string): string;
  /** The SOPInstanceUID of a file there. */
  instanceIn(fileName: string): string;
}

/** Throws unless every instance of a set lies in its study's folder as long as it was sent. */
export async function mustHaveArrived(
  { StudyInstanceUID, instances }: InstanceSet, place: ReceivedPlace,
): Promise<void> {
  const folder = place.studyFolder(StudyInstanceUID);
  const files = new Map((await readdir(folder)).map((name) => [place.instanceIn(name), join(folder, name)]));
  for (const { SOPInstanceUID, bytes } of instances) {
    const file = files.get(SOPInstanceUID);
    if (file === undefined) throw new Error(`${place.name} has no ${SOPInstanceUID} in ${folder}`);
    const { size } = await stat(file);
    if (Math.abs(size - bytes) > DIFFERENCE_BYTES) throw new Error(`${file} has ${size} bytes; ${bytes} were sent`);
  }
}

/**
 * Gives their page cache back, so that no later round pays for memory that was never touched. They are not removed:
 * ext4 without a journal takes minutes to hand out inodes that were freed a moment ago.
 */
export async function emptyLargeFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries.filter((one) => one.isFile())) {
    const file = join(entry.parentPath, entry.name);
    if ((await stat(file)).size >= LARGE_BYTES) await truncate(file);
  }
}
