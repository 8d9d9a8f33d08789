import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOpen, nextClosing, nextOpening, parseTimeWindow, type TimeWindow } from '../../src/job/time-window.ts';
import { makeRandom } from '../rig/random.ts';

const CPH = 'Europe/Copenhagen';
const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function windows(...texts: string[]): TimeWindow[] {
  return texts.map((text) => {
    const parsed = parseTimeWindow(text);
    if ('expected' in parsed) assert.fail(`${text}: character ${parsed.character}: ${parsed.expected}`);
    return parsed;
  });
}

const openAt = (texts: string[], instant: string, zone = CPH): boolean => isOpen(windows(...texts), zone, new Date(instant));
const nextOf = (texts: string[], instant: string, zone = CPH): string | undefined => {
  return nextOpening(windows(...texts), zone, new Date(instant))?.toISOString();
};

test('a window is open from its first minute to before its last, in the zone of the site', () => {
  const texts = ['Mon-Fri 08:00-16:00'];
  assert.equal(openAt(texts, '2026-11-20T06:59:59Z'), false); // a Friday, 07:59:59 in Copenhagen
  assert.equal(openAt(texts, '2026-11-20T07:00:00Z'), true);
  assert.equal(openAt(texts, '2026-11-20T14:59:59Z'), true);
  assert.equal(openAt(texts, '2026-11-20T15:00:00Z'), false);
  assert.equal(openAt(texts, '2026-11-21T09:00:00Z'), false);
});

test('a window over midnight belongs to the day on which it begins, also over the end of the week', () => {
  const texts = ['Fri 20:00-07:00', 'Sun 22:00-02:00'];
  assert.equal(openAt(texts, '2026-11-20T01:00:00Z'), false); // Friday, 02:00: Thursday has no window
  assert.equal(openAt(texts, '2026-11-20T19:00:00Z'), true);
  assert.equal(openAt(texts, '2026-11-21T05:59:00Z'), true);
  assert.equal(openAt(texts, '2026-11-21T06:00:00Z'), false);
  assert.equal(openAt(texts, '2026-11-23T00:59:00Z'), true); // Monday, 01:59
  assert.equal(openAt(texts, '2026-11-23T01:00:00Z'), false);
});

test('days wrap, are listed, or left out for all; 24:00 and 00:00 end the day', () => {
  assert.equal(openAt(['Sat-Mon 10:00-11:00'], '2026-11-23T09:30:00Z'), true);
  assert.equal(openAt(['Sat-Mon 10:00-11:00'], '2026-11-24T09:30:00Z'), false);
  assert.equal(openAt(['tue,THU 10:00-11:00'], '2026-11-24T09:30:00Z'), true);
  assert.equal(openAt(['tue,THU 10:00-11:00'], '2026-11-25T09:30:00Z'), false);
  assert.equal(openAt(['10:00-11:00'], '2026-11-25T09:30:00Z'), true);
  assert.equal(openAt(['Sun 00:00-24:00'], '2026-11-22T22:59:00Z'), true);
  assert.equal(openAt(['Sun 00:00-24:00'], '2026-11-22T23:00:00Z'), false);
  assert.deepEqual(windows('Sun 20:00-00:00')[0]?.spans, windows('Sun 20:00-24:00')[0]?.spans);
  assert.deepEqual(windows('Tue-Mon 20:00-24:00')[0]?.spans, windows('20:00-24:00')[0]?.spans);
});

test('the next opening is the instant itself where a window is open, else its first minute', () => {
  assert.equal(nextOf(['Mon-Fri 20:00-07:00'], '2026-11-20T19:00:30.500Z'), '2026-11-20T19:00:30.500Z');
  assert.equal(nextOf(['Mon-Fri 20:00-07:00'], '2026-11-20T12:00:30Z'), '2026-11-20T19:00:00.000Z');
  assert.equal(nextOf(['Mon-Fri 20:00-07:00'], '2026-11-21T06:00:00Z'), '2026-11-23T19:00:00.000Z');
  assert.equal(nextOf(['Wed 08:00-09:00', 'Tue 08:00-09:00'], '2026-11-20T12:00:00Z'), '2026-11-24T07:00:00.000Z');
});

test('the next closing is the instant itself where no window is open, else the first minute that is in none', () => {
  const closingOf = (texts: string[], instant: string): string | undefined => {
    return nextClosing(windows(...texts), CPH, new Date(instant))?.toISOString();
  };
  assert.equal(closingOf(['Mon-Fri 20:00-07:00'], '2026-11-20T12:00:30.500Z'), '2026-11-20T12:00:30.500Z');
  assert.equal(closingOf(['Mon-Fri 20:00-07:00'], '2026-11-20T19:00:30Z'), '2026-11-21T06:00:00.000Z');
  assert.equal(closingOf(['Fri 20:00-07:00', 'Sat 06:00-09:00'], '2026-11-20T19:00:30Z'), '2026-11-21T08:00:00.000Z');
  assert.equal(closingOf(['00:00-24:00'], '2026-11-20T19:00:30Z'), undefined);
  // 29 March 2026: 02:00 is 03:00; 25 October 2026: 03:00 is 02:00 again.
  assert.equal(closingOf(['Sun 01:00-02:30'], '2026-03-29T00:30:00Z'), '2026-03-29T01:00:00.000Z');
  assert.equal(closingOf(['Sun 01:00-02:30'], '2026-10-25T00:00:00Z'), '2026-10-25T00:30:00.000Z');
});

test('an hour that is left out opens nothing, and one that comes twice is open twice', () => {
  // In Copenhagen, 29 March 2026: 02:00 is 03:00; 25 October 2026: 03:00 is 02:00 again.
  assert.equal(nextOf(['Sun 02:00-04:00'], '2026-03-29T00:00:00Z'), '2026-03-29T01:00:00.000Z');
  assert.equal(nextOf(['Sun 02:10-02:50'], '2026-03-28T12:00:00Z'), '2026-04-05T00:10:00.000Z');
  for (const instant of ['2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z']) {
    assert.equal(openAt(['Sun 02:15-02:45'], instant), true, instant);
  }
  assert.equal(openAt(['Sun 02:15-02:45'], '2026-10-25T01:00:00Z'), false);
  assert.equal(nextOf(['Sun 02:15-02:45'], '2026-10-25T00:45:00Z'), '2026-10-25T01:15:00.000Z');
});

test('what is wrong is told with its place', () => {
  const wrong: [text: string, character: number, expected: RegExp][] = [
    ['', 1, /days and times/],
    ['always', 1, /days and times/],
    ['Mon-Fri', 1, /days and times/],
    ['Mon-Fry 20:00-07:00', 5, /a day: Mon/],
    ['Mo 20:00-07:00', 1, /a day: Mon/],
    ['Mon,Xyz 20:00-07:00', 5, /a day/],
    ['Mon-Tue-Wed 20:00-07:00', 5, /a day/],
    ['Mon 20:00', 5, /times such as/],
    ['Mon 20:00-07:00 UTC', 5, /times such as/],
    ['Mon 25:00-07:00', 5, /00:00 to 23:59/],
    ['Mon 24:00-07:00', 5, /00:00 to 23:59/],
    ['Mon 8:00-09:00', 5, /00:00 to 23:59/],
    ['Mon 20:00-24:01', 11, /00:00 to 24:00/],
    ['Mon 20:00-07:60', 11, /00:00 to 24:00/],
    ['Mon 20:00-20:00', 11, /another time/],
  ];
  for (const [text, character, expected] of wrong) {
    const parsed = parseTimeWindow(text);
    assert.ok('expected' in parsed, text);
    assert.equal(parsed.character, character, text);
    assert.match(parsed.expected, expected, text);
  }
});

/** Whether a window is open, worked out anew: by the date of yesterday and of today as the wall shows them. */
function isOpenNaively(text: string, weekday: string, time: string): boolean {
  const [days = '', from = '', to = ''] = text.split(/[ ]|(?<=\d)-/);
  const [first = '', last = first] = days.split('-');
  const names = [...DAYS, ...DAYS].slice(DAYS.indexOf(first));
  const isDay = (name: string): boolean => names.slice(0, names.indexOf(last) + 1).includes(name);
  const yesterday = DAYS[(DAYS.indexOf(weekday) + 6) % 7] ?? '';
  if (from < to) return isDay(weekday) && time >= from && time < to;
  return (isDay(weekday) && time >= from) || (isDay(yesterday) && time < to);
}

for (const zone of [CPH, 'America/St_Johns', 'Australia/Lord_Howe']) {
  test(`every minute of a year in ${zone} is what a naive reading of the wall's clock says`, () => {
    const random = makeRandom(zone.length);
    const pick = (count: number): number => Math.floor(random() * count);
    const twoDigits = (value: number): string => String(value).padStart(2, '0');
    const randomTime = (): string => `${twoDigits(pick(24))}:${twoDigits(pick(60))}`;
    const texts = Array.from({ length: 6 }, () => {
      const from = randomTime();
      const to = pick(4) === 0 ? '24:00' : randomTime();
      return `${DAYS[pick(7)]}-${DAYS[pick(7)]} ${from}-${to === from ? '24:00' : to}`;
    });
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    });
    const parsed = texts.map((text) => windows(text));
    const opensAt = texts.map(() => undefined as number | undefined); // last told, until it has come
    const closesAt = texts.map(() => undefined as number | undefined);
    for (let time = Date.UTC(2026, 0, 1); time < Date.UTC(2027, 0, 1); time += 60_000) {
      const [, weekday = '', wall = ''] = /^(\w+),? (.*)$/.exec(clock.format(time)) ?? [];
      const which = (time / 60_000) % texts.length; // every window at every sixth minute
      const text = texts[which] ?? '';
      const open = isOpenNaively(text, weekday, wall);
      assert.equal(isOpen(parsed[which] ?? [], zone, new Date(time)), open, `${text} at ${new Date(time).toISOString()}`);
      const told = opensAt[which];
      if (told !== undefined && time < told) assert.equal(open, false, `${text} opened before it was told to`);
      if (told !== undefined && time >= told) opensAt[which] = undefined;
      if (!open && opensAt[which] === undefined) {
        const opening = nextOpening(parsed[which] ?? [], zone, new Date(time))?.getTime() ?? 0;
        const [, openingDay = '', openingWall = ''] = /^(\w+),? (.*)$/.exec(clock.format(opening)) ?? [];
        assert.ok(isOpenNaively(text, openingDay, openingWall), `${text} is not open at its next opening`);
        opensAt[which] = opening;
      }
      const toldClosing = closesAt[which];
      if (toldClosing !== undefined && time < toldClosing) assert.ok(open, `${text} closed before it was told to`);
      if (toldClosing !== undefined && time >= toldClosing) closesAt[which] = undefined;
      if (open && closesAt[which] === undefined) {
        const closing = nextClosing(parsed[which] ?? [], zone, new Date(time))?.getTime() ?? Number.POSITIVE_INFINITY;
        if (Number.isFinite(closing)) {
          const [, closingDay = '', closingWall = ''] = /^(\w+),? (.*)$/.exec(clock.format(closing)) ?? [];
          assert.ok(!isOpenNaively(text, closingDay, closingWall), `${text} is open at its next closing`);
        }
        closesAt[which] = closing;
      }
    }
  });
}
