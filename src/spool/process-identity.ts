// Tells which process wrote something down and whether that very process still lives, also when its pid has been given
// to another since, or the machine was restarted. Linux: reads /proc.

import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { hasCode } from './error-code.ts';

/** A process, told apart from every other on any host at any time. */
export interface ProcessIdentity {
  readonly host: string;
  /** /proc/sys/kernel/random/boot_id. */
  readonly bootId: string;
  readonly pid: number;
  /** Clock ticks after boot at which it started: field 22 of /proc/<pid>/stat. */
  readonly startTicks: string;
}

export function identityOf(pid: number): ProcessIdentity | undefined {
  const startTicks = startTicksOf(pid);
  return startTicks === undefined ? undefined : { host: hostname(), bootId: bootId(), pid, startTicks };
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

/** undefined where the process is gone or a zombie, which runs no more. */
function startTicksOf(pid: number): string | undefined {
  const stat = statLine(pid);
  if (stat === undefined) return undefined;
  // The name in parentheses may hold anything; the fields begin after the last one. The first of them is field 3, the state.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function statLine(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined;
    throw error;
  }
}
