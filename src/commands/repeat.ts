// `--for 55s --every 4s`: a command that repeats itself within one cron minute, so that work waits less.

import { setTimeout as wait } from 'node:timers/promises';
import type { Command } from 'commander';
import { parseDuration } from './duration.ts';
import { worst, type ExitStatus } from './exit-status.ts';
import { UsageFault } from './usage-fault.ts';

/** How often and how long. */
export interface Repetition {
  readonly for?: number;
  readonly every?: number;
}

export const DEFAULT_EVERY_SECONDS = 4;

export function addRepetition(command: Command): Command {
  return command
    .option('--for <duration>', 'repeat for so long, such as 55s', parseDuration)
    .option('--every <duration>', 'with --for: how often (default: 4s)', parseDuration);
}

/**
 * @param what that which is done once and not repeated, undefined where there is no such thing
 * @throws {UsageFault} where the options make no sense
 */
export function validateRepetition({ for: duration, every }: Repetition, what: string | undefined): void {
  if (what !== undefined && (duration ?? every) !== undefined) {
    throw new UsageFault(`--for does not go together with ${what}`);
  }
  if (every !== undefined && duration === undefined) throw new UsageFault('--every needs --for');
}

/** Runs once, or again and again until the time is up or a signal comes. @returns the worst that a run ended with */
export async function repeat(
  options: Repetition, signal: AbortSignal, run: () => Promise<ExitStatus>,
): Promise<ExitStatus> {
  const until = Date.now() + (options.for ?? 0) * 1000;
  const everyMilliseconds = (options.every ?? DEFAULT_EVERY_SECONDS) * 1000;
  const statuses: ExitStatus[] = [];
  for (;;) {
    const begun = Date.now();
    statuses.push(await run());
    const next = Math.max(begun + everyMilliseconds, Date.now());
    if (options.for === undefined || next >= until || signal.aborted) return worst(statuses);
    if (!await waited(next - Date.now(), signal)) return worst(statuses);
  }
}

/** @returns false where the signal came first */
export async function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(milliseconds, undefined, { signal });
    return true;
  } catch (error) {
    if (signal.aborted) return false;
    throw error;
  }
}
