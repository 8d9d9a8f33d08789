// File systems of a few megabytes: what happens when a disk is full, read-only, or has no inodes left.

import { spawnSync } from 'node:child_process';
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { readSpace } from '../../src/spool/space.ts';

/** Does something on a small disk in memory; skips the test, with the reason, where none can be mounted. */
export async function onSmallDisk(
  t: Pick<TestContext, 'skip'>, megabytes: number, work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dts-disk-'));
  const failure = run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder);
  try {
    if (failure === undefined) await work(folder);
    else t.skip(`no small disk can be mounted: ${failure}`);
  } finally {
    if (failure === undefined) run('umount', folder);
    await rmdir(folder);
  }
}

/** A disk of 32 MB that is mounted on a folder. */
export class SmallDisk {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** Writes until no more than so much room is left. @returns the file that takes it, to be removed */
  async fill(leaveBytes: number): Promise<string> {
    const ballast = join(this.folder, 'ballast');
    const file = await open(ballast, 'w');
    const block = Buffer.alloc(65536, 1);
    while ((await readSpace(this.folder)).freeBytes > leaveBytes) {
      await file.write(block);
      await file.sync();
    }
    await file.close();
    return ballast;
  }

  /** Fails where a file is open for writing. */
  remount(how: 'ro' | 'rw'): void {
    const failure = run('mount', '-o', `remount,${how}`, this.folder);
    if (failure !== undefined) throw new Error(`not remounted ${how}: ${failure}`);
  }
}

/**
 * Does something while a disk of 32 MB is mounted on a folder that exists: ext4 on a loop device, a tmpfs where there
 * is none. Skips the test, with the reason, where neither can be mounted. The work is a test of its own, so that what
 * it started has ended before the disk goes.
 * @param inodes how many files it has room for
 */
export async function withSmallDisk(
  t: TestContext, folder: string, { inodes }: { readonly inodes?: number },
  work: (inner: TestContext, disk: SmallDisk) => Promise<void>,
): Promise<void> {
  const outside = await mkdtemp(join(tmpdir(), 'dts-disk-'));
  try {
    const failure = mountExt4(join(outside, 'image'), folder, inodes) && mountTmpfs(folder, inodes);
    if (failure !== undefined) return t.skip(`no small disk can be mounted: ${failure}`);
    try {
      await t.test('on a disk of its own', (inner) => work(inner as TestContext, new SmallDisk(folder)));
    } finally {
      run('umount', '--lazy', folder);
    }
  } finally {
    await rm(outside, { recursive: true });
  }
}

/** @returns why not */
function mountExt4(image: string, folder: string, inodes: number | undefined): string | undefined {
  return run('truncate', '--size', '32M', image)
    ?? run('mkfs.ext4', '-q', '-F', '-m', '0', ...inodes === undefined ? [] : ['-N', String(inodes)], image)
    ?? run('mount', '-o', 'loop', image, folder);
}

function mountTmpfs(folder: string, inodes: number | undefined): string | undefined {
  const options = inodes === undefined ? 'size=32m' : `size=32m,nr_inodes=${inodes}`;
  return run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
}

/** Runs a program. @returns why it failed, undefined where it did not */
function run(program: string, ...args: string[]): string | undefined {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  return status === 0 ? undefined : error?.message ?? `${program}: ${stderr.trim()}`;
}
