import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { openEventLog } from '../../src/log/event-log.ts';
import type { LoggedEvent } from '../../src/log/event.ts';
import { followEvents, listLogDays, readEvents } from '../../src/log/read-events.ts';
import { Layout } from '../../src/spool/layout.ts';
import { temporaryFolder } from '../rig/peers.ts';

/** A log of days and what their lines say; a text that is no number is put in as it is. */
async function makeLog(t: TestContext, days: Readonly<Record<string, readonly string[]>>): Promise<Layout> {
  const layout = new Layout(await temporaryFolder(t));
  await mkdir(layout.logs);
  for (const [day, lines] of Object.entries(days)) {
    await writeFile(layout.eventLog(day), lines.map((line) => (/^\d+$/.test(line) ? lineOf(line) : line)).join(''));
  }
  return layout;
}

const lineOf = (file: string): string => `${JSON.stringify({ event: 'arrival-rejected', file })}\n`;
const fileOf = (event: LoggedEvent): string => ('file' in event ? event.file : '');

async function collect(events: AsyncIterable<LoggedEvent>): Promise<string[]> {
  const files: string[] = [];
  for await (const event of events) files.push(fileOf(event));
  return files;
}

/** The next files of a log that is followed. */
async function next(events: AsyncIterator<LoggedEvent>, count: number): Promise<string[]> {
  const files: string[] = [];
  while (files.length < count) {
    const { value, done } = await events.next();
    if (done === true) throw new Error('the log ended');
    files.push(fileOf(value));
  }
  return files;
}

test('reads day after day, over what is no event and no day', async (t) => {
  const damaged = ['1', '{"cut\n', '\n', '\u0000\n', '2', '{"cut'];
  const layout = await makeLog(t, { '2026-11-21': ['3'], '2026-11-20': damaged });
  for (const stranger of ['events-2026-11-20.jsonl.gz', 'events-.jsonl', 'notes']) {
    await writeFile(join(layout.logs, stranger), lineOf('9'));
  }
  assert.deepEqual(await listLogDays(layout), ['2026-11-20', '2026-11-21']);
  assert.deepEqual(await collect(readEvents(layout)), ['1', '2', '3']);
  assert.deepEqual(await collect(readEvents(layout, { sinceDay: '2026-11-21' })), ['3']);
  assert.deepEqual(await collect(readEvents(layout, { sinceDay: '2026-11-22' })), []);
});

test('there are no events where there is no log', async (t) => {
  const layout = new Layout(await temporaryFolder(t));
  assert.deepEqual(await collect(readEvents(layout)), []);
});

test('a line of many megabytes is one event', async (t) => {
  const layout = await makeLog(t, { '2026-11-20': [lineOf('x'.repeat(5_000_000)), '2'] });
  assert.deepEqual((await collect(readEvents(layout))).map(({ length }) => length), [5_000_000, 1]);
});

test('following gives what is there and then what is written, whole lines only, across midnight', async (t) => {
  const layout = await makeLog(t, { '2026-11-19': ['0'], '2026-11-20': ['1', '{"event":"arrival-rejected","fi'] });
  const stop = new AbortController();
  const events = followEvents(layout, { sinceDay: '2026-11-20', signal: stop.signal });
  assert.deepEqual(await next(events, 1), ['1']);
  await appendFile(layout.eventLog('2026-11-20'), `le":"2"}\n${lineOf('3')}`);
  assert.deepEqual(await next(events, 2), ['2', '3']);
  openEventLog(layout, 'receive', () => new Date('2026-11-21T00:00:00Z'))
    .write({ event: 'arrival-rejected', text: '', file: '4' });
  await appendFile(layout.eventLog('2026-11-20'), lineOf('late'));
  assert.deepEqual(await next(events, 2), ['late', '4']);
  stop.abort();
  assert.deepEqual(await events.next(), { value: undefined, done: true });
});

test('a letter of several bytes that was half written when it was looked at is read whole', async (t) => {
  const layout = await makeLog(t, { '2026-11-20': [] });
  const stop = new AbortController();
  const events = followEvents(layout, { sinceDay: '2026-11-20', signal: stop.signal });
  const bytes = Buffer.from(lineOf('山'));
  const half = bytes.indexOf(Buffer.from('山')) + 1;
  await appendFile(layout.eventLog('2026-11-20'), Buffer.concat([Buffer.from(lineOf('1')), bytes.subarray(0, half)]));
  assert.deepEqual(await next(events, 1), ['1']);
  await appendFile(layout.eventLog('2026-11-20'), bytes.subarray(half));
  assert.deepEqual(await next(events, 1), ['山']);
  stop.abort();
});

test('following for long leaves nothing behind at the signal', async (t) => {
  const layout = await makeLog(t, { '2026-11-20': ['1'] });
  const stop = new AbortController();
  const events = followEvents(layout, { sinceDay: '2026-11-20', signal: stop.signal });
  for (const file of ['1', '2', '3', '4']) {
    assert.deepEqual(await next(events, 1), [file]);
    await appendFile(layout.eventLog('2026-11-20'), lineOf(String(Number(file) + 1)));
  }
  assert.ok(getEventListeners(stop.signal, 'abort').length <= 1);
  stop.abort();
});
