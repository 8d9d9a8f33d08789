import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { compareTickets } from '../../src/spool/compare-tickets.ts';
import { isComparisonDue, noteComparison } from '../../src/spool/comparison-due.ts';
import { Layout } from '../../src/spool/layout.ts';
import { isAnyDue, listQueuedStreams } from '../../src/spool/ticket-folders.ts';
import {
  dueTickets, listTickets, makeDue, putOffTicket, putTicket, removeTicket,
} from '../../src/spool/tickets.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { filesBelow } from '../rig/receiver.ts';

const NOW = new Date('2026-11-20T12:00:30Z');
const inSeconds = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

async function makeLayout(t: TestContext): Promise<Layout> {
  return new Layout(await temporaryFolder(t));
}

/** A JobId of the stream A that arrived at a time of 2026-11-20. */
const idAt = (time: string, stream = 'A'): string => `20261120T${time}000Z-${stream}-00000000`;
const due = (layout: Layout, stream = 'A'): string[] => [...dueTickets(layout, 'pending', stream)];

test('due tickets come oldest arrival first, each stream for itself, once however often they were put', async (t) => {
  const layout = await makeLayout(t);
  const ids = [idAt('110000'), idAt('081530'), idAt('081501'), '20251231T235959999Z-A-00000000'];
  for (const JobId of [...ids, ...ids]) putTicket(layout, 'pending', JobId);
  putTicket(layout, 'pending', idAt('070000', 'B'));
  putTicket(layout, 'forwarding', idAt('060000'));
  assert.deepEqual(due(layout), ids.toSorted());
  assert.deepEqual(listQueuedStreams(layout, 'pending'), ['A', 'B']);
});

test('no more is read than is asked for', async (t) => {
  const layout = await makeLayout(t);
  for (const time of ['080000', '080100']) putTicket(layout, 'pending', idAt(time));
  const tickets = dueTickets(layout, 'pending', 'A');
  assert.equal(tickets.next().value, idAt('080000'));
  putTicket(layout, 'pending', idAt('080102'));
  assert.deepEqual([...tickets], [idAt('080100'), idAt('080102')]);
});

test('a ticket that was removed leaves no folder behind', async (t) => {
  const layout = await makeLayout(t);
  putTicket(layout, 'pending', idAt('080000'));
  removeTicket(layout, 'pending', idAt('080000'));
  removeTicket(layout, 'pending', idAt('080000'));
  assert.deepEqual(await readdir(join(layout.queue('pending'), 'A', 'due')), []);
  assert.equal(isAnyDue(layout, 'pending', NOW), false);
});

test('a ticket that was put off is due when its minute has come, and after an hour whatever was said', async (t) => {
  const layout = await makeLayout(t);
  putTicket(layout, 'pending', idAt('080000'));
  putOffTicket(layout, 'pending', idAt('080000'), inSeconds(90), NOW);
  putOffTicket(layout, 'pending', idAt('080001'), inSeconds(1_000_000), NOW);
  for (const [seconds, ids] of [[0, []], [90, [idAt('080000')]], [3600, [idAt('080000'), idAt('080001')]]] as const) {
    makeDue(layout, 'pending', 'A', inSeconds(seconds));
    assert.deepEqual(due(layout), ids, `after ${seconds} s`);
  }
  assert.deepEqual(await readdir(join(layout.queue('pending'), 'A', 'later')), []);
});

test('of very many that come due at once some are made due, and the others next time', async (t) => {
  const layout = await makeLayout(t);
  const ids = Array.from({ length: 300 }, (_, index) => idAt(`0800${String(index % 60).padStart(2, '0')}`)
    .replace(/\d{3}Z/, `${String(index).padStart(3, '0')}Z`));
  for (const JobId of ids) putOffTicket(layout, 'pending', JobId, NOW, NOW);
  makeDue(layout, 'pending', 'A', NOW);
  assert.equal(due(layout).length, 250);
  makeDue(layout, 'pending', 'A', NOW);
  assert.deepEqual(due(layout), ids.toSorted());
});

test('folders that a crash has left empty, and what is no ticket, wake nobody for ever', async (t) => {
  const layout = await makeLayout(t);
  const empty = join(layout.queue('pending'), 'A', 'due', '20261120', '0815');
  await mkdir(empty, { recursive: true });
  await writeFile(join(layout.queue('pending'), 'notes.txt'), '');
  assert.deepEqual(due(layout), []);
  assert.equal(existsSync(dirname(empty)), false);
  assert.equal(isAnyDue(layout, 'pending', NOW), false);
});

test('a comparison makes the tickets of jobs that were moved by hand, and no others', async (t) => {
  const layout = await makeLayout(t);
  const put = (path: string): Promise<string | undefined> => mkdir(path, { recursive: true });
  const [moved, known, later, sent, waiting, held] = ['01', '02', '03', '04', '05', '06'].map((m) => idAt(`08${m}00`));
  for (const JobId of [moved, known, later]) await put(layout.job('pending', JobId!));
  await put(join(layout.jobsIn('pending'), 'notes'));
  for (const JobId of [sent, waiting, held]) await put(layout.job('forwarding', JobId!));
  putTicket(layout, 'pending', known!);
  putOffTicket(layout, 'pending', later!, inSeconds(600), NOW);
  await put(layout.delivery('done', `${sent}-PACS-00000000`));
  await put(layout.delivery('pending', `${waiting}-PACS-00000000`));
  await put(layout.delivery('held', `${held}-PACS-00000000`));
  await compareTickets(layout);
  assert.deepEqual(due(layout), [moved, known]);
  assert.deepEqual([...listTickets(layout, 'pending')].sort(), [moved, known, later]);
  assert.deepEqual([...listTickets(layout, 'forwarding')], [sent]);
});

test('comparisons are made the more seldom the longer they take, at least every five minutes', async (t) => {
  const layout = await makeLayout(t);
  assert.equal(isComparisonDue(layout), true);
  const noteAt = async (tookMilliseconds: number, secondsAgo: number): Promise<boolean> => {
    noteComparison(layout, tookMilliseconds);
    const then = new Date(Date.now() - secondsAgo * 1000);
    await utimes(layout.queueCompared, then, then);
    return isComparisonDue(layout);
  };
  assert.equal(await noteAt(2, 1), false);
  assert.equal(await noteAt(2, 3), true);
  assert.equal(await noteAt(100_000, 290), false);
  assert.equal(await noteAt(100_000, 310), true);
  assert.equal(await noteAt(100_000, -400), true, 'of a time to come');
  await writeFile(layout.queueCompared, 'nonsense');
  await utimes(layout.queueCompared, NOW, NOW);
  assert.equal(isComparisonDue(layout), true);
  await rm(layout.queueCompared);
  assert.deepEqual(await filesBelow(layout.jobs), []);
});
