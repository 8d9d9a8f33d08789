// Whether a tick has anything to do, found out as cheaply as can be: cron asks every minute, and mostly there is nothing.

import { readdirSync } from 'node:fs';
import { hasCode } from './error-code.ts';
import { ACTIVE_JOB_STATES } from '../job/job-state.ts';
import type { Layout } from './layout.ts';

/** For `scan-arrived`. */
export function nothingArrives(layout: Layout): boolean {
  return isEmpty(layout.arrived) && isEmpty(layout.claimed);
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
  try {
    return readdirSync(folder).every((name) => name.startsWith('.'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return true;
    throw error;
  }
}
