// Times of the week in which something may begin: `Mon-Fri 20:00-07:00`, in the zone of the site. Pure.
//
// A window belongs to the day on which it begins: from Friday 20:00 the one above lasts until Saturday 07:00. What counts
// is what clocks on the wall show: an hour that is left out in spring is in no window, one that comes twice in autumn is
// in its window twice.

/** Minutes of the wall's clock, counted from Monday 00:00. */
const DAY_MINUTES = 24 * 60;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

const MINUTE_MILLISECONDS = 60_000;
/** Where clocks are set, they are set at a multiple of this. */
const STEADY_MILLISECONDS = 15 * MINUTE_MILLISECONDS;
/** The only minutes of a window may be left out in one week in spring, not in two. */
const SEARCHED_MILLISECONDS = 2 * WEEK_MINUTES * MINUTE_MILLISECONDS + DAY_MINUTES * MINUTE_MILLISECONDS;

/** A window as it was written, and the minutes of the week that it covers. */
export interface TimeWindow {
  readonly text: string;
  /** From the first minute, to before the second; the second may lie in the next week. */
  readonly spans: readonly (readonly [from: number, to: number])[];
}

/** What is wrong with the text of a window. */
export interface TimeWindowProblem {
  /** Counted from 1. */
  readonly character: number;
  readonly expected: string;
}

/** Days, such as `Mon-Fri`, `Sat-Mon`, `Tue,Thu`, or none for every day; then from when to when. */
export function parseTimeWindow(text: string): TimeWindow | TimeWindowProblem {
  const [whole = '', daysText = ''] = /^\s*(?:([A-Za-z][^\s]*)\s+)?/.exec(text) ?? [];
  const days = daysText === '' ? DAYS.map((_, day) => day) : parseDays(daysText, text.indexOf(daysText));
  if ('expected' in days) return days;
  const times = /^(\d\S*?)-(\S*?)\s*$/.exec(text.slice(whole.length));
  const expectsTimes = daysText === '' ? 'days and times such as Mon-Fri 20:00-07:00' : 'times such as 20:00-07:00';
  if (times === null) return { character: whole.length + 1, expected: expectsTimes };
  const [, fromText = '', toText = ''] = times;
  const from = parseTime(fromText);
  if (from === undefined || from === DAY_MINUTES) {
    return { character: whole.length + 1, expected: 'a time, 00:00 to 23:59' };
  }
  const to = parseTime(toText);
  const atTo = whole.length + fromText.length + 2;
  if (to === undefined) return { character: atTo, expected: 'a time, 00:00 to 24:00' };
  if (to === from) return { character: atTo, expected: 'another time; 00:00-24:00 is the whole day' };
  const length = to > from ? to - from : to + DAY_MINUTES - from;
  return { text: text.trim(), spans: days.map((day) => [day * DAY_MINUTES + from, day * DAY_MINUTES + from + length]) };
}

/** Whether any of the windows is open. @param timezone an IANA name */
export function isOpen(windows: readonly TimeWindow[], timezone: string, instant: Date): boolean {
  return covers(windows, minuteOfWeek(timezone, instant.getTime()));
}

/** The first minute, from an instant on, at which one is open: the instant itself where one is. undefined: never. */
export function nextOpening(windows: readonly TimeWindow[], timezone: string, instant: Date): Date | undefined {
  return isOpen(windows, timezone, instant) ? instant : findMinute(windows, timezone, instant, true);
}

/** The first minute, from an instant on, at which none is open: the instant itself where none is. undefined: never. */
export function nextClosing(windows: readonly TimeWindow[], timezone: string, instant: Date): Date | undefined {
  return isOpen(windows, timezone, instant) ? findMinute(windows, timezone, instant, false) : instant;
}

function findMinute(
  windows: readonly TimeWindow[], timezone: string, instant: Date, wantsOpen: boolean,
): Date | undefined {
  const begin = Math.ceil(instant.getTime() / MINUTE_MILLISECONDS) * MINUTE_MILLISECONDS;
  let steadyUntil = begin;
  let aheadMinutes = 0;
  for (let at = begin; at < begin + SEARCHED_MILLISECONDS; at += MINUTE_MILLISECONDS) {
    if (at >= steadyUntil) {
      aheadMinutes = minuteOfWeek(timezone, at) - at / MINUTE_MILLISECONDS;
      steadyUntil = Math.floor(at / STEADY_MILLISECONDS) * STEADY_MILLISECONDS + STEADY_MILLISECONDS;
    }
    if (covers(windows, at / MINUTE_MILLISECONDS + aheadMinutes) === wantsOpen) return new Date(at);
  }
  return undefined;
}

/** @param minute of any week */
function covers(windows: readonly TimeWindow[], minute: number): boolean {
  const ofWeek = ((minute % WEEK_MINUTES) + WEEK_MINUTES) % WEEK_MINUTES;
  return windows.some(({ spans }) => spans.some(([from, to]) => {
    return (ofWeek >= from && ofWeek < to) || ofWeek + WEEK_MINUTES < to;
  }));
}

/** What the clock on the wall shows. */
function minuteOfWeek(timezone: string, time: number): number {
  const parts = clockOf(timezone).formatToParts(time);
  const find = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return DAYS.indexOf(find('weekday')) * DAY_MINUTES + Number(find('hour')) * 60 + Number(find('minute'));
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timezone: string): Intl.DateTimeFormat {
  const known = clocks.get(timezone);
  if (known !== undefined) return known;
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  });
  clocks.set(timezone, clock);
  return clock;
}

/** `Mon`, `Mon-Fri`, `Sat-Mon`, several with commas. @param at where in the window's text they stand */
function parseDays(text: string, at: number): number[] | TimeWindowProblem {
  const found = new Set<number>();
  let character = at + 1;
  for (const range of text.split(',')) {
    const [firstName = '', lastName = firstName, ...more] = range.split('-');
    const first = dayOf(firstName);
    const last = dayOf(lastName);
    if (first === -1) return { character, expected: A_DAY };
    if (last === -1 || more.length > 0) return { character: character + firstName.length + 1, expected: A_DAY };
    const length = (last - first + DAYS.length) % DAYS.length;
    for (let step = 0; step <= length; step += 1) found.add((first + step) % DAYS.length);
    character += range.length + 1;
  }
  return [...found].sort((one, other) => one - other);
}

const A_DAY = `a day: ${DAYS.join(', ')}`;

/** -1 where it is none. */
function dayOf(name: string): number {
  return DAYS.findIndex((day) => day.toLowerCase() === name.toLowerCase());
}

/** Minutes since midnight, undefined where the text is no time. */
function parseTime(text: string): number | undefined {
  const [, hours = '', minutes = ''] = /^(\d\d):(\d\d)$/.exec(text) ?? [];
  const time = Number(hours) * 60 + Number(minutes);
  return hours === '' || Number(minutes) > 59 || time > DAY_MINUTES ? undefined : time;
}
