// Durations as a person writes them: `55s`, `2m`, `1h`, `3d`.

import { InvalidArgumentError } from 'commander';

const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Seconds of a text such as `55s`, `2m`, `1h` or `30`; undefined where it is none. */
export function findDuration(text: string): number | undefined {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * SECONDS[(parts[2] ?? 's') as keyof typeof SECONDS];
}

/** @throws {InvalidArgumentError} where it is none, or nothing */
export function parseDuration(text: string): number {
  const seconds = findDuration(text);
  if (seconds === undefined || seconds === 0) {
    throw new InvalidArgumentError('A duration is a number above 0 with s, m, h or d, such as 55s.');
  }
  return seconds;
}
