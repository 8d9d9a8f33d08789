// What a step of a job came to, for the person who runs it by hand, and as an exit status.

import type { Advance } from '../flow/job/advance-job.ts';
import { failureText } from '../job/failure-text.ts';
import type { ENDED_JOB_STATES } from '../job/job-state.ts';
import { EXIT, type ExitStatus } from './exit-status.ts';

/** A state in which a job stays until a person acts. */
export type RestingState = (typeof ENDED_JOB_STATES)[number];

export function advanceText(JobId: string, advance: Advance): string {
  switch (advance.advance) {
    case 'moved': return `${JobId}: ${advance.to}${next(advance.to)}`;
    case 'waits': return `${JobId}: waits ${advance.forWhat}`;
    case 'postponed':
      return `${JobId}: not advanced: ${failureText(advance.failure)}; it is tried again after ${advance.notBefore}`;
    case 'failed':
      return `${JobId}: failed:${advance.failures.map((failure) => `\n  ${failureText(failure)}`).join('')}`;
    case 'held': return `${JobId}: held: ${failureText(advance.failure)}; dts jobs release ${JobId} lets it go on`;
    case 'stuck': return `${JobId}: neither advanced nor failed: ${failureText(advance.failure)}; it is as it was`;
    case 'taken': return `${JobId}: another process works on it`;
  }
}

export function statusOf(advance: Advance): ExitStatus {
  switch (advance.advance) {
    case 'moved': case 'waits': case 'taken': return EXIT.done;
    case 'postponed': return EXIT.retry;
    case 'failed': return advance.failures.some(({ reason }) => reason === 'internal-error') ? EXIT.bug : EXIT.data;
    case 'held': return EXIT.data;
    case 'stuck': return advance.failure.reason === 'internal-error' ? EXIT.bug : EXIT.inputOutput;
  }
}

/** Why a job was not advanced at all. */
export function restText(JobId: string, state: RestingState): string {
  switch (state) {
    case 'done': return `${JobId}: is done; nothing is left to do`;
    case 'failed': return `${JobId}: has failed; dts jobs show says why, dts jobs retry begins again`;
    case 'held': return `${JobId}: is held; dts jobs release lets it go on`;
    case 'cancelled': return `${JobId}: is cancelled; dts jobs retry begins again`;
  }
}

export function statusOfRest(state: RestingState): ExitStatus {
  return state === 'done' ? EXIT.done : EXIT.data;
}

function next(state: string): string {
  return state === 'forwarding' ? '; dts forward sends its deliveries' : '';
}
