// `--since 2h`, `--since 3d`, `--since 2026-11-20`, `--since 2026-11-20T08:15`: a past instant as a person writes it.

import { InvalidArgumentError } from 'commander';
import { parseDuration } from './repeat.ts';

/** A date without a time begins at midnight UTC. */
export function parseSince(text: string, now: Date | undefined = undefined): Date {
  if (/^\d{4}-\d\d-\d\d/.test(text)) {
    const instant = new Date(text);
    if (Number.isNaN(instant.getTime())) throw new InvalidArgumentError('That is no date, such as 2026-11-20.');
    return instant;
  }
  return new Date((now ?? new Date()).getTime() - parseDuration(text) * 1000);
}
