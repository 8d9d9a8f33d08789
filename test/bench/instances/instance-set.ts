// Instances of one series in a folder, to be sent: made before the clock starts, the same for every receiver.

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemplate, writeObject } from './object-template.ts';
import type { ObjectShape } from './synthetic-header.ts';

const UID_ROOT = '1.2.826.0.1.3680043.10.4';

export interface InstanceSet {
  readonly folder: string;
  readonly StudyInstanceUID: string;
  readonly instances: readonly SentInstance[];
}

export interface SentInstance {
  /** Within the set's folder: `<SOPInstanceUID>.dcm`. */
  readonly name: string;
  readonly SOPInstanceUID: string;
  /** Of the file. */
  readonly bytes: number;
}

/**
 * Makes a set of `count` instances in a new folder.
 * @param number tells the UIDs of this set from those of others, 1 to 9
 */
export async function makeInstanceSet(
  folder: string, number: number, shape: ObjectShape, count: number, signal: AbortSignal,
): Promise<InstanceSet> {
  await mkdir(folder, { recursive: true });
  const StudyInstanceUID = `${UID_ROOT}.1.${number}`;
  const SeriesInstanceUID = `${UID_ROOT}.2.${number}`;
  const uids = Array.from({ length: count }, (_, index) => `${UID_ROOT}.3.${number}.${100_000 + index}`); // all as long
  const nameOf = (SOPInstanceUID: string): string => `${SOPInstanceUID}.dcm`;
  const [first = ''] = uids;
  const template = await makeTemplate(join(folder, nameOf(first)), shape,
    { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID: first });
  const instances: SentInstance[] = [];
  for (const SOPInstanceUID of uids) {
    signal.throwIfAborted();
    const name = nameOf(SOPInstanceUID);
    instances.push({ name, SOPInstanceUID, bytes: await writeObject(join(folder, name), template, SOPInstanceUID) });
  }
  return { folder, StudyInstanceUID, instances };
}

/** Of all its files. */
export function bytesOf({ instances }: InstanceSet): number {
  return instances.reduce((sum, { bytes }) => sum + bytes, 0);
}
