// The real programs that tests talk to: found, started on ports of their own, waited for and ended.
//
// Promises: a peer that is returned answers already; what a test started is gone when the test is; TCP_NODELAY=1 is set
// for DCMTK, without which every message of its waits 40 ms. Never ends a process that it did not start.

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

const START_SECONDS = 30;
const END_SECONDS = 5;
const PROBE_MILLISECONDS = 20;

/** Where a program lies, looked for in PATH and in the folders of servers; undefined where it is not installed. */
export function findPeer(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/**
 * Skips the test, saying which program is absent; with DTS_REQUIRE_PEERS=1 throws instead.
 * @returns whether the test can go on: `if (!requirePeer(t, 'storescp')) return;`
 */
export function requirePeer(t: Pick<TestContext, 'skip'>, ...names: string[]): boolean {
  const absent = names.filter((name) => findPeer(name) === undefined);
  if (absent.length === 0) return true;
  const reason = `not installed: ${absent.join(', ')}`;
  if (process.env['DTS_REQUIRE_PEERS'] === '1') throw new Error(`${reason} (DTS_REQUIRE_PEERS=1)`);
  t.skip(reason);
  return false;
}

/** A TCP port of 127.0.0.1 that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** A folder that is removed with all it holds after the test. */
export async function temporaryFolder(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dts-test-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** What a program printed on both streams, and how it ended. */
export interface Finished {
  readonly exitCode: number | null;
  readonly output: string;
}

/** Runs a program to its end. A failing one is not an exception. */
export async function runPeer(name: string, args: readonly string[]): Promise<Finished> {
  const running = startProgram(name, args);
  const [exitCode] = await running.ended;
  return { exitCode, output: running.output() };
}

/** A peer that listens on 127.0.0.1. */
export interface ListeningPeer {
  readonly port: number;
  /** What it has printed so far, on both streams. */
  output(): string;
  /** Ends it before the test does. */
  stop(): Promise<void>;
}

export interface StorescpOptions {
  /** Command line options beside port and output directory, such as `--refuse`. */
  readonly args?: readonly string[];
  /** Where it writes what it receives; a temporary folder when not given. */
  readonly directory?: string;
}

/** DCMTK's storescp, listening. */
export async function startStorescp(
  t: Pick<TestContext, 'after'>,
  { args = [], directory }: StorescpOptions = {},
): Promise<ListeningPeer & { readonly directory: string }> {
  const folder = directory ?? await temporaryFolder(t);
  const port = await freePort();
  const running = startProgram('storescp', [...args, '--output-directory', folder, String(port)]);
  t.after(running.stop);
  await waitFor('storescp', running, () => isListening(port));
  return { port, directory: folder, output: running.output, stop: running.stop };
}

export interface OrthancOptions {
  /** Configuration keys beside or instead of those given here, such as `DicomModalities`. */
  readonly configuration?: Readonly<Record<string, unknown>>;
}

/** A running Orthanc: its DICOM port, AE title and REST root (`http://127.0.0.1:<port>`). */
export interface Orthanc extends ListeningPeer {
  readonly AETitle: string;
  readonly url: string;
  /** What REST answers at a path, as JSON. */
  readJson(path: string): Promise<unknown>;
  /** What REST answers at a path, as bytes. */
  readBytes(path: string): Promise<Buffer>;
}

/** Orthanc with an empty store, everybody allowed, answering on both of its ports. */
export async function startOrthanc(
  t: Pick<TestContext, 'after'>,
  { configuration = {} }: OrthancOptions = {},
): Promise<Orthanc> {
  const folder = await temporaryFolder(t);
  const store = join(folder, 'store');
  mkdirSync(store);
  const [port, httpPort] = [await freePort(), await freePort()];
  const AETitle = 'ORTHANC';
  const configurationFile = join(folder, 'orthanc.json');
  await writeFile(configurationFile, JSON.stringify({
    StorageDirectory: store,
    IndexDirectory: store,
    HttpPort: httpPort,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomPort: port,
    DicomAet: AETitle,
    DicomCheckCalledAet: false,
    DicomAlwaysAllowEcho: true,
    DicomAlwaysAllowStore: true,
    UnknownSopClassAccepted: true,
    Plugins: [],
    ...configuration,
  }));
  const running = startProgram('Orthanc', [configurationFile]);
  t.after(running.stop);
  const url = `http://127.0.0.1:${httpPort}`;
  // Orthanc opens its DICOM port before its REST port.
  await waitFor('Orthanc', running, () => isListening(httpPort));
  return {
    port,
    AETitle,
    url,
    output: running.output,
    stop: running.stop,
    readJson: async (path) => (await fetchOrThrow(url + path)).json(),
    readBytes: async (path) => Buffer.from(await (await fetchOrThrow(url + path)).arrayBuffer()),
  };
}

/** A program that a test has started. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** Exit code and signal. */
  readonly ended: Promise<[exitCode: number | null, signal: NodeJS.Signals | null]>;
  output(): string;
  stop(): Promise<void>;
}

export function startProgram(name: string, args: readonly string[]): RunningProgram {
  const program = findPeer(name);
  if (program === undefined) throw new Error(`${name} is not installed; ask requirePeer first`);
  const child = spawn(program, args, { env: { ...process.env, TCP_NODELAY: '1' }, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: Buffer[] = [];
  child.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
  child.stderr.on('data', (bytes: Buffer) => printed.push(bytes));
  const ended = once(child, 'close') as RunningProgram['ended'];
  return {
    child,
    ended,
    output: () => Buffer.concat(printed).toString(),
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      const forced = setTimeout(() => child.kill('SIGKILL'), END_SECONDS * 1000);
      await ended;
      clearTimeout(forced);
    },
  };
}

/** Asks until the answer is yes; throws, with what the program printed, where it ended before or took too long. */
async function waitFor(name: string, running: RunningProgram, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (!await isReady()) {
    const { exitCode, signalCode } = running.child;
    if (exitCode !== null || signalCode !== null) {
      throw new Error(`${name} ended (${exitCode ?? signalCode}) before it listened:\n${running.output()}`);
    }
    if (Date.now() > deadline) throw new Error(`${name} did not listen in ${START_SECONDS} s:\n${running.output()}`);
    await delay(PROBE_MILLISECONDS);
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function fetchOrThrow(url: string): Promise<Response> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}
