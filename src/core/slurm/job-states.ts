// What the states mean that Slurm has for jobs (squeue(1), JOB STATE CODES).

import type { CoreState } from '../executor.ts';

/** Whether a job has not ended: it may yet write. A state that is not known counts as one of these. */
export function isAlive(state: string): boolean {
  return !ENDED.has(state);
}

/** Whether a job that has not ended has not begun either. */
export function isWaiting(state: string): boolean {
  return WAITING.has(state);
}

const WAITING = new Set([
  'PENDING', 'CONFIGURING', 'REQUEUED', 'REQUEUE_FED', 'REQUEUE_HOLD', 'SPECIAL_EXIT', 'RESV_DEL_HOLD',
]);

const ENDED = new Set([
  'COMPLETED', 'FAILED', 'CANCELLED', 'TIMEOUT', 'DEADLINE', 'OUT_OF_MEMORY', 'PREEMPTED', 'NODE_FAIL', 'BOOT_FAIL',
  'REVOKED', 'LAUNCH_FAILED', 'RECONFIG_FAIL',
]);

/**
 * What a state says of the core of a job that was ended from outside; undefined where it only says that the job ended.
 * Interruptions that are nobody's wish lead to another attempt. What somebody has cancelled in Slurm stays cancelled.
 */
export function endFromOutside(slurmState: string, slurmJobId: string, timeoutSeconds: number): CoreState | undefined {
  const outcome = `Slurm ${slurmState}`;
  switch (slurmState) {
    case 'OUT_OF_MEMORY':
      return { state: 'killed', signal: 'SIGKILL (out of memory)' };
    case 'TIMEOUT':
      return { state: 'failed', outcome, failure: { reason: 'core-time', timeoutSeconds } };
    case 'CANCELLED':
      return { state: 'failed', outcome, failure: { reason: 'slurm-cancelled', slurmJobId } };
    case 'DEADLINE': case 'NODE_FAIL': case 'BOOT_FAIL': case 'LAUNCH_FAILED': case 'PREEMPTED': case 'REVOKED':
      return { state: 'failed', outcome, failure: { reason: 'slurm-ended', slurmJobId, slurmState } };
    default:
      return undefined;
  }
}
