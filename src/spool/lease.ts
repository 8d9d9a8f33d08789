// The right to change a job, a peer's deliveries or the arrivals, held by one process at a time, on one host or on
// several that share the data directory. On proper-lockfile: `locks/<name>.lock` is a directory whose time its owner
// refreshes.
//
// Promises: never two owners at once, but for an owner that was paused longer than STALE_MILLISECONDS: it finds that
// out in `assertHeld`, which every move calls first, and changes nothing more. An owner on this host that died is
// replaced at once, one on another host after STALE_MILLISECONDS. The clocks of the hosts may differ: time is that of
// the disk.

import lockfile from 'proper-lockfile';
import { mkdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { encodeForPath } from '../dicom/path-encoding.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import { LeaseLost } from './lease-lost.ts';
import { findLockDirectory, lockFileSystem, setOwnLock } from './lock-directory.ts';
import { sharedNow } from './shared-time.ts';
import { identityOf, lifeOf, type ProcessIdentity } from '../host/process-identity.ts';

/** After so long without a refresh an owner counts as dead. Four refreshes may fail. */
const STALE_MILLISECONDS = 20_000;
const REFRESH_MILLISECONDS = 5_000;

/** A lease that is held. */
export interface Lease {
  readonly name: string;
  /** @throws {LeaseLost} where another process may own it by now */
  assertHeld(): void;
}

/** The owner that stands beside the lock, and which lock directory it owns. */
interface Owner extends ProcessIdentity {
  readonly lock: string;
}

interface Held {
  isHeld(): boolean;
  release(): Promise<void>;
}

/** Does work under a lease. @returns 'busy', without having begun, where another process holds it */
export async function withLease<T>(
  layout: Layout, name: string, work: (lease: Lease) => Promise<T>,
): Promise<T | 'busy'> {
  await mkdir(layout.locks, { recursive: true, mode: 0o750 });
  const held = await acquire(join(layout.locks, encodeForPath(name)));
  if (held === undefined) return 'busy';
  try {
    return await work({ name, assertHeld() { if (!held.isHeld()) throw new LeaseLost(name); } });
  } finally {
    await held.release();
  }
}

async function acquire(path: string): Promise<Held | undefined> {
  return await tryLock(path) ?? await replaceAbandoned(path);
}

async function tryLock(path: string): Promise<Held | undefined> {
  const directory = lockDirectory(path);
  let compromised = false;
  let unlock: () => Promise<void>;
  try {
    unlock = await lockfile.lock(path, {
      lockfilePath: directory, realpath: false, retries: 0, fs: lockFileSystem,
      stale: Number.POSITIVE_INFINITY, // it would let two contenders take the same stale lock: see replaceAbandoned
      update: REFRESH_MILLISECONDS, onCompromised: () => { compromised = true; },
    });
  } catch (error) {
    if (hasCode(error, 'ELOCKED')) return undefined;
    throw error;
  }
  const identity = findLockDirectory(directory)?.identity;
  setOwnLock(directory, identity);
  const isOurs = (): boolean => {
    return !compromised && identity !== undefined && findLockDirectory(directory)?.identity === identity;
  };
  const owner = { ...identityOf(process.pid), lock: identity };
  try {
    await writeFile(ownerFile(path), JSON.stringify(owner), { mode: 0o640 });
  } catch (error) {
    await unlock(); // else it would be held, by nobody who knows, until this process ends
    setOwnLock(directory, undefined);
    throw error;
  }
  return {
    isHeld: () => isOurs() && !isStale(directory),
    async release() {
      // First, so that it never names an owner of the next lock.
      if (isOurs()) await rm(ownerFile(path), { force: true });
      if (!compromised) await unlock();
      setOwnLock(directory, undefined);
    },
  };
}

/**
 * Takes the lock of an owner that died on this host, or refreshes no more. One contender at a time does so
 * (`.replacing`), and looks again once it is the one.
 */
async function replaceAbandoned(path: string): Promise<Held | undefined> {
  if (!await isAbandoned(path)) return undefined;
  const replacing = `${path}.replacing`;
  try {
    await mkdir(replacing);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    if (isStale(replacing)) await removeDirectory(replacing); // of a contender that was killed just here
    return undefined;
  }
  try {
    if (!await isAbandoned(path)) return undefined;
    await rm(ownerFile(path), { force: true });
    await removeDirectory(lockDirectory(path));
    return await tryLock(path);
  } finally {
    await removeDirectory(replacing);
  }
}

async function isAbandoned(path: string): Promise<boolean> {
  return isStale(lockDirectory(path)) || await ownerIsDead(path);
}

function isStale(directory: string): boolean {
  const found = findLockDirectory(directory);
  return found !== undefined && sharedNow(dirname(directory)) - found.refreshedAt > STALE_MILLISECONDS;
}

/** Only where the owner file speaks of the very lock directory that is there. */
async function ownerIsDead(path: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(ownerFile(path), 'utf8')) as Owner;
    return owner.lock === findLockDirectory(lockDirectory(path))?.identity && lifeOf(owner) === 'dead';
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return false; // being written, or being released
    throw error;
  }
}

async function removeDirectory(directory: string): Promise<void> {
  try {
    await rmdir(directory);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

function lockDirectory(path: string): string {
  return `${path}.lock`;
}

function ownerFile(path: string): string {
  return `${path}.owner`;
}
