// A whole station for a test: a configuration and a data directory of its own in a temporary folder, and the built program
// (dist/, made by `npm run build`) as its users run it.

import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync, watch } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { JobFolder, Layout } from '../../src/spool/layout.ts';
import { freePort, temporaryFolder } from './peers.ts';

/** The checkout. */
export const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const PROGRAM = join(ROOT, 'bin', 'dts');

/** What a program ended with. */
export interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StationFiles {
  /** Content of config.json beside `datadir` and permissive limits. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly receiver?: Readonly<Record<string, unknown>>;
  readonly statements?: Readonly<Record<string, unknown>>;
}

/** A station in a folder of its own. */
export class TestStation {
  readonly root: string;
  readonly config: string;
  readonly layout: Layout;
  readonly port: number;

  constructor(root: string, port: number) {
    this.root = root;
    this.config = join(root, 'config');
    this.layout = new Layout(join(root, 'data'));
    this.port = port;
  }

  /** Writes its configuration anew. */
  async configure({ config = {}, receiver = {}, statements = {} }: StationFiles): Promise<void> {
    await mkdir(this.config, { recursive: true });
    await mkdir(this.layout.datadir, { recursive: true, mode: 0o750 });
    const limits = { minFreeBytes: 0, minFreePercent: 0 };
    const files = {
      'receiver.json': { DICOMIP: '127.0.0.1', DICOMPORT: this.port, DICOMAETITLE: 'DTS', DATADIR: this.layout.datadir,
        limits, ...receiver },
      'config.json': { datadir: this.layout.datadir, timeout: 0, limits, Streams: [], ...config },
      'select_statements.json': statements,
    };
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(this.config, name), `${JSON.stringify(content, null, 2)}\n`);
    }
  }

  /** Runs a subcommand to its end. */
  dts(words: readonly string[], options: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {}): Promise<Ended> {
    return runProgram(process.execPath, [PROGRAM, ...words, '--config', this.config], options);
  }

  /** Starts a subcommand and leaves it running; it is ended after the test. */
  start(t: TestContext, words: readonly string[], options: SpawnOptions = {}): ChildProcess {
    const child = spawn(process.execPath, [PROGRAM, ...words, '--config', this.config],
      { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    t.after(async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    });
    return child;
  }

  /** Starts `dts receive` and waits until it listens. */
  async startReceiver(t: TestContext, options: SpawnOptions = {}): Promise<ChildProcess> {
    const child = this.start(t, ['receive'], options);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
    child.stdout?.resume();
    await Promise.race([
      appeared(this.layout.receiverState),
      once(child, 'close').then(() => { throw new Error(`dts receive ended: ${stderr}`); }),
    ]);
    return child;
  }

  /** A job's folder in a state. */
  job(state: Parameters<Layout['job']>[0], JobId: string): JobFolder {
    return new JobFolder(this.layout.job(state, JobId));
  }
}

/** A station with a configuration; quiet time 0 unless the configuration says otherwise. */
export async function makeStation(t: Pick<TestContext, 'after'>, files: StationFiles = {}): Promise<TestStation> {
  const station = new TestStation(await temporaryFolder(t), await freePort());
  await station.configure(files);
  return station;
}

/** Runs any program to its end. */
export async function runProgram(
  program: string, args: readonly string[],
  { env, input }: { readonly env?: NodeJS.ProcessEnv; readonly input?: string } = {},
): Promise<Ended> {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { stdout += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { stderr += text; });
  child.stdin.on('error', () => undefined); // it may end without reading
  child.stdin.end(input ?? '');
  const [status, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
  return { status, signal, stdout, stderr };
}

/** Waits until a path exists. Its folder may come later too. */
export async function appeared(path: string): Promise<void> {
  while (!existsSync(path)) {
    const folder = nearestFolder(path);
    const watcher = watch(folder);
    try {
      if (existsSync(path)) return;
      if (nearestFolder(path) !== folder) continue; // one that is nearer was made before the watch began
      await once(watcher, 'change', { signal: AbortSignal.timeout(20_000) });
    } finally {
      watcher.close();
    }
  }
}

/** The folder nearest to a path that exists. */
function nearestFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}
