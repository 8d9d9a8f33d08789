// How fast `dts forward` is beside DCMTK's storescu and dcmsend: the same instances to the same storescp, in turn, in one
// run. docs/performance.md tells how to run it and how to read it.
//
// Ours has kept each answer before it sends the next instance; theirs print nothing and forget.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeer } from '../rig/peers.ts';
import { FORWARD_CASES, QUICK_CASES, SENDERS, type ForwardCase } from './forward/cases.ts';
import { compareRounds, type CaseFigures } from './forward/compare.ts';
import { formatCase } from './forward/format-case.ts';
import { runRound, type RoundFigures } from './forward/run-round.ts';
import type { SenderName } from './forward/senders.ts';
import { makeInstanceSet, type InstanceSet } from './instances/instance-set.ts';
import { describeMachine, formatMachine } from './machine.ts';
import { parseOptions } from './options.ts';
import { UsageFault } from './usage-fault.ts';

const OFFERED = { all: FORWARD_CASES, quick: QUICK_CASES };
const PEERS = ['storescp', 'storescu', 'dcmsend', 'echoscu'];

/** Throws a UsageFault on words it does not understand; the signal's reason, with everything removed, when it came. */
export async function benchForward(words: readonly string[], signal: AbortSignal): Promise<void> {
  const { cases, rounds, folder: parent = tmpdir(), json } = parseOptions(words, OFFERED);
  const absent = PEERS.filter((name) => findPeer(name) === undefined);
  if (absent.length > 0) throw new UsageFault(`not installed: ${absent.join(', ')}; they come with DCMTK`);
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'dts-bench-'));
  try {
    const machine = await describeMachine(folder);
    if (!json) process.stdout.write(`${formatMachine(machine)}rounds in turn: ${rounds}\n`);
    const sets = new Map<string, InstanceSet>(); // by kind of case
    const figures: CaseFigures[] = [];
    for (const one of cases) {
      const set = sets.get(one.kind) ?? await makeSet(one, join(folder, one.kind), signal);
      sets.set(one.kind, set);
      const compared = await runCase(one, set, rounds, join(folder, one.name), signal);
      figures.push(compared);
      if (!json) process.stdout.write(`\n${formatCase(one, compared)}`);
    }
    if (json) process.stdout.write(`${JSON.stringify({ machine, rounds, cases: figures }, null, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes what the cases of one kind send. */
export function makeSet({ measured }: ForwardCase, folder: string, signal: AbortSignal): Promise<InstanceSet> {
  return makeInstanceSet(folder, 1, measured.shape, measured.count, signal);
}

/** Runs a case in a folder of its own, the senders in turn. */
export async function runCase(
  benchCase: ForwardCase, set: InstanceSet, rounds: number, folder: string, signal: AbortSignal,
): Promise<CaseFigures> {
  const figures = new Map<SenderName, RoundFigures[]>(SENDERS.map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, done] of figures) {
      done.push(await runRound(benchCase, set, name, join(folder, `${round} ${name}`), signal));
    }
  }
  return compareRounds(benchCase, figures);
}
