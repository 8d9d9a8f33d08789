// Runs a core as a process of this host, in a session of its own that outlives the command that started it.
//
// Exactly once: the wrapper claims the attempt before it runs anything (claim.ts, wrapper.ts), and every answer is read
// from what it left in the attempt's folder. Size of one file, priority and place in the queue for lack of memory are
// limited. Memory and processors are not: a limit of address space would stop Node.js and CUDA programs, which reserve
// far more than they use, and would hold for each process alone. Cores that need those limits run in containers.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Readable } from 'node:stream';
import type { Failure } from '../job/failure.ts';
import { codeOf } from '../spool/error-code.ts';
import { findText } from '../spool/read.ts';
import { AttemptFiles, lastLineOf, readTail } from './attempt-files.ts';
import { type AttemptClaim, claimForNobody, claimPlace, isAlive, isOfThisBoot, readClaim } from './claim.ts';
import { endProcesses, killProcesses } from './end-processes.ts';
import { processEnvironment, runMarker } from './environment.ts';
import { ExecutorUnavailable } from './executor-unavailable.ts';
import type { CoreRun, CoreStarted, CoreState, Executor } from './executor.ts';
import { parseExitStatus } from './exit-status.ts';
import { findProgram } from './find-program.ts';
import { trimLog } from './kept-log.ts';
import { killGroup } from './kill-group.ts';
import { type CoreFolders, fillPlaceholders } from './placeholders.ts';
import { programFolder } from './program-folder.ts';
import type { ProcessEntry } from '../host/process-table.ts';
import { wrapperArguments } from './wrapper.ts';

/** The wrapper claims within milliseconds; one that has not by then is ended, so that it never will. */
const CLAIM_MILLISECONDS = 30_000;

export const processExecutor: Executor = { start, poll, cancel, collect };

async function start(run: CoreRun): Promise<CoreStarted | Failure> {
  const files = new AttemptFiles(run.attemptFolder);
  const earlier = await readClaim(files);
  if (earlier !== undefined) return startedAs(earlier);

  const folders: CoreFolders = { data: run.dataFolder, output: run.outputFolder, dts: programFolder() };
  const env = processEnvironment(run, folders);
  const [name, ...rest] = fillPlaceholders(run.core.command, folders);
  if (name === undefined) return { reason: 'command-missing', stream: run.stream };
  const program = await findProgram(name, env['PATH'] ?? '');
  if (program === undefined) return { reason: 'program-missing', program: name };

  const { maxBytes } = run.core.outputs;
  const shellArguments = wrapperArguments(await claimPlace(), run.outputFolder, maxBytes, [program, ...rest]);
  const refused = await startWrapper(files, env, shellArguments);
  if (refused !== undefined) return refused;
  const claim = await readClaim(files);
  if (claim !== undefined) return startedAs(claim);
  const said = lastLineOf((await readTail(files.stderr, 4096)).toString());
  return { reason: 'core-not-started', text: said === '' ? 'the shell ended before it had begun' : said };
}

async function poll(run: CoreRun): Promise<CoreState> {
  const files = new AttemptFiles(run.attemptFolder);
  const claim = await readClaim(files);
  if (claim === undefined) return { state: 'not-started' };
  if (claim.host !== hostname()) return { state: 'elsewhere', host: claim.host };
  const sameBoot = await isOfThisBoot(claim);
  // In this order: the status is written before the process ends, so one that is gone has written it or never will.
  const alive = sameBoot && (await isAlive(claim));
  const status = await findText(files.exitStatus);
  if (status === undefined && alive) return { state: 'running' };
  // What the core left behind must not go on writing while its output is read.
  if (sameBoot) throwIfAny(await killProcesses(claim, runMarker(run)));
  return status !== undefined && /^\d+\n$/.test(status) ? parseExitStatus(Number(status)) : { state: 'vanished' };
}

async function cancel(run: CoreRun): Promise<void> {
  const files = new AttemptFiles(run.attemptFolder);
  // A wrapper that is just starting finds the attempt taken; one that was faster has left its claim to read.
  const claim = (await readClaim(files)) ?? (await claimForNobody(files));
  if (claim.host !== hostname() || !(await isOfThisBoot(claim))) return;
  throwIfAny(await endProcesses(claim, runMarker(run)));
}

async function collect(run: CoreRun): Promise<void> {
  const files = new AttemptFiles(run.attemptFolder);
  await trimLog(files.stdout);
  await trimLog(files.stderr);
}

function startedAs(claim: AttemptClaim): CoreStarted {
  return { started: true, handle: `pid ${claim.pid}` };
}

/**
 * Starts the wrapper in a session of its own and waits until it has claimed the attempt or is gone. It says so with the
 * end of a pipe that it has as descriptor 3. @returns why there is none, undefined where there is or was.
 */
async function startWrapper(
  files: AttemptFiles,
  env: Record<string, string>,
  shellArguments: string[],
): Promise<Failure | undefined> {
  const stdout = await open(files.stdout, 'a', 0o640);
  const stderr = await open(files.stderr, 'a', 0o640);
  let tooSlow: NodeJS.Timeout | undefined;
  try {
    const child = spawn('/bin/sh', shellArguments, {
      cwd: files.path,
      env,
      detached: true,
      stdio: ['ignore', stdout.fd, stderr.fd, 'pipe'],
    });
    tooSlow = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
    }, CLAIM_MILLISECONDS);
    const claimed = child.stdio[3] as Readable;
    const claimedOrGone = Promise.race([once(claimed.resume(), 'end'), once(child, 'exit')]);
    await Promise.all([once(child, 'spawn'), claimedOrGone]);
    claimed.destroy();
    child.unref();
    return undefined;
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { reason: 'core-not-started', text: `/bin/sh: ${code}` };
  } finally {
    clearTimeout(tooSlow);
    await stdout.close();
    await stderr.close();
  }
}

function throwIfAny(left: readonly ProcessEntry[]): void {
  if (left.length === 0) return;
  throw new ExecutorUnavailable(`pid ${left.map((entry) => entry.pid).join(', ')}: still there after SIGKILL`);
}
