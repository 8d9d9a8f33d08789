// Runs the station's own commands for the demonstration, as cron or a person would: as processes of their own.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { findProgramRoot } from '../config/program-root.ts';
import { Layout } from '../spool/layout.ts';
import { exists } from '../spool/read.ts';
import type { DemoPlace } from './demo-configuration.ts';

const LOOK_EVERY_MILLISECONDS = 50;
const START_SECONDS = 20;

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a subcommand to its end. */
export async function runDts(place: DemoPlace, words: readonly string[]): Promise<Ended> {
  const child = start(place, words);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const [status] = await once(child, 'close') as [number | null];
  return { status, stdout, stderr };
}

/** A receiver that listens. */
export interface RunningReceiver {
  stop(): Promise<void>;
}

/** Starts `dts receive` and waits until it listens. @throws where it does not */
export async function startReceiver(place: DemoPlace): Promise<RunningReceiver> {
  const child = start(place, ['receive']);
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  child.stdout?.resume();
  const ended = once(child, 'close');
  const { receiverState } = new Layout(place.datadir);
  const until = Date.now() + START_SECONDS * 1000;
  while (!await exists(receiverState)) {
    if (child.exitCode !== null || Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`dts receive did not begin to listen on port ${place.port}: ${stderr}`);
    }
    await wait(LOOK_EVERY_MILLISECONDS);
  }
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}

/** A TCP port of the loopback address that is free now. */
export async function findFreePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

function start({ config }: DemoPlace, words: readonly string[]): ChildProcess {
  const program = join(findProgramRoot(), 'bin', 'dts');
  return spawn(process.execPath, [program, ...words, '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
}
