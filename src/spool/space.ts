// How much room is left where state is kept.

import { type StatsFs, statfsSync } from 'node:fs';
import { statfs } from 'node:fs/promises';

export interface Space {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** The limits below which nothing more is taken in. Both must be met. */
export interface SpaceLimits {
  readonly minFreeBytes: number;
  readonly minFreePercent: number;
}

/** Room on the file system of a path that exists, as an unprivileged user may use it. */
export async function readSpace(path: string): Promise<Space> {
  return spaceOf(await statfs(path));
}

/** The same in place, for those who must not let others in between. */
export function readSpaceNow(path: string): Space {
  return spaceOf(statfsSync(path));
}

function spaceOf({ bavail, blocks, bsize }: StatsFs): Space {
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
}

/** How many bytes must be free on a file system of that size. */
export function neededBytes(space: Space, limits: SpaceLimits): number {
  return Math.max(limits.minFreeBytes, Math.ceil((space.totalBytes * limits.minFreePercent) / 100));
}

/** @param wantedBytes what is about to be written */
export function isShort(space: Space, limits: SpaceLimits, wantedBytes = 0): boolean {
  return space.freeBytes - wantedBytes < neededBytes(space, limits);
}
