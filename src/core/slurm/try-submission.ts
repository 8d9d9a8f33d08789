// Asks Slurm whether it would take a core, and submits nothing.

import type { CoreSpecification } from '../../config/core-specification.ts';
import type { Failure } from '../../job/failure.ts';
import { refusalOf } from './refusal.ts';
import { resourceArguments } from './sbatch-arguments.ts';
import { callSlurm, wordsOf } from './scheduler.ts';

/** @returns what Slurm said of when and where it would run, or why it would not. */
export async function trySubmission(core: CoreSpecification): Promise<{ readonly said: string } | Failure> {
  const end = await callSlurm(['sbatch', ...resourceArguments(core), '--test-only', '--wrap=true']);
  if ('reason' in end) return end;
  const words = wordsOf(end.stderr).replace('allocation failure: ', '');
  if (end.exitCode === 0) return { said: words };
  switch (refusalOf(words)) {
    case 'lasting': return { reason: 'slurm-refused', text: words };
    case 'temporary': return { reason: 'core-not-started', text: words };
    case 'unclear': return { reason: 'executor-unavailable', text: words };
  }
}
