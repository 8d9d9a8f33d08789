// Reads the kernel's table of processes, proc(5). Only looks; what it finds may be gone a moment later.

import { readdir, readFile } from 'node:fs/promises';
import { hasCode } from '../spool/error-code.ts';

/** A living process; one that has ended and only waits for its parent to ask how is none. */
export interface ProcessEntry {
  readonly pid: number;
  readonly group: number;
  readonly session: number;
  /** Clock ticks since the machine came up. With the pid it names a process for the whole boot. */
  readonly startTime: number;
}

/** A process by its number, undefined where there is none (any more). */
export async function findProcess(pid: number): Promise<ProcessEntry | undefined> {
  const text = await readOfProcess(pid, 'stat');
  return text === undefined ? undefined : parseStat(pid, text);
}

/** Every process that can be seen. */
export async function listProcesses(): Promise<ProcessEntry[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(findProcess));
  return found.filter((entry) => entry !== undefined);
}

/** Whether a process was started with all of these variables; false where it is gone or another user's. */
export async function hasVariables(pid: number, variables: Readonly<Record<string, string>>): Promise<boolean> {
  const text = await readOfProcess(pid, 'environ');
  if (text === undefined) return false;
  const present = new Set(text.split('\0'));
  return Object.entries(variables).every(([name, value]) => present.has(`${name}=${value}`));
}

/** What names this boot of the machine; a process that is recorded under another is gone. */
export async function readBootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
}

/** A line of /proc/<pid>/stat; undefined where the process is a zombie, which runs no more. */
export function parseStat(pid: number, text: string): ProcessEntry | undefined {
  // The second field is the program's name in brackets and may hold blanks and brackets itself: count from the last.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [state, , group, session] = fields;
  const startTime = fields[19];
  if (state === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, group: Number(group), session: Number(session), startTime: Number(startTime) };
}

async function readOfProcess(pid: number, name: 'stat' | 'environ'): Promise<string | undefined> {
  try {
    return await readFile(`/proc/${pid}/${name}`, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return undefined;
    throw error;
  }
}
