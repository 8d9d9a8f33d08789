// The machine that figures come from: they mean nothing without it.

import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { basename, join } from 'node:path';
import { median } from './median.ts';

const SYNCS = 50;
/** Fewer than any medium takes: the call returned without waiting for one. */
const REAL_SYNC_MILLISECONDS = 0.01;

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly memoryBytes: number;
  readonly node: string;
  readonly folder: string;
  /** The type, with `, no journal` where an ext4 has none. */
  readonly fileSystem: string;
  /** Median of writing 4 KB and fsync. */
  readonly syncMilliseconds: number;
}

/** @param folder where the bench works; a file is written there */
export async function describeMachine(folder: string): Promise<Machine> {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown processor',
    memoryBytes: totalmem(),
    node: process.versions.node,
    folder,
    fileSystem: fileSystemOf(folder),
    syncMilliseconds: await measureSync(join(folder, 'sync')),
  };
}

/** Two lines. */
export function formatMachine(machine: Machine): string {
  const { cores, processor, memoryBytes, node, folder, fileSystem, syncMilliseconds } = machine;
  const real = syncMilliseconds < REAL_SYNC_MILLISECONDS ? ', which reaches no disk' : '';
  return `${cores} cores (${processor}), ${(memoryBytes / 1e9).toFixed(0)} GB, Node.js ${node}\n`
    + `${folder}: ${fileSystem}; write and fsync of 4 KB: ${syncMilliseconds.toFixed(3)} ms${real}\n`;
}

/** From /proc/self/mountinfo (proc(5)): the last mount on the longest path above the folder. */
function fileSystemOf(folder: string): string {
  const real = realpathSync(folder);
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n').map((line) => {
    const [left = '', right = ''] = line.split(' - ');
    const [, , device = '', , mountPoint = ''] = left.split(' ');
    return { device, mountPoint, type: right.split(' ')[0] ?? '' };
  });
  const above = mounts.filter(({ mountPoint }) => `${real}/`.startsWith(mountPoint === '/' ? '/' : `${mountPoint}/`));
  const mount = above.reduce((best, one) => (one.mountPoint.length >= best.mountPoint.length ? one : best));
  return mount.type === 'ext4' && !hasJournal(mount.device) ? 'ext4, no journal' : mount.type;
}

/** Whether the kernel keeps a journal for a device, given as `major:minor`. */
function hasJournal(device: string): boolean {
  const name = basename(readlinkSync(`/sys/dev/block/${device}`));
  return readdirSync('/proc/fs/jbd2').some((journal) => journal.startsWith(`${name}-`));
}

async function measureSync(file: string): Promise<number> {
  const handle = await open(file, 'w');
  try {
    const times: number[] = [];
    for (let count = 0; count < SYNCS; count += 1) {
      const begun = performance.now();
      await handle.write(Buffer.alloc(4096, count));
      await handle.sync();
      times.push(performance.now() - begun);
    }
    return median(times);
  } finally {
    await handle.close();
  }
}
