// How fast `dts receive` is beside DCMTK's storescp: the same instances from the same senders, in turn, in one run.
// docs/performance.md tells how to run it and how to read it.
//
// Ours has every instance on disk before it answers Success; storescp leaves that to the kernel.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeer } from '../rig/peers.ts';
import { contendersOf, QUICK_CASES, RECEIVE_CASES, type ReceiveCase } from './receive/cases.ts';
import { compareRounds, type CaseFigures } from './receive/compare.ts';
import type { ContenderName } from './receive/contenders.ts';
import { formatCase } from './receive/format-case.ts';
import { makeInstanceSet } from './instances/instance-set.ts';
import { describeMachine, formatMachine } from './machine.ts';
import { parseOptions, type ComparisonOptions } from './options.ts';
import { runRound, type RoundFigures, type RoundInputs } from './receive/run-round.ts';
import { UsageFault } from './usage-fault.ts';

const OFFERED = { all: RECEIVE_CASES, quick: QUICK_CASES };
const PEERS = ['storescp', 'storescu', 'dcmsend', 'echoscu'];

/** Throws a UsageFault on words it does not understand; the signal's reason, with everything removed, when it came. */
export async function benchReceive(words: readonly string[], signal: AbortSignal): Promise<void> {
  const { cases, rounds, folder: parent = tmpdir(), bitPreserving, json } = parseOptions(words, OFFERED);
  const absent = PEERS.filter((name) => findPeer(name) === undefined);
  if (absent.length > 0) throw new UsageFault(`not installed: ${absent.join(', ')}; they come with DCMTK`);
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'dts-bench-'));
  try {
    const machine = await describeMachine(folder);
    const storescp = bitPreserving ? 'storescp +B' : 'storescp as by default';
    if (!json) process.stdout.write(`${formatMachine(machine)}rounds in turn: ${rounds}; ${storescp}\n`);
    const inputsOf = new Map<string, RoundInputs>(); // by kind of case
    const figures: CaseFigures[] = [];
    for (const one of cases) {
      const inputs = inputsOf.get(one.kind) ?? await makeInputs(one, join(folder, one.kind), signal);
      inputsOf.set(one.kind, inputs);
      const compared = await runCase(one, inputs, { rounds, bitPreserving }, join(folder, one.name), signal);
      figures.push(compared);
      if (!json) process.stdout.write(`\n${formatCase(one, compared)}`);
    }
    if (json) process.stdout.write(`${JSON.stringify({ machine, rounds, bitPreserving, cases: figures }, null, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Makes what the cases of one kind send. */
export async function makeInputs(
  { warmUp, measured }: ReceiveCase, folder: string, signal: AbortSignal,
): Promise<RoundInputs> {
  return {
    warmUp: await makeInstanceSet(join(folder, 'warm-up'), 1, warmUp.shape, warmUp.count, signal),
    measured: await makeInstanceSet(join(folder, 'measured'), 2, measured.shape, measured.count, signal),
  };
}

/** Runs a case in a folder of its own, the contenders in turn. */
export async function runCase(
  benchCase: ReceiveCase, inputs: RoundInputs,
  { rounds, bitPreserving }: Pick<ComparisonOptions<ReceiveCase>, 'rounds' | 'bitPreserving'>, folder: string, signal: AbortSignal,
): Promise<CaseFigures> {
  const figures = new Map<ContenderName, RoundFigures[]>(contendersOf(benchCase).map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, done] of figures) {
      const place = join(folder, `${round} ${name}`);
      done.push(await runRound(benchCase, inputs, { name, bitPreserving }, place, signal));
    }
  }
  return compareRounds(benchCase, figures);
}
