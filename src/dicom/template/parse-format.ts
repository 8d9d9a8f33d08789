// Reads one format of a placeholder. What they mean: format.ts.

import { DATE_PARTS, parseDateTimePattern, TIME_PARTS, type DateTimePattern } from './date-time.ts';
import type { Format } from './format.ts';
import { isPerhaps, vrOf } from './parse-reference.ts';
import type { Scanner } from './scanner.ts';
import type { ValueReference } from './template.ts';

const WORDS = ['upper', 'lower', 'ascii', 'alnum', 'underscore'] as const;
const EXPECTED = 'expected a format: 03 for digits, YYYY-MM-DD and the like for dates, HHmm for times, '
  + `${WORDS.join(', ')}, max40 or hash8`;

/** Of SHA-256, in hexadecimal. */
const MOST_HASH_DIGITS = 64;
/** Fewer are the same for too many values. */
const FEWEST_HASH_DIGITS = 4;

/** What stands behind the colon. @param isFirst only then is the value still the date that was written */
export function parseFormat(scanner: Scanner, { path }: Pick<ValueReference, 'path'>, isFirst: boolean): Format {
  const start = scanner.position;
  const isQuoted = scanner.peek() === '\'';
  const text = isQuoted ? scanner.takeQuoted() : scanner.takeWhile((character) => !':|}{\''.includes(character)).trim();
  const pattern = parseDateTimePattern(text);
  if (isDateFormat(pattern, isQuoted)) {
    if (!isFirst) throw scanner.fault('the format of a date or time stands first', start);
    const asks = (parts: readonly string[]): boolean => {
      return pattern.some((one) => typeof one !== 'string' && parts.includes(one.part));
    };
    const vr = vrOf(path.element);
    if (!isPerhaps(vr, 'DA', 'TM', 'DT')) throw scanner.fault('this is no date or time', start);
    if (vr === 'DA' && asks(TIME_PARTS)) throw scanner.fault('a date has YYYY, YY, MM and DD, and no time', start);
    if (vr === 'TM' && asks(DATE_PARTS)) throw scanner.fault('a time has HH, mm and ss, and no date', start);
    return { kind: 'date', pattern };
  }
  const word = WORDS.find((one) => one === text);
  if (word !== undefined) return { kind: word };
  const width = numberIn(/^0([1-9]\d?)$/, text);
  if (width !== undefined) return { kind: 'digits', width };
  const characters = numberIn(/^max([1-9]\d{0,3})$/, text);
  if (characters !== undefined) return { kind: 'max', characters };
  const digits = numberIn(/^hash(\d{1,2})$/, text);
  if (digits === undefined) throw scanner.fault(EXPECTED, start);
  if (digits < FEWEST_HASH_DIGITS || digits > MOST_HASH_DIGITS) {
    throw scanner.fault(`expected hash${FEWEST_HASH_DIGITS} to hash${MOST_HASH_DIGITS}`, start);
  }
  return { kind: 'hash', digits };
}

/** Letters that are no part of a date stand in one only in quotes: elsewhere they are a slip. */
function isDateFormat(pattern: DateTimePattern, isQuoted: boolean): boolean {
  const hasPart = pattern.some((one) => typeof one !== 'string');
  return hasPart && (isQuoted || pattern.every((one) => typeof one !== 'string' || !/[\p{L}\p{N}]/u.test(one)));
}

function numberIn(shape: RegExp, text: string): number | undefined {
  const [, digits] = shape.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
