// Ends every process of an attempt: those of its group and session, and those that left both but carry its marker in
// their environment. First politely, then not; goes on until none is left, since a dying program may start another.

import { setTimeout as delay } from 'node:timers/promises';
import { hasCode } from '../spool/error-code.ts';
import type { AttemptClaim } from './claim.ts';
import { findProcess, hasVariables, listProcesses, type ProcessEntry } from '../host/process-table.ts';

/** Variables that only the processes of one attempt were started with. */
type Marker = Readonly<Record<string, string>>;

/** Time to end after SIGTERM. */
const GRACE_MILLISECONDS = 5_000;
/** Time to be gone after SIGKILL; only a process that hangs in the kernel, on a dead file server, takes longer. */
const KILL_MILLISECONDS = 30_000;
const LOOK_MILLISECONDS = 20;

/** SIGTERM, after five seconds SIGKILL. @returns the processes that even so are not gone, none as a rule. */
export async function endProcesses(claim: AttemptClaim, marker: Marker): Promise<ProcessEntry[]> {
  const members = await findMembers(claim, marker);
  for (const member of members) signal(member, 'SIGTERM');
  await untilGone(claim, marker, GRACE_MILLISECONDS);
  return killProcesses(claim, marker);
}

/** SIGKILL at once. @returns the processes that even so are not gone, none as a rule. */
export async function killProcesses(claim: AttemptClaim, marker: Marker): Promise<ProcessEntry[]> {
  return untilGone(claim, marker, KILL_MILLISECONDS, (member) => signal(member, 'SIGKILL'));
}

/** Looks again and again, doing something to each process found, until none is left or the time is over. */
async function untilGone(
  claim: AttemptClaim,
  marker: Marker,
  milliseconds: number,
  each: (member: ProcessEntry) => void = () => undefined,
): Promise<ProcessEntry[]> {
  const giveUpAt = performance.now() + milliseconds;
  for (;;) {
    const members = await findMembers(claim, marker);
    if (members.length === 0 || performance.now() > giveUpAt) return members;
    members.forEach(each);
    await delay(LOOK_MILLISECONDS);
  }
}

async function findMembers(claim: AttemptClaim, marker: Marker): Promise<ProcessEntry[]> {
  // The kernel gives a number away again only when no process, group or session has it. So if another process has it
  // now, the group of the claim is empty, and what bears its number is somebody else's.
  const leader = await findProcess(claim.pid);
  const groupIsOurs = claim.pid > 0 && (leader === undefined || leader.startTime === claim.startTime);
  const members: ProcessEntry[] = [];
  for (const entry of await listProcesses()) {
    if (entry.pid === process.pid) continue;
    const inGroup = groupIsOurs && (entry.group === claim.pid || entry.session === claim.pid);
    if (inGroup || (await hasVariables(entry.pid, marker))) members.push(entry);
  }
  return members;
}

function signal(member: ProcessEntry, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(member.pid, name);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
