// How fast `dts receive` is beside DCMTK's storescp: the same instances from the same senders, in turn, in one run.
// docs/performance.md tells how to run it and how to read it.
//
// Ours has every instance on disk before it answers Success; storescp leaves that to the kernel.

import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPeer } from '../rig/peers.ts';
import { contendersOf, type ReceiveCase } from './receive/cases.ts';
import { compareRounds, type CaseFigures } from './receive/compare.ts';
import type { ContenderName } from './receive/contenders.ts';
import { formatCase } from './receive/format-case.ts';
import { makeInstanceSet } from './receive/instance-set.ts';
import { describeMachine, formatMachine } from './receive/machine.ts';
import { parseReceiveOptions } from './receive/options.ts';
import { runRound, type RoundFigures, type RoundSetting } from './receive/run-round.ts';
import { UsageFault } from './usage-fault.ts';

const PEERS = ['storescp', 'storescu', 'dcmsend', 'echoscu'];

/** Throws a UsageFault on words it does not understand; the signal's reason, with everything removed, when it came. */
export async function benchReceive(words: readonly string[], signal: AbortSignal): Promise<void> {
  const { cases, rounds, folder: parent = tmpdir(), bitPreserving, json } = parseReceiveOptions(words);
  const absent = PEERS.filter((name) => findPeer(name) === undefined);
  if (absent.length > 0) throw new UsageFault(`not installed: ${absent.join(', ')}; they come with DCMTK`);
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, 'dts-bench-'));
  try {
    const machine = await describeMachine(folder);
    if (!json) process.stdout.write(`${formatMachine(machine)}median of ${rounds} rounds in turn\n`);
    const figures: CaseFigures[] = [];
    for (const one of cases) {
      const compared = await runCase(one, { rounds, bitPreserving }, join(folder, one.name), signal);
      figures.push(compared);
      if (!json) process.stdout.write(`\n${formatCase(one, compared)}`);
    }
    if (json) process.stdout.write(`${JSON.stringify({ machine, rounds, bitPreserving, cases: figures }, null, 2)}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs a case in a folder of its own, the contenders in turn. */
export async function runCase(
  benchCase: ReceiveCase, { rounds, bitPreserving }: { readonly rounds: number; readonly bitPreserving: boolean },
  folder: string, signal: AbortSignal,
): Promise<CaseFigures> {
  const { warmUp, measured } = benchCase;
  const setting: RoundSetting = {
    warmUp: await makeInstanceSet(join(folder, 'warm-up'), 1, warmUp.shape, warmUp.count, signal),
    measured: await makeInstanceSet(join(folder, 'measured'), 2, measured.shape, measured.count, signal),
    bitPreserving,
  };
  const figures = new Map<ContenderName, RoundFigures[]>(contendersOf(benchCase).map((name) => [name, []]));
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, done] of figures) {
      done.push(await runRound(benchCase, setting, name, join(folder, `${round} ${name}`), signal));
    }
  }
  return compareRounds(benchCase, figures);
}
