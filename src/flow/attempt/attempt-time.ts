// How long an attempt has run, on a clock that nobody sets: the time since the machine came up. After a restart of the
// machine, or on another host, only the wall clock is left.

import { uptime } from 'node:os';
import { readBootId } from '../../host/process-table.ts';
import type { Attempt } from '../../job/job.ts';

/** The part of attempt.json that says when it was started. */
export async function startedNow(now: Date): Promise<Required<Pick<Attempt, 'startedAt' | 'startedAtUptime'>>> {
  return { startedAt: now.toISOString(), startedAtUptime: { bootId: await readBootId(), seconds: uptime() } };
}

/** Never negative; 0 where it was not started. */
export async function secondsRun({ startedAt, startedAtUptime }: Attempt, now: Date): Promise<number> {
  if (startedAt === undefined) return 0;
  const isOfThisBoot = startedAtUptime !== undefined && startedAtUptime.bootId === await readBootId();
  const seconds = isOfThisBoot ? uptime() - startedAtUptime.seconds : (now.getTime() - Date.parse(startedAt)) / 1000;
  return Math.max(0, seconds);
}
