import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseMember, type Chosen, type ChooseOptions } from '../../src/job/choose-member.ts';
import type { Failure } from '../../src/job/failure.ts';
import type { Consideration, Trouble } from '../../src/job/route.ts';
import { isOpen, nextOpening, parseTimeWindow, type TimeWindow } from '../../src/job/time-window.ts';

const NOW = '2026-11-20T10:00:00.000Z';
const SILENT: Failure = { reason: 'peer-silent', seconds: 30 };

function one(destination: string, cost: number, more: Partial<Consideration> = {}): Consideration {
  return { destination, cost, ...more };
}

const closed = (opensAt?: string): Partial<Consideration> => {
  return { window: { isOpen: false, ...(opensAt === undefined ? {} : { opensAt }) } };
};

function trouble(notBefore: string, more: Partial<Trouble> = {}): Partial<Consideration> {
  return { trouble: { since: '2026-11-20T09:00:00.000Z', notBefore, isDue: notBefore <= NOW, failure: SILENT, ...more } };
}

function choose(considered: readonly Consideration[], options: Partial<ChooseOptions> = {}): Chosen {
  return chooseMember(considered, { failoverAfterSeconds: 0, ...options }, new Date(NOW));
}

test('takes the cheapest that is open, of equal ones the first', () => {
  assert.deepEqual(choose([one('a', 2), one('b', 1), one('c', 1)]), { chosen: 'b' });
  assert.deepEqual(choose([one('a', 2), one('b', 1, closed('2026-11-20T11:00:00.000Z'))]), { chosen: 'a' });
});

test('one that has some of the delivery comes before a cheaper one, the latest of several first', () => {
  const begun = (time: string): Partial<Consideration> => ({ begun: `2026-11-20T${time}:00.000Z` });
  assert.deepEqual(choose([one('a', 1), one('b', 2, begun('08:00'))]), { chosen: 'b' });
  assert.deepEqual(choose([one('a', 1, begun('08:00')), one('b', 2, begun('08:10'))]), { chosen: 'b' });
  assert.deepEqual(choose([one('a', 1), one('b', 2, { ...begun('08:00'), ...closed() })]), { chosen: 'a' });
});

test('passes over one in trouble until it is due, and waits for the first that is worth it', () => {
  const later = '2026-11-20T10:05:00.000Z';
  assert.deepEqual(choose([one('a', 1, trouble(later)), one('b', 2)]), { chosen: 'b' });
  assert.deepEqual(choose([one('a', 1, trouble('2026-11-20T09:59:00.000Z')), one('b', 2)]), { chosen: 'a' });
  assert.deepEqual(
    choose([one('a', 1, trouble(later)), one('b', 2, trouble('2026-11-20T10:03:00.000Z'))]),
    { waitsFor: 'trouble', until: '2026-11-20T10:03:00.000Z' },
  );
  assert.deepEqual(
    choose([one('a', 1, trouble(later)), one('b', 2, closed('2026-11-20T10:01:00.000Z'))]),
    { waitsFor: 'trouble', until: '2026-11-20T10:01:00.000Z' },
  );
});

test('of closing and trouble of one destination the later counts; what never opens is never waited for', () => {
  const opensAt = '2026-11-20T11:00:00.000Z';
  const both = { ...closed(opensAt), ...trouble('2026-11-20T12:00:00.000Z') };
  assert.deepEqual(choose([one('a', 1, both)]), { waitsFor: 'window', until: '2026-11-20T12:00:00.000Z' });
  assert.deepEqual(choose([one('a', 1, closed()), one('b', 2, closed(opensAt))]), { waitsFor: 'window', until: opensAt });
  assert.deepEqual(choose([one('a', 1, closed())]), { waitsFor: 'window' });
});

test('is patient with the first in trouble for as long as is said, and no longer', () => {
  const hour = trouble('2026-11-20T10:30:00.000Z'); // in trouble for an hour
  assert.deepEqual(
    choose([one('a', 1, hour), one('b', 2)], { failoverAfterSeconds: 3660 }),
    { waitsFor: 'trouble', until: '2026-11-20T10:01:00.000Z' },
  );
  assert.deepEqual(choose([one('a', 1, hour), one('b', 2)], { failoverAfterSeconds: 3600 }), { chosen: 'b' });
});

test('one that has refused is not taken, nor one that is held; all refusing is an end, all held is none', () => {
  const refused = { refused: [SILENT] };
  const held = { held: { destination: 'a', heldAt: NOW } };
  assert.deepEqual(choose([one('a', 1, refused), one('b', 2)]), { chosen: 'b' });
  assert.deepEqual(choose([one('a', 1, held), one('b', 2)]), { chosen: 'b' });
  assert.deepEqual(choose([one('a', 1, refused), one('b', 2, refused)]), { allRefused: true });
  assert.deepEqual(choose([one('a', 1, refused), one('b', 2, held)]), { waitsFor: 'held' });
});

test('who does not want to wait gets the first that is open, in trouble or not, else the first', () => {
  const later = trouble('2026-11-20T10:05:00.000Z');
  const evenSo = true;
  assert.deepEqual(choose([one('a', 1, closed()), one('b', 2)], { evenSo }), { chosen: 'b' });
  assert.deepEqual(choose([one('a', 1, closed()), one('b', 2, later)], { evenSo }), { chosen: 'b', despite: 'trouble' });
  assert.deepEqual(choose([one('a', 1, closed()), one('b', 2, closed())], { evenSo }), { chosen: 'a', despite: 'window' });
});

for (const zone of ['Europe/Copenhagen', 'America/New_York', 'Australia/Lord_Howe']) {
  test(`every five minutes of a year in ${zone} go to the provider of the hour, or wait for the next opening`, () => {
    const parse = (text: string): TimeWindow => {
      const window = parseTimeWindow(text);
      assert.ok('spans' in window);
      return window;
    };
    const windows = { day: [parse('Mon-Fri 08:00-16:00')], night: [parse('22:00-06:00')] };
    const clock = new Intl.DateTimeFormat('en-US', {
      timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
    });
    const naively = (time: number): string | undefined => {
      const [, weekday = '', wall = ''] = /^(\w+),? (.*)$/.exec(clock.format(time)) ?? [];
      if (wall >= '22:00' || wall < '06:00') return 'night';
      return !weekday.startsWith('S') && wall >= '08:00' && wall < '16:00' ? 'day' : undefined;
    };
    let until = 0;
    for (let time = Date.UTC(2026, 0, 1); time < Date.UTC(2027, 0, 1); time += 300_000) {
      const instant = new Date(time);
      const names = ['day', 'night'] as const;
      const open = names.filter((name) => isOpen(windows[name], zone, instant));
      const isAsked = open.length === 0 && time >= until; // when it opens is looked for once
      const considered = names.map((name): Consideration => {
        if (open.includes(name)) return one(name, 1, { window: { isOpen: true } });
        return one(name, 1, closed(isAsked ? nextOpening(windows[name], zone, instant)?.toISOString() : undefined));
      });
      const chosen = chooseMember(considered, { failoverAfterSeconds: 0 }, instant);
      const wanted = naively(time);
      if ('chosen' in chosen) {
        assert.equal(chosen.chosen, wanted, instant.toISOString());
        assert.ok(time >= until, 'none opened before it was told to');
        continue;
      }
      assert.equal(wanted, undefined, instant.toISOString());
      assert.ok('waitsFor' in chosen && chosen.waitsFor === 'window');
      if (chosen.until !== undefined) until = Date.parse(chosen.until);
      assert.notEqual(naively(until), undefined, `${instant.toISOString()} waits for ${chosen.until}`);
    }
  });
}
