// A receiver that runs: started, waited for by C-ECHO, watched, ended.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { cpuSecondsOf, peakBytesOf } from './process-tree.ts';
import { DCMTK_ENVIRONMENT, runToEnd } from './run-program.ts';

const START_SECONDS = 30;
const ECHO_MILLISECONDS = 50;
/** Children of a receiver that forks live for the length of an association. */
const WATCH_MILLISECONDS = 50;
const END_SECONDS = 30;

/** What is started. */
export interface ReceiverProgram {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

export interface RunningReceiver {
  /** Of it and all its descendants since it started. */
  cpuSeconds(): number;
  /** The most that it and its descendants had at one time, each with the most that it ever had. */
  peakBytes(): number;
  stop(): Promise<void>;
}

/** Starts a receiver; resolves when it answers. */
export async function startReceiver(
  { name, program, args }: ReceiverProgram, port: number, signal: AbortSignal,
): Promise<RunningReceiver> {
  const child = spawn(program, args, { cwd: '/', env: DCMTK_ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  let peak = 0;
  const look = () => { peak = Math.max(peak, peakBytesOf(pid)); };
  const watching = setInterval(look, WATCH_MILLISECONDS);
  const stop = async () => {
    clearInterval(watching);
    await end(child);
  };
  try {
    await answersEcho(port, child, signal);
  } catch (error) {
    await stop();
    signal.throwIfAborted();
    throw new Error(`${name} does not answer: ${stderr}`, { cause: error });
  }
  return {
    cpuSeconds: () => cpuSecondsOf(pid),
    peakBytes: () => {
      look();
      return peak;
    },
    stop,
  };
}

async function answersEcho(port: number, child: ChildProcess, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    try {
      await runToEnd('echoscu', ['-q', '-aec', 'BENCH', '127.0.0.1', String(port)], signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (hasEnded(child) || Date.now() > deadline) throw error;
    }
    await delay(ECHO_MILLISECONDS);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const closed = once(child, 'close');
  child.kill('SIGTERM');
  const forced = setTimeout(() => child.kill('SIGKILL'), END_SECONDS * 1000);
  await closed;
  clearTimeout(forced);
}

function hasEnded({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode !== null || signalCode !== null;
}
