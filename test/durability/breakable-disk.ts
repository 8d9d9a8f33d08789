// A disk whose power fails when a test wants it: ext4 with a journal on a loop device.
//
// The cut is the ioctl by which the kernel's own file system tests do it: from then on nothing reaches the device, and
// the journal is not flushed, so that only what was synced before is there when the file system is mounted again.

import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { findPeer, requirePeer } from '../rig/peers.ts';

/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH, in the kernel's fs/ext4/ext4.h: _IOR('X', 125, __u32), 2. */
const CUT = 'open(my $disk, "<", $ARGV[0]) or die "open: $!"; my $flags = pack("L", 2); '
  + 'ioctl($disk, 0x8004587d, $flags) or die "ioctl: $!"';
/** The file system itself would sync after so many seconds, and a missing fsync would go unnoticed. */
const COMMIT_SECONDS = 300;

export class BreakableDisk {
  /** Not on the disk: holds its image, and the folder that it is mounted on. */
  readonly root: string;
  /** What is on the disk. A station whose root is `root` has its data there. */
  readonly folder: string;
  readonly image: string;

  constructor(root: string) {
    this.root = root;
    this.folder = join(root, 'data');
    this.image = join(root, 'image');
  }

  /** @returns why it could not be mounted */
  tryMount(): string | undefined {
    const options = `loop,commit=${COMMIT_SECONDS}`;
    const mount = spawnSync('mount', ['-t', 'ext4', '-o', options, this.image, this.folder], { encoding: 'utf8' });
    return mount.status === 0 ? undefined : mount.error?.message ?? mount.stderr.trim();
  }

  /** Cuts it off, in a process of its own: meanwhile the test goes on sending. */
  async cut(): Promise<void> {
    const perl = spawn(findPeer('perl')!, ['-e', CUT, this.folder], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [status] = await once(perl, 'close') as [number | null];
    if (status !== 0) throw new Error(`the disk was not cut off: ${status}`);
  }

  /** As the machine does when it comes up again. Nobody may have a file open. */
  remount(): void {
    this.unmount();
    this.#mountAgain();
  }

  /** Remembers what is on it. */
  async keep(): Promise<void> {
    this.unmount();
    await copyFile(this.image, join(this.root, 'kept'));
    this.#mountAgain();
  }

  /** Puts back what was kept. */
  async restore(): Promise<void> {
    this.unmount();
    await copyFile(join(this.root, 'kept'), this.image);
    this.#mountAgain();
  }

  unmount(): void {
    execFileSync('umount', [this.folder]);
  }

  #mountAgain(): void {
    const failure = this.tryMount();
    if (failure !== undefined) throw new Error(`not mounted again: ${failure}`);
  }
}

/** Makes one and mounts it; undefined, with the test skipped and told why, where that is not possible. */
export async function mountBreakableDisk(t: TestContext, megabytes: number): Promise<BreakableDisk | undefined> {
  if (!requirePeer(t, 'mkfs.ext4', 'perl')) return undefined;
  const disk = new BreakableDisk(await mkdtemp(join(tmpdir(), 'dts-disk-')));
  t.after(async () => {
    spawnSync('umount', ['--lazy', disk.folder]); // whoever still uses it is ended by a later clean-up
    await rm(disk.root, { recursive: true });
  });
  await writeFile(disk.image, '');
  await truncate(disk.image, megabytes * 1024 ** 2);
  execFileSync(findPeer('mkfs.ext4')!, ['-q', '-F', '-O', 'has_journal', disk.image]);
  await mkdir(disk.folder);
  const failure = disk.tryMount();
  if (failure === undefined) return disk;
  t.skip(`no file system can be mounted: ${failure}`);
  return undefined;
}
