// Puts copies of files into a folder of ours beside those where they shall appear, each one whole and on disk, in
// folders as they shall be. Nothing of it is seen by anybody until it is moved.

import { chmod, chown, mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { copyFileDurable, linkOrKeep, symbolicLinkOrKeep, syncFile } from '../spool/durable.ts';
import { hasCode } from '../spool/error-code.ts';
import type { FileToPlace, Rights } from './placing.ts';
import type { PlannedFile, PlannedFolder } from './plan.ts';

/** How many files are copied at a time: their syncs share what the disk does for one. */
const WIDTH = 16;

const SET_GROUP_ID = 0o2000;

export interface Staging {
  readonly rights: Rights;
  readonly signal: AbortSignal | undefined;
  /** Told of each file that is staged. */
  readonly staged: () => void;
  /** Told where a hard link was wanted and could not be made. */
  readonly copiedInstead: () => void;
}

/** Everything of a plan, below a folder of ours. Ends early, with what there is, when the signal says so. */
export async function stageFolder(planned: PlannedFolder, path: string, staging: Staging): Promise<void> {
  for (let from = 0; from < planned.files.length && staging.signal?.aborted !== true; from += WIDTH) {
    const batch = planned.files.slice(from, from + WIDTH);
    const ended = await Promise.allSettled(batch.map((one) => stageFile(one, path, staging)));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }
  for (const folder of planned.folders) {
    const inside = join(path, folder.name);
    await mkdir(inside);
    await giveRights(inside, staging.rights.directoryMode, staging.rights);
    await stageFolder(folder, inside, staging);
  }
}

async function stageFile({ name, file: { content } }: PlannedFile, folder: string, staging: Staging): Promise<void> {
  const path = join(folder, name);
  const { rights } = staging;
  if ('text' in content) {
    await writeFile(path, content.text, { flag: 'wx' });
    await giveRights(path, rights.mode, rights);
    await syncFile(path);
  } else if (content.copies === 'symlink') {
    await symbolicLinkOrKeep(content.file, path);
  } else if (content.copies === 'copy' || !await isLinked(content, path, staging)) {
    await copyFileDurable(content.file, path, rights);
  }
  staging.staged();
}

/** Not where the folder lies on another file system, or on one that has no such links or not so many to one file. */
async function isLinked(
  { file }: Extract<FileToPlace['content'], { file: string }>, path: string, { copiedInstead }: Staging,
): Promise<boolean> {
  try {
    await linkOrKeep(file, path);
    return true;
  } catch (error) {
    if (!hasCode(error, 'EXDEV', 'EMLINK', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
    copiedInstead();
    return false;
  }
}

/** A folder that passes its group on goes on doing so. The group first: to change it takes away bits of the mode. */
export async function giveRights(path: string, mode: number, { gid }: Pick<Rights, 'gid'> = {}): Promise<void> {
  if (gid !== undefined) await chown(path, -1, gid);
  const { mode: before } = await stat(path);
  await chmod(path, mode | (before & SET_GROUP_ID));
}
