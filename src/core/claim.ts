// Who runs an attempt: the file `claim`, made by the wrapper of the core (wrapper.ts) before it runs anything.
//
// It is made by link, which fails where it exists: whoever makes it runs the core, everybody else goes without having
// run anything. So an attempt runs at most once, whatever is killed in between and however many start it.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { publishDurable, removeFileDurable, writeJsonDurable } from '../spool/durable.ts';
import { findText } from '../spool/read.ts';
import type { AttemptFiles } from './attempt-files.ts';
import { findProcess, readBootId } from '../host/process-table.ts';

/** The process that an attempt belongs to, named so that no other is ever taken for it. */
export interface AttemptClaim {
  readonly host: string;
  readonly bootId: string;
  /** Also the process group and session of the core. 0 where the attempt was cancelled before it began. */
  readonly pid: number;
  /** Clock ticks since boot. */
  readonly startTime: number;
}

/** Host and boot for a new claim. */
export async function claimPlace(): Promise<Pick<AttemptClaim, 'host' | 'bootId'>> {
  return { host: hostname(), bootId: await readBootId() };
}

/** The claim on an attempt; undefined where nobody has made one. One that cannot be read names no living process. */
export async function readClaim(files: AttemptFiles): Promise<AttemptClaim | undefined> {
  const text = await findText(files.claim);
  return text === undefined ? undefined : parseClaim(text);
}

/** Takes an attempt that nobody has claimed, so that it never runs. @returns the claim that there is now. */
export async function claimForNobody(files: AttemptFiles): Promise<AttemptClaim> {
  const nobody: AttemptClaim = { ...(await claimPlace()), pid: 0, startTime: 0 };
  const writing = join(files.path, `claim.${randomUUID()}`);
  await writeJsonDurable(writing, nobody);
  if (await publishDurable(writing, files.claim)) return nobody;
  await removeFileDurable(writing);
  return (await readClaim(files)) ?? nobody;
}

/** Whether the claim was made in the present boot of this host, where its processes may still be. */
export async function isOfThisBoot(claim: AttemptClaim): Promise<boolean> {
  return claim.bootId === (await readBootId());
}

/** Whether the process that made the claim lives. Only asked on the host and in the boot of the claim. */
export async function isAlive(claim: AttemptClaim): Promise<boolean> {
  const found = await findProcess(claim.pid);
  return found !== undefined && found.startTime === claim.startTime;
}

function parseClaim(text: string): AttemptClaim {
  const unreadable: AttemptClaim = { host: hostname(), bootId: '', pid: 0, startTime: 0 };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return unreadable;
    throw error;
  }
  if (typeof value !== 'object' || value === null) return unreadable;
  const { host, bootId, pid, startTime } = value as Partial<Record<keyof AttemptClaim, unknown>>;
  if (typeof host !== 'string' || typeof bootId !== 'string') return unreadable;
  if (!Number.isSafeInteger(pid) || !Number.isSafeInteger(startTime)) return unreadable;
  return { host, bootId, pid: Number(pid), startTime: Number(startTime) };
}
