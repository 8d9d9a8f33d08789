// Whether a tick has anything to do, found out as cheaply as can be: cron asks every minute, and mostly there is not.

import { existsSync, opendirSync, readdirSync, type Dir } from 'node:fs';
import { hostname } from 'node:os';
import { hasCode } from './error-code.ts';
import { ACTIVE_JOB_STATES, isQueued } from '../job/job-state.ts';
import { isComparisonDue } from './comparison-due.ts';
import type { Layout } from './layout.ts';
import { isAnyDue } from './ticket-folders.ts';

/**
 * For `scan-arrived`. Notes of claims and wishes count: those whose claim is gone are to be removed, but for those of
 * claims that were set aside.
 */
export function nothingArrives(layout: Layout): boolean {
  return isEmpty(layout.arrived) && namesIn(layout.claimed).every((name) => {
    if (!name.startsWith('.') || layout.releasedStudy(name) !== undefined) return false;
    const claim = layout.claimOfNote(name);
    return claim === undefined || existsSync(layout.asideClaim(claim));
  });
}

/** For `run-one-job`. Jobs that wait, for their clock or for a destination, have no ticket that is due. */
export function noJobCanAdvance(layout: Layout, now: Date): boolean {
  return isEmpty(layout.lostAttempts(hostname())) && ACTIVE_JOB_STATES.every((state) => {
    if (!isQueued(state)) return isEmpty(layout.jobsIn(state));
    return !isAnyDue(layout, state, now) && (isEmpty(layout.jobsIn(state)) || !isComparisonDue(layout));
  });
}

/** For `forward`. */
export function nothingIsToBeSent(layout: Layout): boolean {
  return isEmpty(layout.deliveriesIn('pending')) && isEmpty(layout.deliveriesIn('confirming'))
    && isEmpty(layout.commitmentReports);
}

/**
 * Entries that begin with a dot are not counted: they are being made, or are notes. Reads on only until there is
 * another: there may be a hundred thousand.
 */
function isEmpty(folder: string): boolean {
  const directory = openDirectory(folder);
  if (directory === undefined) return true;
  try {
    for (let entry = directory.readSync(); entry !== null; entry = directory.readSync()) {
      if (!entry.name.startsWith('.')) return false;
    }
    return true;
  } finally {
    directory.closeSync();
  }
}

/** undefined where the folder does not exist */
function openDirectory(folder: string): Dir | undefined {
  try {
    return opendirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** None where the folder does not exist. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}
