import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RejectionEvents } from '../../../src/flow/receive/rejection-events.ts';
import type { StationEvent } from '../../../src/log/event.ts';

const CT = { callingAETitle: 'CT1', calledAETitle: 'DTS', address: '10.0.0.1' };
const MR = { ...CT, callingAETitle: 'MR1' };
const MINUTE = 60_000;

function listen() {
  const events: StationEvent[] = [];
  const clock = { milliseconds: Date.UTC(2026, 0, 1) };
  const log = { write: (event: StationEvent) => void events.push(event) };
  const rejections = new RejectionEvents(log, () => new Date(clock.milliseconds));
  /** Who was told of, with how many had only been counted. */
  const told = () => events.map((event) => (event.event === 'association-rejected'
    ? [event.callingAETitle, event.text, event.untold ?? 0] : []));
  return { rejections, clock, told };
}

test('tells ten rejections of a caller in an hour singly, and the others in one event when the hour is over', () => {
  const { rejections, clock, told } = listen();
  for (let second = 0; second < 3600; second += 1) {
    rejections.tell(CT, 'full');
    clock.milliseconds += 1000;
  }
  assert.deepEqual(told(), Array.from({ length: 10 }, () => ['CT1', 'full', 0]));
  rejections.tell(CT, 'full');
  assert.deepEqual(told().slice(10), [['CT1', 'full', 3590], ['CT1', 'full', 0]]);
});

test('one that tries seldom is told of each time', () => {
  const { rejections, clock, told } = listen();
  for (let count = 0; count < 50; count += 1) {
    rejections.tell(CT, 'full');
    clock.milliseconds += 7 * MINUTE;
  }
  assert.deepEqual(told(), Array.from({ length: 50 }, () => ['CT1', 'full', 0]));
});

test('each caller and each reason is counted by itself', () => {
  const { rejections, told } = listen();
  for (let count = 0; count < 11; count += 1) rejections.tell(CT, 'full');
  rejections.tell(MR, 'full');
  rejections.tell(CT, 'switched off');
  assert.deepEqual(told().slice(10), [['MR1', 'full', 0], ['CT1', 'switched off', 0]]);
});

test('what was only counted is told at the end, and when there are too many callers to remember', () => {
  const { rejections, told } = listen();
  for (let count = 0; count < 12; count += 1) rejections.tell(CT, 'full');
  for (let caller = 0; caller < 999; caller += 1) rejections.tell({ ...CT, address: String(caller) }, 'full');
  assert.equal(told().length, 10 + 999);
  rejections.tell(MR, 'full');
  assert.deepEqual(told().at(-1), ['CT1', 'full', 2]);
  for (let count = 0; count < 13; count += 1) rejections.tell(MR, 'full');
  rejections.end();
  assert.deepEqual(told().at(-1), ['MR1', 'full', 4]);
  const before = told().length;
  rejections.end();
  assert.equal(told().length, before);
});

test('a clock that was set back keeps nobody silent for longer than an hour', () => {
  const { rejections, clock, told } = listen();
  for (let count = 0; count < 11; count += 1) rejections.tell(CT, 'full');
  clock.milliseconds -= 61 * MINUTE;
  rejections.tell(CT, 'full');
  assert.deepEqual(told().slice(10), [['CT1', 'full', 1], ['CT1', 'full', 0]]);
});
