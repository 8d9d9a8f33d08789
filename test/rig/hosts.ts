// Other hosts on this machine: a program run under another host name, in a UTS namespace of its own, with a clock of its
// own. They share the file system, the kernel and its processes with this one; that a host is another is told by its name.

import { spawn, spawnSync, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ROOT, type Ended, type TestStation } from './station.ts';

/** For `--import`: shifts the clock of a Node.js program, see there. */
export const SHIFTED_CLOCK = fileURLToPath(new URL('shifted-clock.mjs', import.meta.url));

/** Needs the right to make a namespace: root, or a kernel that lets users make theirs. */
const NAMESPACE = process.getuid?.() === 0 ? ['--uts'] : ['--user', '--map-root-user', '--uts'];

/** Why there can be no other hosts here, undefined where there can. */
export function whyNoOtherHosts(): string | undefined {
  const { status, error, stderr } = spawnSync('unshare', [...NAMESPACE, 'hostname', 'other'], { encoding: 'utf8' });
  return status === 0 ? undefined : `no other host name on this machine: ${error?.message ?? stderr.trim()}`;
}

export interface HostOptions extends SpawnOptions {
  /** How far its clock is ahead of this machine's. */
  readonly clockSeconds?: number;
}

/** Starts a subcommand of a station on a host. @param name of letters and digits */
export function startOn(
  t: Pick<TestContext, 'after'>, name: string, station: TestStation, words: readonly string[],
  { clockSeconds = 0, env, ...options }: HostOptions = {},
): ChildProcess {
  const program = [process.execPath, '--import', SHIFTED_CLOCK, join(ROOT, 'bin', 'dts'), ...words, '--config', station.config];
  const child = spawn('unshare', [...NAMESPACE, 'sh', '-c', 'hostname "$0" && exec "$@"', name, ...program], {
    stdio: ['ignore', 'pipe', 'pipe'], ...options,
    env: { ...process.env, DTS_TEST_CLOCK_SECONDS: String(clockSeconds), ...env },
  });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  return child;
}

/** Runs a subcommand of a station on a host to its end. */
export async function runOn(
  t: Pick<TestContext, 'after'>, name: string, station: TestStation, words: readonly string[], options: HostOptions = {},
): Promise<Ended> {
  return endOf(startOn(t, name, station, words, options));
}

/** What a program ends with, and all that it has said. */
export async function endOf(child: ChildProcess): Promise<Ended> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  const [status, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  return { status, signal, stdout, stderr };
}
