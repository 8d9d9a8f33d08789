// Opens somebody's folders to put files into them, and says what is wrong with the folders where that cannot be done.

import { mkdir } from 'node:fs/promises';
import { codeOf, hasCode } from '../spool/error-code.ts';
import { OpenFolder } from './open-folder.ts';
import { FilePlacer } from './place-files.ts';
import type { FolderFault, Rights } from './placing.ts';
import { removeBelow } from './remove-below.ts';
import { giveRights } from './stage-files.ts';

/** Of the hidden folders in which files are made ready. */
export const HIDDEN_PREFIX = '.dts-placing-';

/** One that is older was left by a crash, and nobody has come back to it. A study takes minutes to copy, not a day. */
const ABANDONED_MILLISECONDS = 24 * 60 * 60 * 1000;

export interface FolderToFill {
  /** Absolute; must be there. */
  readonly root: string;
  /** A name that must be in it, which tells a mounted disk from the empty folder that it is mounted on. */
  readonly mustContain?: string;
  readonly rights: Rights;
}

export interface PlacingOptions {
  /** Names the hidden folder: the same in each try at the same files, another for every other. A name of a file. */
  readonly id: string;
  readonly signal?: AbortSignal | undefined;
  readonly staged?: () => void;
  readonly copiedInstead?: () => void;
}

/** Does work with what places files, and leaves nothing hidden behind. */
export async function withFolder<Result>(
  { rights, ...where }: FolderToFill,
  { id, signal, staged = () => undefined, copiedInstead = () => undefined }: PlacingOptions,
  work: (placer: FilePlacer) => Promise<Result>,
): Promise<Result | FolderFault> {
  return withRoot(where, (folder) => withHidden(folder, id, (hidden) => {
    return work(new FilePlacer(folder, where.root, hidden, { rights, signal, staged, copiedInstead }));
  }));
}

/** Does work in the folder that is to be filled, where it is there and is the one that is meant. */
export async function withRoot<Result>(
  { root, mustContain }: Omit<FolderToFill, 'rights'>, work: (folder: OpenFolder) => Promise<Result>,
): Promise<Result | FolderFault> {
  try {
    const folder = await findRoot(root);
    if ('reason' in folder) return folder;
    try {
      if (mustContain !== undefined && await folder.find(mustContain) === undefined) {
        return { reason: 'folder-unmarked', path: root, name: mustContain };
      }
      return await work(folder);
    } finally {
      await folder.close();
    }
  } catch (error) {
    const fault = folderFaultOf(error, root);
    if (fault === undefined) throw error;
    return fault;
  }
}

/** Rejects as the file system does. */
async function findRoot(root: string): Promise<OpenFolder | FolderFault> {
  try {
    return await OpenFolder.open(root);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return { reason: 'folder-missing', path: root };
    throw error;
  }
}

async function withHidden<Result>(
  root: OpenFolder, id: string, work: (hidden: OpenFolder) => Promise<Result>,
): Promise<Result> {
  const name = HIDDEN_PREFIX + id;
  await sweep(root, name);
  await mkdir(root.inside(name), { mode: 0o700 });
  try {
    const hidden = await root.enter(name);
    if (hidden === undefined) throw new Error(`${name} is gone`);
    try {
      await giveRights(hidden.path, 0o700); // one that somebody has put in its place is not ours to change
      return await work(hidden);
    } finally {
      await hidden.close();
    }
  } finally {
    await removeBelow(root, name);
  }
}

/** Removes what an earlier try at the same has left, and what nobody of this user has come back to. */
async function sweep(root: OpenFolder, own: string): Promise<void> {
  for (const name of await root.names()) {
    if (!name.startsWith(HIDDEN_PREFIX)) continue;
    const there = await root.find(name);
    const isOld = Date.now() - (there?.mtimeMs ?? 0) > ABANDONED_MILLISECONDS;
    const isAbandoned = isOld && there?.uid === process.getuid?.();
    if (name === own || isAbandoned) await removeBelow(root, name);
  }
}

const FORBIDDEN = ['EACCES', 'EPERM', 'EROFS'];
/** Somebody has put something else in the place of what is ours. */
const EXCHANGED = ['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR'];
const TROUBLE = [
  'EIO', 'ESTALE', 'ETIMEDOUT', 'EHOSTDOWN', 'EHOSTUNREACH', 'ENOTCONN', 'ECONNRESET', 'ENODEV', 'ENXIO', 'EBUSY',
  'EMFILE', 'ENFILE', 'ENOMEM', 'EREMOTEIO',
];

/** What an error of the file system says of the folders; undefined where it says nothing of them. */
export function folderFaultOf(error: unknown, root: string): FolderFault | undefined {
  const code = codeOf(error) ?? '';
  if (code === 'ENOSPC' || code === 'EDQUOT') return { reason: 'space-short', path: root };
  if (FORBIDDEN.includes(code)) return { reason: 'folder-forbidden', path: root, code };
  const isWithin = error instanceof Error && 'path' in error && String(error.path).startsWith('/proc/self/fd/');
  if (EXCHANGED.includes(code) && isWithin) return { reason: 'folder-note-hindered', path: root, name: HIDDEN_PREFIX };
  // What we have made ourselves is gone, or the folder that we hold open: the disk went away.
  const isOursGone = code === 'ENOENT' && isWithin;
  return TROUBLE.includes(code) || isOursGone ? { reason: 'input-output', path: root, code } : undefined;
}
