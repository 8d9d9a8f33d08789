// A file system of a few megabytes in memory: what happens when a disk is full.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** Does something on a small disk; skips the test, with the reason, where none can be mounted. */
export async function onSmallDisk(
  t: Pick<TestContext, 'skip'>, megabytes: number, work: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'dts-disk-'));
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder], { encoding: 'utf8' });
  try {
    if (mount.status === 0) await work(folder);
    else t.skip(`no small disk can be mounted: ${mount.error?.message ?? mount.stderr.trim()}`);
  } finally {
    if (mount.status === 0) spawnSync('umount', [folder]);
    await rmdir(folder);
  }
}
