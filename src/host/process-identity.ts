// Tells which process wrote something down and whether that very process still lives, also when its pid has been given
// to another since, or the machine was restarted. Synchronous: asked in the middle of what must not be interrupted.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasCode } from '../spool/error-code.ts';
import { parseStat } from './process-table.ts';

/** A process, told apart from every other on any host at any time. */
export interface ProcessIdentity {
  readonly host: string;
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  readonly pid: number;
  /** Clock ticks after boot at which it started: field 22 of /proc/<pid>/stat. */
  readonly startTicks: string;
}

/** undefined where there is no such process (any more) */
export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTicks = startTicksOf(pid);
  return startTicks === undefined ? undefined : { host: hostname(), bootId: bootId(), pid, startTicks };
}

/** That of this process. */
export function ownIdentity(): ProcessIdentity {
  const identity = identityOf(process.pid);
  if (identity === undefined) throw new Error('/proc does not know this process');
  return identity;
}

/** @returns `elsewhere` where only another host could tell */
export function lifeOf(identity: ProcessIdentity): 'alive' | 'dead' | 'elsewhere' {
  if (identity.host !== hostname()) return 'elsewhere';
  if (identity.bootId !== bootId()) return 'dead';
  return startTicksOf(identity.pid) === identity.startTicks ? 'alive' : 'dead';
}

function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

function startTicksOf(pid: number): string | undefined {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'))?.startTime.toString();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
