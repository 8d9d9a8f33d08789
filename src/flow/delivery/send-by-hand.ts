// Sends files and folders to a configured destination at once, for a person: no job, no delivery, nothing kept.

import { readFileMeta } from '../../dicom/file-meta.ts';
import type { Failure } from '../../job/failure.ts';
import { listFiles } from '../list-files.ts';
import { carry, type Carried, type OutgoingInstance } from '../carry/carry.ts';
import { prepareByHand } from '../prepare/prepare-by-hand.ts';
import { meaningAt } from './answer-meaning.ts';
import type { Station } from '../station.ts';

export interface SentByHand {
  readonly stored: number;
  readonly total: number;
  /** Files that are no DICOM files. */
  readonly skipped: readonly { readonly file: string; readonly text: string }[];
  readonly failures: readonly Failure[];
}

/** @returns the names that there are, where there is no destination of that name; a path where it leads nowhere */
export async function sendByHand(
  station: Station, paths: readonly string[], to: string, signal: AbortSignal,
  answered: (done: number, total: number) => void,
): Promise<SentByHand | { readonly unknown: readonly string[] } | { readonly missing: string }> {
  const destinations = station.configuration.destinations.filter((one) => one.type !== 'sender'); // no study's
  const destination = destinations.find(({ name }) => name === to);
  if (destination === undefined) return { unknown: destinations.map(({ name }) => name) };

  const files = await listFiles(paths);
  if ('missing' in files) return files;
  const found: OutgoingInstance[] = [];
  const skipped: { file: string; text: string }[] = [];
  for (const file of files) {
    const meta = await readFileMeta(file);
    if ('notDicom' in meta) skipped.push({ file, text: meta.notDicom });
    else if (meta.MediaStorageSOPClassUID === undefined || meta.MediaStorageSOPInstanceUID === undefined) {
      skipped.push({ file, text: 'its file meta information does not say what it is' });
    } else {
      const { MediaStorageSOPClassUID: SOPClassUID, MediaStorageSOPInstanceUID: SOPInstanceUID } = meta;
      found.push({ file, SOPClassUID, SOPInstanceUID, ...meta, originalSOPInstanceUID: SOPInstanceUID });
    }
  }

  const { instances, failures: unfit, remove } = await prepareByHand(station, destination, found, signal);
  const failures: Failure[] = [...unfit];
  const shipment = { instances, scratch: station.layout.scratchByHand(process.pid) };
  let stored = 0;
  let done = 0;
  let outcome: Carried = {};
  try {
    if (instances.length > 0) outcome = await carry(station, destination, shipment, {
      answered: async ({ instance: { originalSOPInstanceUID: SOPInstanceUID }, ...answer }) => {
        done += 1;
        answered(done, instances.length);
        if ('failure' in answer) {
          failures.push(answer.failure);
          return;
        }
        const { status } = answer;
        const meant = meaningAt(destination, { status });
        if (meant === 'retry') failures.push({ reason: 'instance-postponed', SOPInstanceUID, status });
        else if (meant === 'refused') failures.push({ reason: 'instance-refused', SOPInstanceUID, status });
        else stored += 1;
      },
      signal,
    });
  } finally {
    await remove();
  }
  if (outcome.failure !== undefined) failures.push(outcome.failure);
  return { stored, total: found.length, skipped, failures };
}
