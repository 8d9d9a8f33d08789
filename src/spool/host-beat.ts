// Signs of life of the hosts that share a data directory: locks/hosts/<host>, touched by every `run-one-job` that cron
// starts, again and again while it works. A host that gives none does not look after the cores that it has started.
//
// Its time is that of the disk, so that clocks may differ. Never synced: what is lost comes again in a minute.

import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { decodeFromPath } from '../dicom/path-encoding.ts';
import { hasCode } from './error-code.ts';
import type { Layout } from './layout.ts';
import { listDirectory } from './read.ts';
import { sharedNow } from './shared-time.ts';

/** A small part of the shortest `limits.hostSilentSeconds` that there is, 120. */
const EVERY_MILLISECONDS = 10_000;

export interface HostLife {
  readonly host: string;
  /** Since its last sign. */
  readonly silentSeconds: number;
}

/** Of this host. Where the disk does not let it, the host is silent; where nothing was ever done, nothing is made. */
export function giveSignOfLife(layout: Layout): void {
  try {
    if (!existsSync(layout.locks)) return;
    mkdirSync(layout.hosts, { recursive: true, mode: 0o750 });
    writeFileSync(layout.host(hostname()), '', { mode: 0o640 }); // emptying it anew is what sets its time
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'ESTALE', 'EACCES')) throw error;
  }
}

/** Signs of life of this host as long as work goes on: one round of it may take longer than a host may be silent. */
export async function giveSignsDuring<T>(layout: Layout, work: () => Promise<T>): Promise<T> {
  const signs = setInterval(() => giveSignOfLife(layout), EVERY_MILLISECONDS);
  try {
    return await work();
  } finally {
    clearInterval(signs);
  }
}

/** In order of name. */
export async function listHosts(layout: Layout): Promise<HostLife[]> {
  const names = await listDirectory(layout.hosts);
  return names.flatMap((name) => findHost(layout, decodeFromPath(name)) ?? []);
}

/** undefined where the host has never given a sign */
export function findHost(layout: Layout, host: string): HostLife | undefined {
  const found = statSync(layout.host(host), { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  return { host, silentSeconds: Math.max(0, (sharedNow(layout.locks) - found.mtimeMs) / 1000) };
}
