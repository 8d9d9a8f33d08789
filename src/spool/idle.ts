// Whether a tick has anything to do, found out as cheaply as can be: cron asks every minute, and mostly there is not.

import { readdirSync } from 'node:fs';
import { hasCode } from './error-code.ts';
import { ACTIVE_JOB_STATES } from '../job/job-state.ts';
import type { Layout } from './layout.ts';

/** For `scan-arrived`. Notes of actions count: whose claim is gone are to be removed. */
export function nothingArrives(layout: Layout): boolean {
  return isEmpty(layout.arrived) && namesIn(layout.claimed).length === 0;
}

/** For `run-one-job`. */
export function noJobIsUnderWay(layout: Layout): boolean {
  return ACTIVE_JOB_STATES.every((state) => isEmpty(layout.jobsIn(state)));
}

/** For `forward`. */
export function nothingIsToBeSent(layout: Layout): boolean {
  return isEmpty(layout.deliveriesIn('pending'));
}

/** Entries that begin with a dot are not counted: they are being made, or are notes. */
function isEmpty(folder: string): boolean {
  return namesIn(folder).every((name) => name.startsWith('.'));
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
