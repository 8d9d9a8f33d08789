import assert from 'node:assert/strict';
import { test } from 'node:test';
import { levelOf } from '../../src/log/event-level.ts';
import { eventText } from '../../src/log/event-text.ts';
import type { StationEvent } from '../../src/log/event.ts';
import { EVENTS } from './events.ts';

const ALL = Object.values(EVENTS).map(({ example }): StationEvent => example);

for (const [name, { example, level }] of Object.entries(EVENTS)) {
  test(`${name} is told as ${level}, in one line, with what it is about`, () => {
    assert.equal(levelOf(example), level);
    const text = eventText(example);
    assert.match(text, /^\S.*: .*[^\s.]$/);
    assert.doesNotMatch(text, /undefined|\[object|NaN/);
    for (const key of ['JobId', 'DeliveryId', 'SOPInstanceUID', 'text', 'file', 'path', 'notBefore']) {
      if ('DeliveryId' in example && key === 'JobId') continue; // the DeliveryId begins with it
      const value = (example as Readonly<Record<string, unknown>>)[key];
      if (typeof value === 'string') assert.ok(text.includes(value), `no ${key} in: ${text}`);
    }
  });
}

test('no two events are told in the same words', () => {
  assert.equal(new Set(ALL.map(eventText)).size, ALL.length);
});

test('an association that did not end well is a warning', () => {
  const ended = EVENTS['association-ended'].example;
  assert.equal(levelOf({ ...ended, how: 'aborted' }), 'warning');
  assert.equal(levelOf({ ...ended, how: 'lost' }), 'warning');
  assert.equal(levelOf({ ...ended, refused: 1 }), 'warning');
});

test('a job\'s failure is told with all of its reasons', () => {
  assert.match(eventText(EVENTS['job-failed'].example),
    /failed: the core wrote neither .*; the core was interrupted .*; dts jobs show 20261120T081530123Z-AI-1a2b3c4d /);
});

test('a delivery that was postponed tells how much is missing of how much', () => {
  assert.match(eventText(EVENTS['delivery-postponed'].example), /2 of 3 instances not delivered to PACS: /);
});

test('a certificate that cannot be used is told with what is in use instead', () => {
  const { example } = EVENTS['certificate-unusable'];
  assert.match(eventText(example), /until then nobody can connect with TLS$/);
  assert.match(eventText({ ...example, inUse: 'the one before' }), /until then the one before it stays in use$/);
});

test('what came from outside cannot break the line', () => {
  const text = eventText({
    event: 'association-rejected', text: 'a\r\nb\u0085',
    callingAETitle: 'CT\n1', calledAETitle: '\u001b[2J', address: '::1',
  });
  assert.equal(text, 'association from CT\\x0a1 (::1) to \\x1b[2J: rejected: a\\x0d\\x0ab\\x85');
});

test('what came over a connection that asked for no association is told by its address alone', () => {
  const event = { event: 'association-rejected', callingAETitle: '', calledAETitle: '', address: '10.0.0.1' } as const;
  assert.equal(eventText({ ...event, text: 'silent' }), 'connection from 10.0.0.1: rejected: silent');
});

test('rejections that were only counted are told with their number', () => {
  const rejected = EVENTS['association-rejected'].example;
  assert.match(eventText({ ...rejected, untold: 57 }), /: rejected 57 times more: calling AE title CT/);
});

test('an event of another version is told as it stands', () => {
  const event = { event: 'event-to-come', what: 'a\nb' } as unknown as StationEvent;
  assert.equal(eventText(event), 'event of another version: {"event":"event-to-come","what":"a\\nb"}');
});

test('a value is told with its unit, and which of several it is', () => {
  const event = { ...EVENTS.prediction.example, value: '42.10', unit: 'mm3', tumor_size: '42.10', repeat: '2.1' };
  assert.ok(eventText(event).endsWith(': volume [2.1] = 42.10 mm3'));
});

test('a move that a person wanted says who, and why where that is known', () => {
  const event = EVENTS['job-moved'].example;
  assert.ok(eventText({ ...event, by: 'alice' }).endsWith(', by alice'));
  assert.ok(eventText({ ...event, by: 'alice', reason: 'no power' }).endsWith(', by alice: no power'));
});
