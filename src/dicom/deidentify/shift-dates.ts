// Dates moved back by a number of days, so that the time between two events of a patient stays what it was (PS3.15
// section E.3.6). Times of the day and time zones stay as they are. What is no date cannot be moved and is not kept.

const DATE = /^(\d{4})\.?(\d{2})\.?(\d{2})$/; // with dots as ACR-NEMA had them
const DATE_TIME = /^(\d{4})(\d{2})?(\d{2})?(.*)$/;
const DAY_MILLISECONDS = 86_400_000;

/**
 * All the values of a DA or DT, ranges of queries among them (PS3.4 section C.2.2.2.5).
 * @returns undefined where one of them cannot be moved
 */
export function shiftDates(vr: 'DA' | 'DT', texts: readonly string[], daysBack: number): string[] | undefined {
  const shifted = texts.map((text) => {
    if (text === '') return '';
    const move = (part: string) => (vr === 'DA' ? shiftDate(part, daysBack) : shiftDateTime(part, daysBack));
    const alone = move(text);
    if (alone !== undefined) return alone;
    const ends = splitRange(text).map((part) => (part === '' ? '' : move(part)));
    return ends.length < 2 || ends.includes(undefined) ? undefined : ends.join('-');
  });
  return shifted.includes(undefined) ? undefined : shifted.map((text) => text ?? '');
}

/** `20200131-`, `-20200131`, `20200101-20200131`; not the offset of a DT, `20200101120000-0500`. */
function splitRange(text: string): string[] {
  const [, from, to] = /^(\d{4,14}(?:\.\d+)?|)-(\d{4,14}(?:\.\d+)?|)$/.exec(text) ?? [];
  return from === undefined || to === undefined || from + to === '' ? [] : [from, to];
}

function shiftDate(text: string, daysBack: number): string | undefined {
  const [, year, month, day] = DATE.exec(text) ?? [];
  return year === undefined ? undefined : moved(Number(year), Number(month), Number(day), daysBack);
}

/** One of year or month alone is taken for its first day, and stays as short as it is. */
function shiftDateTime(text: string, daysBack: number): string | undefined {
  const [, year, month, day, rest = ''] = DATE_TIME.exec(text) ?? [];
  if (year === undefined || !/^(\d{2}){0,3}(\.\d{1,6})?([+-]\d{4})?$/.test(rest)) return undefined;
  if (day === undefined && !/^([+-]\d{4})?$/.test(rest)) return undefined;
  const whole = moved(Number(year), Number(month ?? 1), Number(day ?? 1), daysBack);
  const length = 4 + (month === undefined ? 0 : 2) + (day === undefined ? 0 : 2);
  return whole === undefined ? undefined : whole.slice(0, length) + rest;
}

function moved(year: number, month: number, day: number, daysBack: number): string | undefined {
  const date = new Date(Date.UTC(2000, month - 1, day));
  date.setUTCFullYear(year, month - 1, day); // Date.UTC takes years below 100 for those of the 20th century
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  const then = new Date(date.getTime() - daysBack * DAY_MILLISECONDS);
  if (then.getUTCFullYear() < 1) return undefined;
  return then.toISOString().slice(0, 10).replaceAll('-', '').padStart(8, '0');
}
