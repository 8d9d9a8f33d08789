// Submits the job of an attempt, once, whoever else is about to do the same and whoever was killed while doing so.

import type { Failure } from '../../job/failure.ts';
import { failureText } from '../../job/failure-text.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import type { CoreRun } from '../executor.ts';
import { runProgram } from '../run-action.ts';
import { refusalOf } from './refusal.ts';
import { formatComment, sbatchArguments } from './sbatch-arguments.ts';
import { inSlurmEnvironment, TIMEOUT_SECONDS, wordsOf } from './scheduler.ts';

export type Submission =
  | { readonly slurmJobId: string }
  /** Nothing is submitted. */
  | { readonly refused: Failure }
  /** Slurm did not answer before anything was submitted by this call; an earlier one may have. */
  | { readonly notAsked: string }
  /** It may have been submitted: Slurm must be asked for it. */
  | { readonly unclear: string };

const LOCKED_OUT = 75;
const NOT_ASKED = 69;
const NOT_FOUND = 127;
/** Time to wait for another who is just submitting the same attempt; less than a submission may take. */
const LOCK_SECONDS = '60';

/**
 * Looks for the job by its name and submits it where there is none with the comment ($2) of this submission. What lives
 * of earlier submissions of the job is cancelled first. Under flock(1), which outlives the command that started it: so
 * nobody submits between the question and the deed, whoever is killed. With --close nothing else keeps the lock.
 */
const SUBMIT_SCRIPT = `
name=$1 comment=$2
shift 2
command -v squeue > /dev/null && command -v sbatch > /dev/null || exit ${NOT_FOUND}
jobs=$(squeue --noheader --states=all --name="$name" --format='%A %k') || exit ${NOT_ASKED}
submitted=$(printf '%s\\n' "$jobs" | grep -F -- " $comment" | cut -d ' ' -f 1 | head -n 1)
if [ -n "$submitted" ]; then
  echo "$submitted"
  exit 0
fi
others=$(printf '%s\\n' "$jobs" | cut -d ' ' -f 1)
[ -z "$others" ] || scancel $others 2> /dev/null
exec sbatch "$@"
`;

/** @param token that of the record, which is on disk */
export async function submit(run: CoreRun, files: AttemptFiles, token: string): Promise<Submission> {
  const end = await runProgram([
    'flock', '--close', '--wait', LOCK_SECONDS, '--conflict-exit-code', String(LOCKED_OUT), files.startLock,
    ...inSlurmEnvironment(['/bin/sh', '-c', SUBMIT_SCRIPT, 'dts-slurm', run.JobId, formatComment(run, token)]),
    ...sbatchArguments(run, files, token),
  ], { timeoutSeconds: 2 * TIMEOUT_SECONDS });
  if ('reason' in end) {
    return end.reason === 'program-time' ? { unclear: failureText(end) } : { notAsked: failureText(end) };
  }
  const words = wordsOf(end.stderr);
  switch (end.exitCode) {
    case 0: {
      const slurmJobId = /^(\d+)/m.exec(end.stdout)?.[1]; // with several clusters, "17;cluster"
      return slurmJobId === undefined ? { unclear: words || 'sbatch told no job number' } : { slurmJobId };
    }
    case LOCKED_OUT: return { unclear: 'another command is just submitting it' };
    case NOT_ASKED: return { notAsked: words };
    case NOT_FOUND: return { notAsked: 'squeue or sbatch cannot be found on this host' };
    default: return refused(words);
  }
}

function refused(words: string): Submission {
  switch (refusalOf(words)) {
    case 'lasting': return { refused: { reason: 'slurm-refused', text: words } };
    case 'temporary': return { refused: { reason: 'core-not-started', text: words } };
    case 'unclear': return { unclear: words || 'sbatch ended without a word' };
  }
}

/** Waits until nobody is submitting the attempt. @returns false where somebody still is */
export async function untilNobodySubmits(files: AttemptFiles): Promise<boolean> {
  const end = await runProgram(
    ['flock', '--close', '--wait', LOCK_SECONDS, files.startLock, 'true'], { timeoutSeconds: TIMEOUT_SECONDS });
  return 'exitCode' in end && end.exitCode === 0;
}
