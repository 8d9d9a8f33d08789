// A folder destination of the configuration as something that instances can be put into.

import type { FolderDestination } from '../../config/destination.ts';
import { loadDictionary } from '../../dicom/dictionary.ts';
import { findGroup } from '../../host/find-group.ts';
import type { Failure } from '../../job/failure.ts';
import { parseTarget, type FolderTarget } from './folder-target.ts';

/** @returns or that its group is not what it should be. The configuration was checked to be one without a problem */
export async function findTarget(destination: FolderDestination): Promise<FolderTarget | Failure> {
  const { path, mustContain, onCollision, copies, group, mode, directoryMode, sidecar, ready, name } = destination;
  const found = group === undefined ? undefined : await findGroup(group);
  if (group !== undefined && found === undefined) {
    return { reason: 'folder-group', group, text: 'there is no such group on this host' };
  }
  if (group !== undefined && found?.isOurs === false) {
    return { reason: 'folder-group', group, text: 'the station\'s user is not in it; usermod -aG adds it' };
  }
  const target = parseTarget({
    path, onCollision, copies, sidecar,
    rights: { mode, directoryMode, ...found === undefined ? {} : { gid: found.gid } },
    ...mustContain === undefined ? {} : { mustContain },
    ...ready === undefined ? {} : { ready },
  }, await loadDictionary());
  if ('message' in target) throw new Error(`destination ${name}: ${target.message}`);
  return target;
}
