// A receiver as it runs in a hospital (`dts receive`, a process of its own), and whether it is still well: the same
// process, as many descriptors, as little memory, nothing in temp, nothing where nothing belongs, taking instances.

import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SUCCESS } from '../../src/dicom/status.ts';
import type { LoggedEvent } from '../../src/log/event.ts';
import { parseMarkName } from '../../src/spool/mark-name.ts';
import { associateRequest, dataPdus, RawScu, storeCommand } from '../rig/raw-scu.ts';
import { runPeer } from '../rig/peers.ts';
import { makeStation, type TestStation } from '../rig/station.ts';
import { encodeDataset, SERIES } from './datasets.ts';

/** A sender that behaves is served within this, whatever others do. */
export const SERVED_WITHIN_SECONDS = 20;
/** What connections that have just been closed may take to be gone. */
const CALM_WITHIN_SECONDS = 20;
const LOOK_MILLISECONDS = 20;
const MEBIBYTE = 1024 * 1024;
/** What a heap may grow by and keep though nothing is held. */
const ROOM_BYTES = 160 * MEBIBYTE;

export interface VictimLimits {
  readonly associations?: number;
  readonly artimSeconds?: number;
  readonly idleSeconds?: number;
  readonly objectBytes?: number;
}

export class Victim {
  readonly station: TestStation;
  readonly #child: ChildProcess;
  readonly #pid: number;
  #stderr = '';
  #descriptors = 0;
  #residentBytes = 0;
  #stored = 0;

  private constructor(station: TestStation, child: ChildProcess) {
    this.station = station;
    this.#child = child;
    this.#pid = child.pid ?? 0;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.#stderr += text; });
  }

  /** Starts one and has it store an instance, after which it is as it should stay. */
  static async start(t: TestContext, limits: VictimLimits = {}): Promise<Victim> {
    const cleanUps: (() => unknown)[] = [];
    const later = { after: (cleanUp: unknown) => void cleanUps.push(cleanUp as () => unknown) } as unknown as TestContext;
    const files = { receiver: { limits: { minFreeBytes: 0, minFreePercent: 0, ...limits } } };
    const station = await makeStation(later, files);
    const victim = new Victim(station, await station.startReceiver(t));
    t.after(async () => {
      for (const cleanUp of cleanUps) await cleanUp(); // not before it has been ended
    });
    await victim.storeNormally();
    await victim.#waitFor('the connection to be gone', () => victim.#connections() === 0);
    victim.noteBaseline();
    return victim;
  }

  get port(): number {
    return this.station.port;
  }

  /** What it has now is what it should come back to. */
  noteBaseline(): void {
    this.#descriptors = this.descriptors();
    this.#residentBytes = this.residentBytes();
  }

  /** Memory that the process has, in bytes. */
  residentBytes(): number {
    const [, kilobytes = '0'] = /^VmRSS:\s+(\d+) kB$/m.exec(this.#procFile('status')) ?? [];
    return Number(kilobytes) * 1024;
  }

  /** Open files and sockets. */
  descriptors(): number {
    this.assertAlive();
    return readdirSync(`/proc/${this.#pid}/fd`).length;
  }

  /** From now on it can have so many more descriptors than now, and no more. */
  async limitDescriptors(more: number): Promise<void> {
    const limit = this.descriptors() + more;
    const { exitCode, output } = await runPeer('prlimit', ['--pid', String(this.#pid), `--nofile=${limit}:`]);
    assert.equal(exitCode, 0, output);
  }

  assertAlive(): void {
    const { exitCode, signalCode } = this.#child;
    assert.ok(exitCode === null && signalCode === null, `it ended with ${exitCode ?? signalCode}: ${this.#stderr}`);
  }

  /** Stores an instance as a sender that behaves does. @returns how long that took, in seconds */
  async storeNormally(): Promise<number> {
    this.assertAlive();
    this.#stored += 1;
    const SOPInstanceUID = `${SERIES}.9.${this.#stored}`;
    const start = performance.now();
    const { signal, cancel } = bound(SERVED_WITHIN_SECONDS);
    try {
      await Promise.race([this.#store(SOPInstanceUID), signal]);
    } finally {
      cancel();
    }
    return (performance.now() - start) / 1000;
  }

  /** Well while it is attacked still: serves, and has not grown. */
  async assertServes(): Promise<void> {
    await this.storeNormally();
    const grown = this.residentBytes() - this.#residentBytes;
    assert.ok(grown < ROOM_BYTES, `it has ${Math.round(grown / MEBIBYTE)} MiB more than before`);
  }

  /** Waits until it has closed what others left. */
  async calm(): Promise<void> {
    await this.#waitFor(`${this.#descriptors} descriptors`, () => this.descriptors() <= this.#descriptors);
  }

  /** Well again: waits for what takes its time, and asserts the rest. */
  async assertWell(): Promise<void> {
    await this.assertServes();
    await this.calm();
    await this.#waitFor('temp to be empty', async () => (await readdir(this.station.layout.temp)).length === 0);
    assert.deepEqual(this.#takeStrangeLines(), []);
    await this.assertTreeInOrder();
  }

  /** Every name around and below the data directory is one that the station gives. */
  async assertTreeInOrder(): Promise<void> {
    const entries = await readdir(this.station.root, { recursive: true, withFileTypes: true });
    const paths = entries.map((entry) => relative(this.station.root, join(entry.parentPath, entry.name)));
    assert.deepEqual(paths.filter((path) => !isNameOfTheStation(path)), []);
  }

  /** What it told the event log so far; every line must be an event. */
  async events(): Promise<LoggedEvent[]> {
    const { logs } = this.station.layout;
    const texts = await Promise.all((await readdir(logs)).map((name) => readFile(join(logs, name), 'utf8')));
    const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line !== '');
    return lines.map((line) => JSON.parse(line) as LoggedEvent);
  }

  async #store(SOPInstanceUID: string): Promise<void> {
    const scu = await RawScu.connect(this.port);
    scu.socket.unref(); // a test that gives up waiting ends all the same
    scu.send(associateRequest({ callingAETitle: 'GOOD' }));
    const accepted = await scu.next();
    assert.ok(accepted.kind === 'pdu' && accepted.type === 2, `not accepted: ${JSON.stringify(accepted)}`);
    scu.send(dataPdus(1, storeCommand(SOPInstanceUID), true),
      dataPdus(1, encodeDataset({ SOPInstanceUID, pixels: Buffer.alloc(100_000) }), false));
    const answer = await scu.next();
    assert.equal(answer.kind === 'command' && answer.command.Status, SUCCESS);
    await scu.release();
  }

  /** Sockets beside the one that listens. */
  #connections(): number {
    const own = `:${this.port.toString(16).toUpperCase().padStart(4, '0')} `;
    const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n');
    const ESTABLISHED = '01';
    return lines.filter((line) => line.includes(own) && line.trim().split(/\s+/)[3] === ESTABLISHED).length;
  }

  async #waitFor(what: string, isThere: () => boolean | Promise<boolean>): Promise<void> {
    const giveUpAt = performance.now() + CALM_WITHIN_SECONDS * 1000;
    while (!await isThere()) {
      assert.ok(performance.now() < giveUpAt, `waited ${CALM_WITHIN_SECONDS} s for ${what}; it has `
        + `${this.descriptors()} descriptors, ${(await readdir(this.station.layout.temp)).length} files in temp`);
      await delay(LOOK_MILLISECONDS);
    }
  }

  /** Lines on stderr that are no message of the station's, that tell of a bug, or that a terminal would obey. */
  #takeStrangeLines(): string[] {
    const lines = this.#stderr.split('\n');
    this.#stderr = lines.pop() ?? '';
    return lines.filter((line) => !MESSAGE.test(line) || line.includes('internal error'));
  }

  #procFile(name: string): string {
    this.assertAlive();
    return readFileSync(`/proc/${this.#pid}/${name}`, 'utf8');
  }
}

const MESSAGE = /^dts receive: (warning|error): [^\p{Cc}]*$/u;
const UID = '[0-9]+(\\.[0-9]+)*';
const NAMES = new RegExp(`^(${[
  'config(/[a-z_]+\\.json)?', 'data', 'data/(locks|logs|site)', 'data/locks/receiver\\.json',
  'data/logs/events-[0-9-]{10}\\.jsonl', 'data/site/(archive|temp|\\.arrived|\\.receiving)', `data/site/archive/scp_${UID}`,
  `data/site/archive/scp_${UID}/${UID}\\.dcm`,
].join('|')})$`);
const MARKS = 'data/site/.arrived/';

/** A receiver's, while it has nothing in temp. */
function isNameOfTheStation(path: string): boolean {
  if (!path.startsWith(MARKS)) return NAMES.test(path);
  const name = path.slice(MARKS.length);
  return parseMarkName(name) !== undefined && /^[A-Za-z0-9._%~ -]+$/.test(name);
}

/** A promise that rejects when time is up, unless it is cancelled. */
function bound(seconds: number): { readonly signal: Promise<never>; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const signal = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came of it in ${seconds} s`)), seconds * 1000);
  });
  return { signal, cancel: () => clearTimeout(timer) };
}
