// Runs a program to its end, within a time: the `exec` actions of a stream, and the commands of container engines.
//
// Argument by argument, never through a shell; in a process group of its own, which is killed as a whole at the limit.
// What it prints is read to the end but kept only in part, so that no program fills our memory.

import { execa } from 'execa';
import type { Readable } from 'node:stream';
import type { Failure } from '../job/failure.ts';
import { lastLineOf } from './attempt-files.ts';
import { statusOfSignal } from './exit-status.ts';
import { findProgram } from './find-program.ts';
import { killGroup } from './kill-group.ts';

export interface ProgramOptions {
  readonly timeoutSeconds: number;
  readonly cwd?: string;
  /** Added to the station's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Files that get the output instead of the result; what they held is replaced. */
  readonly outputFiles?: { readonly stdout: string; readonly stderr: string };
}

/** How a program has ended. */
export interface ProgramEnd {
  /** As a shell gives it: 128 and the signal's number for a program that was killed. */
  readonly exitCode: number;
  /** The last 64 KiB of each. */
  readonly stdout: string;
  readonly stderr: string;
}

const KEPT_OUTPUT_BYTES = 64 * 1024;
/** What a program leaves running in the background may keep its output open; that is waited for no longer. */
const OUTPUT_AFTER_EXIT_MILLISECONDS = 1_000;

/**
 * Runs a program: an absolute path or a name on PATH, then its arguments, which reach it unchanged.
 * Failures: `program-missing`; `core-not-started` where the system refused; `program-time`, killed at the limit.
 */
export async function runProgram(cmd: readonly string[], options: ProgramOptions): Promise<ProgramEnd | Failure> {
  const [name = '', ...rest] = cmd;
  const program = await findProgram(name, options.env?.['PATH'] ?? process.env['PATH'] ?? '');
  if (program === undefined) return { reason: 'program-missing', program: name };

  const { timeoutSeconds, cwd, env, outputFiles } = options;
  const child = execa(program, rest, {
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
    stdin: 'ignore',
    stdout: outputFiles === undefined ? 'pipe' : { file: outputFiles.stdout },
    stderr: outputFiles === undefined ? 'pipe' : { file: outputFiles.stderr },
    detached: true,
    buffer: false,
    reject: false,
  });
  const stdout = keepTail(child.stdout);
  const stderr = keepTail(child.stderr);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    if (child.pid !== undefined) killGroup(child.pid);
  }, timeoutSeconds * 1000);
  child.once('exit', () => {
    clearTimeout(limit);
    if (outputFiles !== undefined) return;
    setTimeout(() => {
      child.stdout?.destroy();
      child.stderr?.destroy();
    }, OUTPUT_AFTER_EXIT_MILLISECONDS).unref();
  });
  const { exitCode, signal, originalMessage = '' } = await child;
  clearTimeout(limit);
  if (timedOut) return { reason: 'program-time', program: name, timeoutSeconds };
  if (exitCode !== undefined) return { exitCode, stdout: stdout(), stderr: stderr() };
  if (signal !== undefined) return { exitCode: statusOfSignal(signal), stdout: stdout(), stderr: stderr() };
  const where = cwd === undefined ? '' : ` in ${cwd}`;
  return { reason: 'core-not-started', text: `${lastLineOf(originalMessage)}${where}` };
}

/** Reads a stream to its end. @returns what gives the last part of what was read. */
function keepTail(stream: Readable | null | undefined): () => string {
  let kept: Buffer[] = [];
  let keptBytes = 0;
  stream?.on('data', (bytes: Buffer) => {
    kept.push(bytes);
    keptBytes += bytes.length;
    if (keptBytes < 2 * KEPT_OUTPUT_BYTES) return;
    kept = [Buffer.concat(kept).subarray(-KEPT_OUTPUT_BYTES)];
    keptBytes = KEPT_OUTPUT_BYTES;
  });
  return () => Buffer.concat(kept).subarray(-KEPT_OUTPUT_BYTES).toString();
}
