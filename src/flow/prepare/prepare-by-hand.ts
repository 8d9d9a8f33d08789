// Changes files that a person sends by hand as everything else that goes to their destination: nothing leaves by hand
// that would not leave so by itself. The copies lie in a folder of this process, which it removes when they have left.

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReachableDestination } from '../../config/destination.ts';
import type { Failure } from '../../job/failure.ts';
import { makeDirectoryDurable, removeTree } from '../../spool/durable.ts';
import { exists, listDirectory } from '../../spool/read.ts';
import type { OutgoingInstance } from '../carry/carry.ts';
import type { Station } from '../station.ts';
import { changesFor } from './changes-for.ts';
import { copyChanged } from './copy-changed.ts';

/** Nobody sends by hand for so long. */
const LEFT_HOURS = 24;

export interface PreparedByHand {
  readonly instances: readonly OutgoingInstance[];
  /** Of those that cannot leave. */
  readonly failures: readonly Failure[];
  /** To be called when all have left, or will not. */
  remove(): Promise<void>;
}

/** @param instances as they lie, named by `file` @param signal ends it; what there is by then is returned */
export async function prepareByHand(
  station: Station, destination: ReachableDestination, instances: readonly OutgoingInstance[], signal: AbortSignal,
): Promise<PreparedByHand> {
  const changes = await changesFor({ station, destination, stream: undefined });
  if ('hold' in changes) return { instances: [], failures: [changes.hold], remove: () => Promise.resolve() };
  if (changes.list.length === 0) return { instances, failures: [], remove: () => Promise.resolve() };
  await sweep(station);
  const folder = station.layout.preparedByHand(process.pid);
  const remove = (): Promise<void> => removeTree(folder.path);
  await remove();
  await makeDirectoryDurable(folder.instances);
  const prepared: OutgoingInstance[] = [];
  const failures: Failure[] = [];
  try {
    for (const [number, instance] of instances.entries()) {
      if (signal.aborted) break;
      const copy = folder.instance(String(number + 1)); // one SOPInstanceUID may be that of several files
      const line = await copyChanged(instance.file, instance.originalSOPInstanceUID, changes.list, copy);
      if ('hold' in line) failures.push(line.hold);
      else if (line.failure?.reason === 'burnt-in-left-out') continue; // that is as it should be
      else if (line.failure !== undefined) failures.push(line.failure);
      else prepared.push(line.leavesAs === undefined ? instance : { ...instance, ...line.leavesAs, file: copy });
    }
    await changes.settle();
  } catch (error) {
    await remove();
    throw error;
  }
  return { instances: prepared, failures, remove };
}

/** What processes that were killed have left. */
async function sweep({ layout, now }: Station): Promise<void> {
  const leftSince = now().getTime() - LEFT_HOURS * 3_600_000;
  for (const name of await listDirectory(layout.byHand)) {
    const path = join(layout.byHand, name);
    if (await exists(path) && (await stat(path)).mtimeMs < leftSince) await removeTree(path);
  }
}
