// What a process and everything it started have cost so far, as Linux tells it in /proc (proc(5)).
//
// A process that ends while it is looked at counts with what its parent has taken over from it, or not at all.

import { readdirSync, readFileSync } from 'node:fs';
import { hasCode } from '../../../src/spool/error-code.ts';

/** Of the times in /proc/<pid>/stat: USER_HZ, 100 on every architecture that Node.js runs on. */
const TICKS_PER_SECOND = 100;

/** CPU time of a process and its descendants, those included that have ended and were waited for. */
export function cpuSecondsOf(pid: number): number {
  // A parent is read before its children: one that ends in between is missed, and none is counted twice.
  const ticks = timesOf(pid).reduce((sum, value) => sum + value, 0);
  return ticks / TICKS_PER_SECOND + childrenOf(pid).reduce((sum, child) => sum + cpuSecondsOf(child), 0);
}

/** The largest resident memory that each has had, summed: an upper bound where there are several. */
export function peakBytesOf(pid: number): number {
  const [, kilobytes = '0'] = /^VmHWM:\s+(\d+) kB$/m.exec(readProcess(pid, 'status')) ?? []; // a zombie has none
  return Number(kilobytes) * 1024 + childrenOf(pid).reduce((sum, child) => sum + peakBytesOf(child), 0);
}

/** Time that all processors together were not idle, that taken away by the host of a virtual machine included. */
export function machineCpuSeconds(): number {
  const [total = ''] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = total.split(/ +/).slice(1).map(Number);
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** Of all but this process, and what it started. The kernel's own threads count as others. */
export function othersCpuSeconds(): number {
  return machineCpuSeconds() - cpuSecondsOf(process.pid);
}

/** CPU time of the children of this process that have ended and were waited for. */
export function endedChildrenCpuSeconds(): number {
  const [, , user = 0, system = 0] = timesOf(process.pid);
  return (user + system) / TICKS_PER_SECOND;
}

/** User and system time of the process itself and of its children that were waited for, in ticks. */
function timesOf(pid: number): number[] {
  const stat = readProcess(pid, 'stat');
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name may hold spaces and brackets
  return afterName.slice(11, 15).map(Number); // fields 14 to 17; the first after the name is field 3
}

function childrenOf(pid: number): number[] {
  const threads = listOrNone(`/proc/${pid}/task`); // each has those that it started itself
  const lists = threads.map((thread) => readProcess(pid, `task/${thread}/children`));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** Empty where the process is gone. */
function readProcess(pid: number, name: string): string {
  return unlessGone(() => readFileSync(`/proc/${pid}/${name}`, 'latin1'), '');
}

function listOrNone(folder: string): string[] {
  return unlessGone(() => readdirSync(folder), []);
}

function unlessGone<Value>(read: () => Value, gone: Value): Value {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return gone;
    throw error;
  }
}
