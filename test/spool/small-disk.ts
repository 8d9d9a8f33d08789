// A file system of its own with little room, for tests of what happens when there is none left.

import { spawnSync } from 'node:child_process';
import { mkdtemp, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A tmpfs of so many bytes, gone after the test; undefined, with the test skipped, where it cannot be mounted. */
export async function mountSmallDisk(t: TestContext, bytes: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'dts-test-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder], { encoding: 'utf8' });
  if (mounted.status !== 0) {
    await rmdir(folder);
    t.skip(`no small file system to be had: ${mounted.error?.message ?? mounted.stderr.trim()}`);
    return undefined;
  }
  t.after(async () => {
    spawnSync('umount', ['--lazy', folder]);
    await rmdir(folder);
  });
  return folder;
}
