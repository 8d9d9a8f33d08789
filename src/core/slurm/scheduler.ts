// Asks Slurm, by its own commands: what it knows of our jobs, and to end one.
//
// Every question has an end: a controller that is away does not hang the station. It is told by the exception
// ExecutorUnavailable, which decides nothing. The commands get no more of the station's environment than they need, and
// so do the jobs, which inherit it.

import type { Failure } from '../../job/failure.ts';
import { failureText } from '../../job/failure-text.ts';
import { ExecutorUnavailable } from '../executor-unavailable.ts';
import { type ProgramEnd, runProgram } from '../run-action.ts';

/** A job as Slurm has it. */
export interface SlurmJob {
  readonly slurmJobId: string;
  /** `PENDING`, `RUNNING`, `COMPLETED` and so on: JOB STATE CODES in squeue(1). */
  readonly state: string;
  /** Why it waits, or how it ended, as Slurm says it: `Resources`, `Priority`, `JobHeldAdmin`. */
  readonly reason: string;
  /** What the job was submitted with; holds the token of its submission. */
  readonly comment: string;
}

/** Slurm's commands give up a controller that does not answer after ten seconds, unless the site has changed that. */
export const TIMEOUT_SECONDS = 120;

/** What the commands and, through them, the jobs need of the station's environment. */
const PASSED_ON = [
  'PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TZ', 'SLURM_CONF', 'CONTAINERS_CONF', 'CONTAINERS_STORAGE_CONF',
];

/** The command with nothing but that environment. */
export function inSlurmEnvironment(command: readonly string[]): string[] {
  const variables = PASSED_ON.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [`${name}=${value}`];
  });
  return ['env', '-i', ...variables, ...command];
}

/** Runs a command of Slurm's to its end. */
export async function callSlurm(command: readonly string[]): Promise<ProgramEnd | Failure> {
  return runProgram(inSlurmEnvironment(command), { timeoutSeconds: TIMEOUT_SECONDS });
}

/** The jobs of a name, ended ones too as long as Slurm remembers them. @throws {ExecutorUnavailable} */
export async function findJobsOfName(JobId: string): Promise<SlurmJob[]> {
  return parseJobs(await ask('squeue', ...LISTING, `--name=${JobId}`));
}

/** Every job of the station's user. @throws {ExecutorUnavailable} */
export async function findOwnJobs(): Promise<SlurmJob[]> {
  return parseJobs(await ask('squeue', ...LISTING, '--me'));
}

const LISTING = ['--noheader', '--states=all', '--format=%A|%T|%r|%k'];

/** The comment comes last, since it may hold anything. */
function parseJobs(text: string): SlurmJob[] {
  return text.split('\n').flatMap((line) => {
    const [, slurmJobId, state, reason, comment] = /^(\d+)\|(\w+)\|([^|]*)\|(.*)$/.exec(line.trim()) ?? [];
    if (slurmJobId === undefined || state === undefined) return [];
    return [{ slurmJobId, state, reason: reason ?? '', comment: comment ?? '' }];
  });
}

/**
 * How a job ended that the controller has forgotten, where the site keeps accounts of its jobs; undefined where it does
 * not, or where they do not have it (yet).
 */
export async function findAccountedState(slurmJobId: string, JobId: string): Promise<string | undefined> {
  const end = await callSlurm([
    'sacct', `--jobs=${slurmJobId}`, '--allocations', '--noheader', '--parsable2', '--format=State,JobName%200',
  ]);
  if ('reason' in end || end.exitCode !== 0) return undefined;
  const lines = end.stdout.split('\n').map((line) => line.trim().split('|'));
  // `CANCELLED by 1000`: only the first word is the state.
  return lines.findLast(([, name]) => name === JobId)?.[0]?.split(' ')[0];
}

/** Asks for the end of jobs. Those that have ended already are as good. */
export async function cancelJobs(slurmJobIds: readonly string[]): Promise<void> {
  if (slurmJobIds.length > 0) await callSlurm(['scancel', ...slurmJobIds]);
}

async function ask(...command: readonly string[]): Promise<string> {
  const end = await callSlurm(command);
  if ('reason' in end) throw new ExecutorUnavailable(failureText(end));
  if (end.exitCode === 0) return end.stdout;
  throw new ExecutorUnavailable(wordsOf(end.stderr) || `${command[0]} ended with exit code ${end.exitCode}`);
}

/** What a command of Slurm's said, without its name in front of every line. */
export function wordsOf(stderr: string): string {
  const lines = stderr.split('\n').map((line) => line.replace(/^\w+(?: error)?: (?:error: |fatal: )?/, '').trim());
  return [...new Set(lines.filter((line) => line !== '' && !line.startsWith('Try "')))].join('; ');
}
