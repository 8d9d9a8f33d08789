// The right to change a job, a destination's deliveries or the arrivals, held by one process at a time, on one host or on
// several that share the data directory. On proper-lockfile: `locks/<name>.lock` is a directory whose time its owner
// refreshes.
//
// Promises: never two owners at once, but for an owner that was paused longer than STALE: it finds that out in
// `assertHeld`, which every move calls first, and changes nothing more. An owner on this host that died is replaced at
// once, one on another host after STALE.

import lockfile from 'proper-lockfile';
import { mkdir, readFile, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeForPath } from '../dicom/path-encoding.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import { LeaseLost } from './lease-lost.ts';
import { identityOf, lifeOf, type ProcessIdentity } from './process-identity.ts';

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

/** Does work under a lease. @returns 'busy', without having begun, where another process holds it */
export async function withLease<T>(
  layout: Layout, name: string, work: (lease: Lease) => Promise<T>,
): Promise<T | 'busy'> {
  await mkdir(layout.locks, { recursive: true, mode: 0o750 });
  const path = join(layout.locks, encodeForPath(name));
  let lost = false;
  const release = await acquire(path, () => { lost = true; });
  if (release === undefined) return 'busy';
  try {
    return await work({ name, assertHeld() { if (lost) throw new LeaseLost(name); } });
  } finally {
    if (!lost) await release();
  }
}

async function acquire(path: string, onLost: () => void): Promise<(() => Promise<void>) | undefined> {
  const release = await tryLock(path, onLost) ?? (await replaceDeadOwner(path) ? await tryLock(path, onLost) : undefined);
  if (release === undefined) return undefined;
  const self = identityOf(process.pid);
  const owner = { ...self, lock: await lockIdentity(path) };
  await writeFile(ownerFile(path), JSON.stringify(owner), { mode: 0o640 });
  return async () => {
    await rm(ownerFile(path), { force: true }); // first, so that it never names an owner of the next lock
    await release();
  };
}

async function tryLock(path: string, onLost: () => void): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lockfile.lock(path, {
      lockfilePath: lockDirectory(path), realpath: false, retries: 0,
      stale: STALE_MILLISECONDS, update: REFRESH_MILLISECONDS, onCompromised: onLost,
    });
  } catch (error) {
    if (hasCode(error, 'ELOCKED')) return undefined;
    throw error;
  }
}

/**
 * Removes the lock of an owner that died on this host. One contender at a time does so (`.replacing`), and only when the
 * owner file speaks of the very lock directory that is there. @returns whether it is worth trying again
 */
async function replaceDeadOwner(path: string): Promise<boolean> {
  if (!await ownerIsDead(path)) return false;
  const replacing = `${path}.replacing`;
  try {
    await mkdir(replacing);
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error;
    await removeIfStale(replacing); // of a contender that was killed just here
    return false;
  }
  try {
    if (!await ownerIsDead(path)) return false;
    await rm(ownerFile(path), { force: true });
    await rmdir(lockDirectory(path));
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    throw error;
  } finally {
    await removeDirectory(replacing);
  }
}

async function ownerIsDead(path: string): Promise<boolean> {
  try {
    const owner = JSON.parse(await readFile(ownerFile(path), 'utf8')) as Owner;
    return owner.lock === await lockIdentity(path) && lifeOf(owner) === 'dead';
  } catch (error) {
    if (error instanceof SyntaxError || hasCode(error, 'ENOENT')) return false; // being written, or being released
    throw error;
  }
}

/** Tells one lock directory from the next of the same name. */
async function lockIdentity(path: string): Promise<string> {
  const { ino, birthtimeMs } = await stat(lockDirectory(path));
  return `${ino}/${birthtimeMs}`;
}

async function removeIfStale(directory: string): Promise<void> {
  try {
    const { mtimeMs } = await stat(directory);
    if (Date.now() - mtimeMs > STALE_MILLISECONDS) await removeDirectory(directory);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
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
