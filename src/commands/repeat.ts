// `--for 55s --every 4s`: a command that repeats itself within one cron minute, so that work does not wait for the next.

import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError, type Command } from 'commander';
import { worst, type ExitStatus } from './exit-status.ts';

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

/** Runs once, or again and again until the time is up or a signal comes. @returns the worst of what the runs ended with */
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

/** Seconds of a text such as `55s`, `2m`, `1h` or `30`. */
export function parseDuration(text: string): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  if (parts === null) throw new InvalidArgumentError('A duration is a number with s, m, h or d, such as 55s.');
  const unit = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 }[parts[2] ?? 's'] ?? 1;
  return Number(parts[1]) * unit;
}
