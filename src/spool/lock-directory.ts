// The directory that is a lock: `locks/<name>.lock`. Tells one from the next of the same name, and gives
// proper-lockfile a file system on which it only ever removes a lock that is this process's own, and refreshes by the
// time of the disk.
//
// Why: a process that was stopped while another took over would else remove the lock of its successor, when it gives
// back the lease or when it ends. And a host whose clock is a minute behind would else refresh locks that all others
// take for abandoned.

import { mkdir, rmdir, rmdirSync, stat, statSync, utimes } from 'node:fs';
import { dirname } from 'node:path';
import { sharedNow } from './shared-time.ts';

/** A lock directory at one moment. */
export interface LockDirectory {
  /** No other directory has it, also not a later one of the same name. */
  readonly identity: string;
  /** When its owner refreshed it last. */
  readonly refreshedAt: number;
}

/** Identities of the locks of this process, by path. */
const own = new Map<string, string>();

/** What the locks of this process were refreshed with: the time that their directories tell, and the one wanted. */
const refreshed = new Map<string, { readonly told: number; readonly wanted: Date }>();

/** What is at a path now, undefined where nothing is. */
export function findLockDirectory(path: string): LockDirectory | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return { identity: `${found.ino}/${found.birthtimeMs}`, refreshedAt: found.mtimeMs };
}

/** Notes whether the directory at a path is this process's to remove. */
export function setOwnLock(path: string, identity: string | undefined): void {
  if (identity !== undefined) {
    own.set(path, identity);
    return;
  }
  own.delete(path);
  refreshed.delete(path);
}

/** For proper-lockfile: the calls that it makes. */
export const lockFileSystem = {
  mkdir,
  /** With the time that was asked for, where that is what the lock was refreshed with: it is compared. */
  stat(path: string, callback: (error: NodeJS.ErrnoException | null, found?: { readonly mtime: Date }) => void): void {
    stat(path, (error, found) => {
      if (error !== null) return callback(error);
      const last = refreshed.get(path);
      callback(null, { mtime: last !== undefined && last.told === found.mtimeMs ? last.wanted : found.mtime });
    });
  },
  /** @param wanted by the clock of this host, which may be wrong */
  utimes(path: string, _atime: Date, wanted: Date, callback: (error: NodeJS.ErrnoException | null) => void): void {
    const now = new Date(sharedNow(dirname(path)));
    utimes(path, now, now, (error) => {
      if (error !== null) return callback(error);
      stat(path, (fault, found) => {
        // The disk may not keep it to the millisecond.
        if (fault === null) refreshed.set(path, { told: found.mtimeMs, wanted });
        callback(fault);
      });
    });
  },
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
