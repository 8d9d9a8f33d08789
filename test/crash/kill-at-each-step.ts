// Kills a command before each of its durable steps in turn, lets the next ticks finish, and checks that nothing shows.

import assert from 'node:assert/strict';
import { hostname } from 'node:os';
import type { LoggedEvent } from '../../src/log/event.ts';
import { readEvents } from '../../src/log/read-events.ts';
import type { Ended } from '../rig/station.ts';
import { compareLists } from './compare-lists.ts';
import type { CrashStation } from './crash-station.ts';
import { pathsBelow } from './data-tree.ts';
import { countSentTwice, findViolations, type Deeds } from './invariants.ts';
import { publishMatrix, type Row } from './matrix.ts';
import { STOPPED } from './send-studies.ts';
import { ROOT_UID } from './studies.ts';

/** How one process is killed, and what its test excuses. */
export interface Killing {
  readonly command: string;
  /** The heading in the matrix; the command where that says enough. */
  readonly title?: string;
  /** Fewer steps than these, and the test has not tested what it should. */
  readonly leastSteps: number;
  /** Whether the command does one thing after the other, so that every run must come by the same steps. */
  readonly isInOrder: boolean;
  /** Runs the command to its end, in order or by SIGKILL, from what `crash.keep` has seen. */
  run(failpoint: NodeJS.ProcessEnv): Promise<Ended>;
  /** Checks, and does, what comes between the kill and the ticks. @returns what does not hold */
  whenDead?(): Promise<string[]>;
  /** What does not hold at the end, beside the invariants of every station. */
  whenAtRest?(): Promise<string[]>;
  readonly acknowledged: Deeds['acknowledged'];
  /** How many instances the command has on their way to one destination at a time; a kill may lose their answers. */
  readonly inFlight?: number;
  /** How often a destination has dropped an instance unanswered by itself. */
  deathsOfDestination?(): number;
  /** The last step to be killed; those behind it are killed elsewhere. */
  readonly lastStep?: RegExp;
}

interface Case extends Omit<Row, 'log'> {
  /** All that the command has come by. */
  readonly steps: readonly string[];
  readonly events: readonly string[];
}

/** Fails with all that does not hold at any step, after the matrix was printed. */
export async function killAtEachStep(crash: CrashStation, killing: Killing): Promise<void> {
  const cases: Case[] = [];
  for (let number = 1; ; number += 1) {
    const one = await killAt(crash, killing, number);
    cases.push(one);
    if (killing.lastStep?.test(one.step) === true) number = BEYOND;
    if (one.step === UNDISTURBED) break;
  }
  const undisturbed = cases.at(-1)!;
  const rows = cases.map((one): Row => ({ ...one, log: differencesInLog(undisturbed.events, one.events) }));
  publishMatrix(killing.title ?? killing.command, rows);
  const broken = cases.flatMap(({ step, violations }) => violations.map((text) => `${step}: ${text}`));
  assert.ok(broken.length === 0, broken.slice(0, MOST_TOLD).join('\n'));
  assert.ok(cases.length > killing.leastSteps, `only ${cases.length - 1} steps`);
  if (!killing.isInOrder) return;
  assert.deepEqual(cases.slice(0, -1).map(({ step }) => step), undisturbed.steps, 'every step was killed once');
}

/** What fails at one step often fails at many. */
const MOST_TOLD = 20;
/** No process has so many steps. */
const BEYOND = 1_000_000;
const UNDISTURBED = 'not killed';
/** Done, something is tried again, and stopped by SIGTERM as it should be. */
const ENDED_WELL: readonly (number | null)[] = [0, 75, STOPPED];

async function killAt(crash: CrashStation, killing: Killing, number: number): Promise<Case> {
  await crash.restore();
  const before = (await readEventsTold(crash)).length;
  const ended = await killing.run({ DTS_FAILPOINT: String(number), DTS_FAILPOINT_TRACE: crash.trace });
  const isKilled = ended.signal === 'SIGKILL';
  assert.ok(isKilled || ENDED_WELL.includes(ended.status), `step ${number}: ${JSON.stringify(ended)}`);
  const steps = (await crash.steps()).map((one) => generalize(crash, one));
  const step = isKilled ? steps.at(-1) ?? '' : UNDISTURBED;
  const left = isKilled ? (await pathsBelow(crash.datadir)).filter(isTemporary) : [];
  const toldByThen = (await readEventsTold(crash)).length;

  const violations = await killing.whenDead?.() ?? [];
  await crash.settle();
  violations.push(...await killing.whenAtRest?.() ?? [], ...await findViolations(crash, {
    acknowledged: killing.acknowledged,
    kills: isKilled ? 1 : 0,
    lostAnswers: (isKilled ? killing.inFlight ?? 0 : 0) + (killing.deathsOfDestination?.() ?? 0),
    actionsCutOff: /^append .*\.actions$/.test(step) ? 1 : 0,
  }));

  const told = await readEventsTold(crash);
  const toldByNext = told.slice(toldByThen).filter(({ command }) => command === killing.command);
  return {
    number: isKilled ? number : undefined, step, steps, violations,
    left: [...new Set(left.map((path) => generalize(crash, path)))],
    recovery: counted(toldByNext.map(({ event }) => event)),
    events: told.slice(before).map(({ event }) => event),
    sentTwice: await countSentTwice(crash),
  };
}

/** What is there only while something is going on. Leases are left out. */
const TEMPORARY = [
  /^site\/(temp|\.claimed)\/./, /\/\.making\/[^/]+$/, /(^|\/)\.writing-/, /\/\.copy-\d+$/, /\/preparing$/,
  /\/(claim|container\.json|slurm\.json)\.[^/]+$/,
];

export function isTemporary(path: string): boolean {
  return TEMPORARY.some((kind) => kind.test(path));
}

/** A step or path without what differs from run to run and from study to study. */
export function generalize(
  { datadir, lab }: Pick<CrashStation, 'datadir'> & Partial<Pick<CrashStation, 'lab'>>, text: string,
): string {
  return text.replace(`${datadir}/`, '').replace(lab ?? '\0', 'LAB')
    .replace(`images/${hostname()}`, 'images/<host>')
    .replace(/\.places\/\S+\.json/, '.places/<place>.json')
    .replace(/\.writing-[^/]+/g, '.writing-…')
    .replace(/\d{8}T\d{9}Z-(\w+)-[0-9a-f]{8}-(\w+)-[0-9a-f]{8}/g, '<$1 to $2>')
    .replace(/\d{8}T\d{9}Z-(\w+)-[0-9a-f]{8}/g, '<$1>')
    .replace(/\/(due|later)\/\d{8}\/\d{4}\//g, '/$1/<minute>/')
    .replace(/\d{8}T\d{9}Z /g, '<time> ')
    .replace(/\S+ \S+ \S+ (scp_[\d.]+)/g, '<sender> $1')
    .replace(/(asked|reported)\/2\.25\.\d+/g, '$1/<transaction>')
    .replaceAll(ROOT_UID, 'UID')
    .replace(/UID\.(\d+)\.(\d+)\.(\d+)/g, '<study $1 series $2 instance $3>')
    .replace(/UID\.(\d+)\.(\d+)/g, '<study $1 series $2>')
    .replace(/UID\.(\d+)/g, '<study $1>')
    .replace(/\.[0-9a-f]{8}-[0-9a-f-]{27}/g, '.<uuid>')
    .replace(/preparing\/[\w-]+/g, 'preparing/<maker>');
}

async function readEventsTold({ station }: CrashStation): Promise<LoggedEvent[]> {
  const told: LoggedEvent[] = [];
  for await (const event of readEvents(station.layout)) told.push(event);
  return told;
}

function differencesInLog(undisturbed: readonly string[], found: readonly string[]): string[] {
  const { missing, extra } = compareLists(found, undisturbed);
  return [...counted(missing).map((name) => `−${name}`), ...counted(extra).map((name) => `+${name}`)];
}

/** `job-moved ×3` for three of a name. */
export function counted(names: readonly string[]): string[] {
  const times = new Map<string, number>();
  for (const name of names) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].map(([name, count]) => count === 1 ? name : `${name} ×${count}`);
}
