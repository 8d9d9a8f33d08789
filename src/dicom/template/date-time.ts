// Dates and times as DICOM writes them (DA, TM and DT of PS3.5 section 6.2), in the form that somebody wants to read.

/** What a pattern says at each place: a text, or a part of the date or time. */
export type DateTimePattern = readonly (string | { readonly part: DateTimePart })[];

export const DATE_PARTS = ['YYYY', 'YY', 'MM', 'DD'] as const;
export const TIME_PARTS = ['HH', 'mm', 'ss'] as const;
export type DateTimePart = (typeof DATE_PARTS)[number] | (typeof TIME_PARTS)[number];

type Parts = Readonly<Record<DateTimePart, string>>;

const PART = /YYYY|YY|MM|DD|HH|mm|ss/;

// Dots and colons are those of the forms before DICOM 3.0, which archives still hold. What is cut short is filled up.
const DATE = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/;
const TIME = /^(\d{2})(?::?(\d{2}))?(?::?(\d{2})(?:\.\d{0,6})?)?$/;
const DATE_TIME = /^(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d{1,6})?(?:[+-]\d{4})?$/;

/** Takes apart `YYYY-MM-DD` and the like. Never fails: what is no part stands for itself. */
export function parseDateTimePattern(text: string): DateTimePattern {
  const pattern: DateTimePattern[number][] = [];
  for (let rest = text; rest !== '';) {
    const found = PART.exec(rest);
    const before = rest.slice(0, found?.index);
    if (before !== '') pattern.push(before);
    if (found !== null) pattern.push({ part: found[0] as DateTimePart });
    rest = found === null ? '' : rest.slice(found.index + found[0].length);
  }
  return pattern;
}

/**
 * A value in the form of a pattern. Months and days that are left out count as the first, times as midnight. A value
 * that is no date or time, or has not what the pattern asks for, is given back as it is.
 */
export function formatDateTime(value: string, pattern: DateTimePattern): string {
  const parts = parse(value, pattern);
  return parts === undefined ? value : pattern.map((one) => (typeof one === 'string' ? one : parts[one.part])).join('');
}

/** Eight digits are a date and six a time, unless the pattern asks for both: then they are the beginning of both. */
function parse(value: string, pattern: DateTimePattern): Parts | undefined {
  const asksFor = (known: readonly string[]): boolean => {
    return pattern.some((one) => typeof one !== 'string' && known.includes(one.part));
  };
  const date = asksFor(TIME_PARTS) ? null : DATE.exec(value);
  const time = asksFor(DATE_PARTS) ? null : TIME.exec(value);
  if (time !== null) return partsOf(['1970', '01', '01', ...time.slice(1)]);
  return partsOf((date ?? DATE_TIME.exec(value) ?? []).slice(1));
}

function partsOf([YYYY, MM = '01', DD = '01', HH = '00', mm = '00', ss = '00']: readonly string[]): Parts | undefined {
  if (YYYY === undefined) return undefined;
  // A leap second is one (PS3.5 table 6.2-1).
  const isOne = isWithin(MM, 1, 12) && isWithin(DD, 1, 31) && isWithin(HH, 0, 23) && isWithin(mm, 0, 59)
    && isWithin(ss, 0, 60);
  return isOne ? { YYYY, YY: YYYY.slice(2), MM, DD, HH, mm, ss } : undefined;
}

function isWithin(digits: string, from: number, to: number): boolean {
  return Number(digits) >= from && Number(digits) <= to;
}
