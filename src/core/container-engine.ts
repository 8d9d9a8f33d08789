// Asks Podman or Docker, whose command lines are the same for all that is needed here.
//
// Every call has an end: an engine that hangs does not hang the station. Nothing is concluded from an engine's wording,
// only from exit codes and JSON.

import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Failure } from '../job/failure.ts';
import { lastLineOf } from './attempt-files.ts';
import { LABELS } from './container-arguments.ts';
import type { CoreRun } from './executor.ts';
import { type ProgramEnd, type ProgramOptions, runProgram } from './run-action.ts';

/** A container as the engine has it. */
export interface Container {
  readonly id: string;
  readonly imageDigest: string;
  readonly attempt: string;
  readonly bootId: string;
  /** `created` was never started; `exited` has ended; all others hold a living core. */
  readonly phase: 'created' | 'alive' | 'exited';
  /** Of an exited one. */
  readonly exitCode: number;
  readonly outOfMemory: boolean;
}

const TIMEOUT_SECONDS = 60;

/** Runs the engine's command line, as it is or as the last part of another program's. Never throws for its faults. */
export async function callEngine(
  runtime: string,
  command: readonly string[],
  options: Pick<ProgramOptions, 'cwd' | 'outputFiles'> = {},
): Promise<ProgramEnd | Failure> {
  const end = await runProgram(command, { ...options, timeoutSeconds: TIMEOUT_SECONDS, env: engineEnvironment() });
  if (!('reason' in end)) return end;
  switch (end.reason) {
    case 'program-missing':
      return end.program === runtime ? { reason: 'runtime-missing', runtime } : end;
    case 'program-time':
      return { reason: 'core-not-started', text: `${runtime} did not answer within ${TIMEOUT_SECONDS} s` };
    default:
      return end;
  }
}

/** What an engine printed, or why it did not do what it was told. */
export async function askEngine(runtime: string, ...rest: string[]): Promise<string | Failure> {
  const end = await callEngine(runtime, [runtime, ...rest]);
  if ('reason' in end) return end;
  return end.exitCode === 0 ? end.stdout : engineFailure(runtime, end);
}

/** The engine's own last word, for an administrator. */
export function engineFailure(runtime: string, { exitCode, stderr }: ProgramEnd): Failure {
  return { reason: 'core-not-started', text: lastLineOf(stderr) || `${runtime} ended with exit code ${exitCode}` };
}

/** The container of a job, whichever attempt it belongs to; 'none' where there is none. */
export async function findContainer(run: CoreRun): Promise<Container | 'none' | Failure> {
  const { runtime } = run.core;
  const ids = await askEngine(
    runtime, 'ps', '--all', '--no-trunc', '--quiet', `--filter=label=${LABELS.job}=${run.JobId}`);
  if (typeof ids !== 'string') return ids;
  const id = ids.trim().split('\n')[0];
  if (id === undefined || id === '') return 'none';
  const text = await askEngine(runtime, 'container', 'inspect', id);
  return typeof text === 'string' ? parseContainer(text) : text;
}

/** `sha256:…` of an image that is there. */
export async function findImageDigest(runtime: string, image: string): Promise<string | Failure> {
  const id = await askEngine(runtime, 'image', 'inspect', '--format={{.Id}}', image);
  return typeof id === 'string' ? withAlgorithm(id.trim()) : id;
}

/** Podman leaves it out in some places. */
function withAlgorithm(id: string): string {
  return id.startsWith('sha256:') ? id : `sha256:${id}`;
}

/** Under which names registries know an image; empty where none does. */
export async function findRepoDigests(runtime: string, image: string): Promise<string[]> {
  const text = await askEngine(runtime, 'image', 'inspect', '--format={{json .RepoDigests}}', image);
  return typeof text === 'string' ? ((JSON.parse(text) as string[] | null) ?? []) : [];
}

/** Cron sets no XDG_RUNTIME_DIR; without it Podman without root looks for its containers in another place. */
function engineEnvironment(): Record<string, string> {
  const runtimeDirectory = `/run/user/${userInfo().uid}`;
  const add = process.env['XDG_RUNTIME_DIR'] === undefined && userInfo().uid !== 0 && existsSync(runtimeDirectory);
  return { LC_ALL: 'C', ...(add ? { XDG_RUNTIME_DIR: runtimeDirectory } : {}) };
}

/** The parts of `container inspect` that both engines spell alike. */
interface Inspected {
  readonly Id: string;
  readonly Image: string;
  readonly Config: { readonly Labels: Readonly<Record<string, string>> };
  readonly State: { readonly Status: string; readonly ExitCode: number; readonly OOMKilled: boolean };
}

function parseContainer(text: string): Container | Failure {
  const [inspected] = JSON.parse(text) as Inspected[];
  if (inspected === undefined) return { reason: 'core-not-started', text: 'the container engine described nothing' };
  const { Id, Image, Config, State } = inspected;
  return {
    id: Id,
    imageDigest: withAlgorithm(Image),
    attempt: Config.Labels[LABELS.attempt] ?? '',
    bootId: Config.Labels[LABELS.boot] ?? '',
    phase: phaseOf(State.Status),
    exitCode: State.ExitCode,
    outOfMemory: State.OOMKilled,
  };
}

function phaseOf(status: string): Container['phase'] {
  switch (status) {
    case 'created':
    case 'configured':
    case 'initialized':
      return 'created';
    case 'exited':
    case 'stopped':
    case 'dead':
      return 'exited';
    default:
      return 'alive';
  }
}
