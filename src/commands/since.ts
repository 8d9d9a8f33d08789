// `--since 2h`, `--since 3d`, `--since 2026-11-20`, `--since 2026-11-20T08:15`: a past instant as a person writes it.

import { InvalidArgumentError } from 'commander';
import { findDuration } from './duration.ts';

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?$/;

/** A date without a time begins at midnight; what names no time zone is UTC, as all times that dts prints. */
export function parseSince(text: string, now: Date | undefined = undefined): Date {
  const seconds = findDuration(text);
  if (seconds !== undefined) return new Date((now ?? new Date()).getTime() - seconds * 1000);
  const [, date = '', time = '', zone = 'Z'] = TIME.exec(text) ?? [];
  const instant = new Date(DAY.test(text) ? text : `${date}T${time}${zone}`);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw new InvalidArgumentError(
    'It takes 2h, 3d, a date such as 2026-11-20, or a time such as 2026-11-20T08:15 (UTC).');
}
