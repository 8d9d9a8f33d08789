// The command line of sbatch for a core. Pure: nothing is submitted here.

import type { CoreSpecification } from '../../config/core-specification.ts';
import type { AttemptFiles } from '../attempt-files.ts';
import type { CoreRun } from '../executor.ts';

const BYTES_OF_MEBIBYTE = 2 ** 20;
/** Slurm's limit comes after ours, which counts from the first look at the running core, a cron minute late at most. */
const MORE_SECONDS = 120;

/** What a job of a core asks the cluster for. The site's own options come first, so that ours hold. */
export function resourceArguments(core: CoreSpecification): string[] {
  const { partition = '', account = '', qos = '', sbatch = [] } = core.slurm ?? {};
  return [
    ...sbatch,
    ...(partition === '' ? [] : [`--partition=${partition}`]),
    ...(account === '' ? [] : [`--account=${account}`]),
    ...(qos === '' ? [] : [`--qos=${qos}`]),
    '--nodes=1', '--ntasks=1',
    `--cpus-per-task=${Math.ceil(core.cpus)}`,
    `--mem=${Math.ceil(core.memoryBytes / BYTES_OF_MEBIBYTE)}M`,
    ...(core.gpus === 0 ? [] : [`--gpus=${core.gpus}`]),
    `--time=${Math.ceil((core.timeoutSeconds + MORE_SECONDS) / 60)}`,
  ];
}

/**
 * All arguments for an attempt, up to and including those of the batch script. What Slurm itself has to say of the job
 * comes into slurm.log, named relatively, since sbatch puts something in place of every % in such names. Slurm shall
 * not begin the job again by itself: the attempts are counted here, and each has an empty output folder.
 */
export function sbatchArguments(run: CoreRun, files: AttemptFiles, token: string): string[] {
  return [
    ...resourceArguments(run.core),
    '--parsable', `--job-name=${run.JobId}`, `--comment=${formatComment(run, token)}`,
    `--chdir=${files.path}`, '--output=slurm.log', '--open-mode=append', '--export=ALL', '--no-requeue',
    files.batchScript, files.path, token, run.JobId, String(run.attempt),
  ];
}

/** What tells a job of Slurm's from all others, and an administrator what it belongs to. */
export function formatComment({ JobId, attempt }: CoreRun, token: string): string {
  return `${JobId} attempt ${attempt} ${token}`;
}
