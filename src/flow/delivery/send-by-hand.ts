// Sends files and folders to a configured destination at once, for a person: no job, no delivery, nothing kept.

import type { ReachableDestination } from '../../config/destination.ts';
import type { Failure } from '../../job/failure.ts';
import { listFiles } from '../list-files.ts';
import { carry, type Carried } from '../carry/carry.ts';
import { prepareByHand } from '../prepare/prepare-by-hand.ts';
import { meaningAt } from './answer-meaning.ts';
import { readInstances } from './read-instances.ts';
import type { Station } from '../station.ts';

export interface SentByHand {
  readonly stored: number;
  readonly total: number;
  /** Files that are no DICOM files. */
  readonly skipped: readonly { readonly file: string; readonly text: string }[];
  /** Instances that the destination did not take, or that could not be sent; the file where it is known. */
  readonly unsent: readonly { readonly file?: string; readonly failure: Failure }[];
  /** Why the destination as a whole did not work. */
  readonly failure?: Failure;
  /** By the caller's signal, before all was sent. */
  readonly stopped: boolean;
}

/** How far it is. */
export interface SentSoFar {
  readonly instances: number;
  readonly bytes: number;
  readonly total: number;
}

/** @returns the names that there are, where there is no destination of that name; a path where it leads nowhere */
export async function sendByHand(
  station: Station, paths: readonly string[], to: string, signal: AbortSignal, tell: (soFar: SentSoFar) => void,
): Promise<SentByHand | { readonly unknown: readonly string[] } | { readonly missing: string }> {
  const destinations = station.configuration.destinations.filter((one) => one.type !== 'sender'); // no study's
  const destination = destinations.find(({ name }) => name === to);
  if (destination === undefined) return { unknown: destinations.map(({ name }) => name) };

  const files = await listFiles(paths);
  if ('missing' in files) return files;
  const read = await readInstances(files, signal);
  const found = read.flatMap((one) => ('instance' in one ? [one] : []));
  const fileOf = new Map(found.map(({ instance: { originalSOPInstanceUID, file }, bytes }) => {
    return [originalSOPInstanceUID, { file, bytes }];
  }));
  const skipped = read.flatMap((one) => ('notDicom' in one ? [{ file: one.file, text: one.notDicom }] : []));
  const unsent: { file?: string; failure: Failure }[] = read.flatMap((one) => {
    if (!('unreadable' in one)) return [];
    return [{ failure: { reason: 'instance-unreadable', file: one.file, text: one.unreadable } }];
  });

  const prepared = await prepareByHand(station, destination, found.map(({ instance }) => instance), signal);
  unsent.push(...prepared.failures.map((failure) => ({ failure })));
  const { instances } = prepared;
  const shipment = { instances, scratch: station.layout.scratchByHand(process.pid) };
  const soFar = { instances: 0, bytes: 0, total: instances.length };
  let stored = 0;
  let outcome: Carried = {};
  try {
    if (instances.length > 0) outcome = await carry(station, destination, shipment, {
      answered: async ({ instance: { originalSOPInstanceUID }, ...answer }) => {
        const { file, bytes = 0 } = fileOf.get(originalSOPInstanceUID) ?? {};
        soFar.instances += 1;
        soFar.bytes += bytes;
        tell(soFar);
        const failure = failureOf(destination, originalSOPInstanceUID, answer);
        if (failure === undefined) stored += 1;
        else unsent.push({ ...(file === undefined ? {} : { file }), failure });
      },
      signal,
    });
  } finally {
    await prepared.remove();
  }
  return {
    stored, total: found.length, skipped, unsent, stopped: signal.aborted,
    ...(outcome.failure === undefined ? {} : { failure: outcome.failure }),
  };
}

/** undefined: it is stored */
function failureOf(
  destination: ReachableDestination, SOPInstanceUID: string, answer: { status: number } | { failure: Failure },
): Failure | undefined {
  if ('failure' in answer) return answer.failure;
  const { status } = answer;
  switch (meaningAt(destination, answer)) {
    case 'stored': return undefined;
    case 'retry': return { reason: 'instance-postponed', SOPInstanceUID, status };
    case 'refused': return { reason: 'instance-refused', SOPInstanceUID, status };
  }
}
