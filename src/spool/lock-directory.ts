// The directory that is a lock: `locks/<name>.lock`. Tells one from the next of the same name, and gives
// proper-lockfile a file system on which it only ever removes a lock that is this process's own.
//
// Why: a process that was stopped while another took over would else remove the lock of its successor, when it gives
// back the lease or when it ends.

import { mkdir, rmdir, rmdirSync, stat, statSync, utimes } from 'node:fs';

/** A lock directory at one moment. */
export interface LockDirectory {
  /** No other directory has it, also not a later one of the same name. */
  readonly identity: string;
  /** When its owner refreshed it last. */
  readonly refreshedAt: number;
}

/** Identities of the locks of this process, by path. */
const own = new Map<string, string>();

/** What is at a path now, undefined where nothing is. */
export function findLockDirectory(path: string): LockDirectory | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return { identity: `${found.ino}/${found.birthtimeMs}`, refreshedAt: found.mtimeMs };
}

/** Notes whether the directory at a path is this process's to remove. */
export function setOwnLock(path: string, identity: string | undefined): void {
  if (identity === undefined) own.delete(path);
  else own.set(path, identity);
}

/** For proper-lockfile: the calls that it makes. */
export const lockFileSystem = {
  mkdir,
  stat,
  utimes,
  rmdir(path: string, callback: (error: NodeJS.ErrnoException | null) => void): void {
    if (isOwn(path)) rmdir(path, callback);
    else callback(null);
  },
  rmdirSync(path: string): void {
    if (isOwn(path)) rmdirSync(path);
  },
};

function isOwn(path: string): boolean {
  const identity = own.get(path);
  return identity !== undefined && identity === findLockDirectory(path)?.identity;
}
