// A station that is killed and started again: the peers that it talks to, a data directory that can be put back to
// where it was, and the ticks that cron would give it.
//
// What the station itself must not forget is kept outside of it: the core and the exec action write into files beside
// the data directory, the destinations remember every message.

import assert from 'node:assert/strict';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { COMMAND_FIELD } from '../../src/network/command-set.ts';
import { nothingArrives, noJobCanAdvance, nothingIsToBeSent } from '../../src/spool/idle.ts';
import { listJobIds } from '../../src/spool/job-store.ts';
import { temporaryFolder } from '../rig/peers.ts';
import { startScriptedScp, type ReceivedMessage, type Script, type ScriptedScp } from '../rig/scripted-scp.ts';
import { makeStation, runProgram, type Ended, type TestStation } from '../rig/station.ts';
import {
  configureStreams, copyingCores, DESTINATIONS, planStreams, type Cores, type Destination, type StreamName,
  type StreamPlan,
} from './crash-streams.ts';
import { writeSmallStudy, type SmallStudy } from './studies.ts';

export interface CrashStationOptions {
  readonly streams: readonly StreamName[];
  /** Number of studies that are made ready for sending; 1 when not given. */
  readonly studies?: number;
  /** How a destination behaves; it stores everything when not given. */
  readonly scripts?: Partial<Record<Destination, Script>>;
  /**
   * The cores, in place of the processes that copy the prepared results and note their runs beside the station: they
   * are to write the notes into the file `runs` of their output.
   */
  cores?(studies: readonly SmallStudy[]): Promise<Cores>;
  /** Destinations that have what goes there changed. */
  readonly changing?: readonly Destination[];
  /** Destinations that are to commit themselves to what they store: how long a report is waited for where it was asked. */
  readonly committing?: Partial<Record<Destination, number>>;
  /** How the copying cores are run, in place of a process of this host. */
  readonly coreKeys?: Cores[number];
}

const SETTLE_SECONDS = 90;

export class CrashStation {
  readonly station: TestStation;
  /** By the name of the stream. */
  readonly plans: ReadonlyMap<string, StreamPlan>;
  readonly studies: readonly SmallStudy[];
  readonly #outside: string;
  readonly #notesRunsInside: boolean;
  readonly #scps: Readonly<Record<Destination, ScriptedScp>>;
  /** Destinations that have what goes there changed. */
  readonly changing: readonly Destination[];
  /** How many messages each destination had when the data directory was put back last. */
  readonly #before = new Map<Destination, number>();

  constructor(
    station: TestStation, plans: ReadonlyMap<string, StreamPlan>, studies: readonly SmallStudy[],
    outside: string, notesRunsInside: boolean, scps: Readonly<Record<Destination, ScriptedScp>>,
    changing: readonly Destination[],
  ) {
    this.station = station;
    this.plans = plans;
    this.studies = studies;
    this.#outside = outside;
    this.#notesRunsInside = notesRunsInside;
    this.#scps = scps;
    this.changing = changing;
  }

  get datadir(): string { return this.station.layout.datadir; }
  /** Where the destination that is a folder puts what it gets. */
  get lab(): string { return join(this.#outside, 'lab'); }
  get trace(): string { return join(this.#outside, 'trace'); }

  /** Remembers the data directory as it is, and what was noted or put outside of it. */
  async keep(): Promise<void> {
    await copyTree(this.datadir, join(this.#outside, 'kept data'));
    await copyTree(join(this.#outside, 'notes'), join(this.#outside, 'kept notes'));
    await copyTree(this.lab, join(this.#outside, 'kept lab'));
  }

  /** Puts both back to what `keep` has seen, and forgets what happened since. */
  async restore(): Promise<void> {
    await copyTree(join(this.#outside, 'kept data'), this.datadir);
    await copyTree(join(this.#outside, 'kept notes'), join(this.#outside, 'notes'));
    await copyTree(join(this.#outside, 'kept lab'), this.lab);
    await rm(this.trace, { force: true });
    for (const name of DESTINATIONS) this.#before.set(name, this.#scps[name].messages.length);
  }

  /** The instances that a destination got since the data directory was put back. Waits until nobody sends. */
  async received(destination: Destination): Promise<readonly ReceivedMessage[]> {
    const scp = this.#scps[destination];
    await scp.idle();
    return scp.messages.slice(this.#before.get(destination) ?? 0)
      .filter(({ command }) => command.CommandField === COMMAND_FIELD['C-STORE-RQ']); // it may have been asked by C-ECHO
  }

  /** What cores did: `begin <JobId>`, `end <JobId>`. */
  async runs(): Promise<string[]> {
    if (!this.#notesRunsInside) return linesOf(join(this.#outside, 'notes', 'runs'));
    const jobs = await listJobIds(this.station.layout, 'done');
    const folders = jobs.map((JobId) => this.station.job('done', JobId));
    const outputs = folders.flatMap((folder) => [1, 2].map((place) => folder.coreFolder(place).output));
    return (await Promise.all(outputs.map((output) => linesOf(join(output, 'runs'))))).flat();
  }

  /** The StudyInstanceUIDs that the exec action was called with. */
  actions(): Promise<string[]> {
    return linesOf(join(this.#outside, 'notes', 'actions'));
  }

  /** The steps that the killed process has reached. */
  steps(): Promise<string[]> {
    return linesOf(this.trace);
  }

  isAtRest(): boolean {
    const { layout } = this.station;
    return nothingArrives(layout) && noJobCanAdvance(layout, new Date()) && nothingIsToBeSent(layout);
  }

  /** Ticks as cron would, each command that has something to do, until nobody has. */
  async settle(): Promise<void> {
    const { layout } = this.station;
    const deadline = Date.now() + SETTLE_SECONDS * 1000;
    while (!this.isAtRest()) {
      if (!nothingArrives(layout)) await this.tick('scan-arrived');
      if (!noJobCanAdvance(layout, new Date())) await this.tick('run-one-job', '--all');
      if (!nothingIsToBeSent(layout)) await this.tick('forward');
      assert.ok(Date.now() < deadline, `not at rest after ${SETTLE_SECONDS} s`);
    }
  }

  /** One command without any failpoint; it may leave something for later but must not fail. */
  async tick(...words: readonly string[]): Promise<Ended> {
    const ended = await this.station.dts(words);
    assert.ok(ended.status === 0 || ended.status === 75, `${words.join(' ')}: ${ended.status} ${ended.stderr}`);
    return ended;
  }
}

export async function makeCrashStation(t: TestContext, options: CrashStationOptions): Promise<CrashStation> {
  const outside = await temporaryFolder(t);
  await mkdir(join(outside, 'notes'));
  await mkdir(join(outside, 'lab'));
  const scps = {
    PACS: await startScriptedScp(t, options.scripts?.PACS),
    ARCHIVE: await startScriptedScp(t, options.scripts?.ARCHIVE),
  };
  const studies = await Promise.all(Array.from({ length: options.studies ?? 1 }, (_, index) => {
    return writeSmallStudy(outside, index + 1);
  }));
  const plans = planStreams(options.streams, join(outside, 'notes', 'actions'));
  const cores = await options.cores?.(studies);
  const copying = copyingCores(join(outside, 'notes', 'runs'), join(outside, 'results'), options.coreKeys);
  const files = configureStreams(plans, scps, join(outside, 'lab'), cores ?? copying, options);
  const station = await makeStation(t, files);
  return new CrashStation(station, plans, studies, outside, cores !== undefined, scps, options.changing ?? []);
}

/** Ticks until a job's core has ended well and nothing was done about it yet. */
export async function untilRan(crash: CrashStation): Promise<void> {
  const deadline = Date.now() + SETTLE_SECONDS * 1000;
  while ((await listJobIds(crash.station.layout, 'ran')).length === 0) {
    await crash.tick('run-one-job');
    assert.ok(Date.now() < deadline, `no core has ended within ${SETTLE_SECONDS} s`);
  }
}

/** With times and hard links; what was there before goes. */
async function copyTree(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  const { status, stderr } = await runProgram('cp', ['-a', '--reflink=auto', from, to]);
  assert.equal(status, 0, stderr);
}

async function linesOf(file: string): Promise<string[]> {
  try {
    return (await readFile(file, 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
