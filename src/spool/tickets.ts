// Tickets: empty files that say which job to look at next, so that to find the first of a hundred thousand costs what
// it costs to find the first of a hundred.
//
//   jobs/.queue/<state>/<stream>/due/<day>/<minute>/<JobId>      look at it, in the order of its arrival
//   jobs/.queue/<state>/<stream>/later/<day>/<minute>/<JobId>    nothing to do before that minute, UTC
//
// Promises: whoever moves a job into a queued state makes its ticket first, so that no crash loses one; a job in
// `forwarding` that waits for its deliveries has none, until one of them ends. Tickets decide nothing: one too many
// costs a look, and compare-tickets.ts makes those that are missing. Nothing here is synced; all of it may be removed
// by hand.

import { closeSync, mkdirSync, openSync, rmdirSync, unlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { streamInJobId } from '../job/job-id.ts';
import type { QueuedJobState } from '../job/job-state.ts';
import { formatStamp } from '../job/stamp.ts';
import { hasCode } from './error-code.ts';
import { failpoint } from './failpoint.ts';
import type { Layout } from './layout.ts';
import { isId } from './read.ts';
import {
  bucketOf, bucketsIn, hasCome, listQueuedStreams, LONGEST_WAIT_SECONDS, namesIn, TicketFolders,
} from './ticket-folders.ts';

/** So many of those whose minute has come are made due in one go; the others in the next. */
const MOST_AT_ONCE = 250;

/** Has a job looked at. */
export function putTicket(layout: Layout, state: QueuedJobState, JobId: string): void {
  make(dueTicket(layout, state, JobId));
}

/** Has a job looked at not before a time, or an hour from now. */
export function putOffTicket(layout: Layout, state: QueuedJobState, JobId: string, until: Date, now: Date): void {
  const latest = now.getTime() + LONGEST_WAIT_SECONDS * 1000;
  const minute = formatStamp(new Date(Math.min(until.getTime(), latest)));
  make(join(foldersOf(layout, state, JobId).later, bucketOf(minute), JobId));
  removeTicket(layout, state, JobId);
}

/** There is nothing to look at. One that was put off goes when its minute has come. */
export function removeTicket(layout: Layout, state: QueuedJobState, JobId: string): void {
  remove(dueTicket(layout, state, JobId));
}

/** JobIds with a due ticket, oldest arrival first; read on only as far as asked for. */
export function* dueTickets(layout: Layout, state: QueuedJobState, stream: string): Generator<string, void, undefined> {
  const { due } = new TicketFolders(layout, state, stream);
  for (const day of namesIn(due)) {
    for (const minute of namesOrNone(join(due, day))) yield* namesOrNone(join(due, day, minute)).filter(isId);
  }
}

/** Makes tickets due whose minute has come. */
export function makeDue(layout: Layout, state: QueuedJobState, stream: string, now: Date): void {
  const { later } = new TicketFolders(layout, state, stream);
  let made = 0;
  for (const bucket of bucketsIn(later)) {
    if (!hasCome(bucket, now)) continue;
    for (const JobId of namesOrNone(join(later, bucket)).filter(isId)) {
      if (made >= MOST_AT_ONCE) return;
      made += 1;
      putTicket(layout, state, JobId);
      remove(join(later, bucket, JobId));
    }
  }
}

/** Every JobId of a state that has a ticket, due or not. */
export function listTickets(layout: Layout, state: QueuedJobState): Set<string> {
  const JobIds = new Set<string>();
  for (const stream of listQueuedStreams(layout, state)) {
    const { due, later } = new TicketFolders(layout, state, stream);
    for (const folder of [due, later]) {
      for (const bucket of bucketsIn(folder)) {
        for (const JobId of namesIn(join(folder, bucket))) JobIds.add(JobId);
      }
    }
  }
  return JobIds;
}

function dueTicket(layout: Layout, state: QueuedJobState, JobId: string): string {
  return join(foldersOf(layout, state, JobId).due, bucketOf(JobId), JobId);
}

/** A name that a person made may hold no stream. */
function foldersOf(layout: Layout, state: QueuedJobState, JobId: string): TicketFolders {
  return new TicketFolders(layout, state, streamInJobId(JobId) || '_');
}

/** The names in a folder, which goes where a crash has left it empty: while it is there, no tick is idle. */
function namesOrNone(folder: string): string[] {
  const names = namesIn(folder);
  if (names.length === 0 && removeIfEmpty(folder)) removeIfEmpty(dirname(folder));
  return names;
}

/** In place, as everything here: a matter of memory, done for every step of every job. */
function make(ticket: string): void {
  failpoint('ticket', ticket);
  for (;;) {
    mkdirSync(dirname(ticket), { recursive: true, mode: 0o750 });
    try {
      closeSync(openSync(ticket, 'a', 0o640));
      return;
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error; // somebody found the folder empty just now
    }
  }
}

function remove(ticket: string): void {
  failpoint('unticket', ticket);
  try {
    unlinkSync(ticket);
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error;
  }
  if (removeIfEmpty(dirname(ticket))) removeIfEmpty(dirname(dirname(ticket)));
}

function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) return false;
    throw error;
  }
}
