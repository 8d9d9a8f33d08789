// What the rounds of a case say: medians, and each receiver beside storescp, round by round.

import { median } from '../median.ts';
import { spreadOf, type Spread } from '../spread.ts';
import type { ReceiveCase } from './cases.ts';
import type { ContenderName } from './contenders.ts';
import type { RoundFigures } from './run-round.ts';

/** docs/performance.md, "Goals". */
const LEAST_RATIO = 1;
const MOST_PEAK_BYTES = 200e6;

export interface ContenderFigures {
  readonly name: ContenderName;
  readonly imagesPerSecond: Spread;
  readonly coldImagesPerSecond: Spread;
  readonly bytesPerSecond: Spread;
  readonly cpuSeconds: Spread;
  readonly peakBytes: Spread;
  readonly othersShare: Spread;
  /** Its images/s by those of the storescp that it is measured by, in the same round. */
  readonly throughputRatio: Spread;
  /** The same for the first set. */
  readonly coldRatio: Spread;
  readonly cpuRatio: Spread;
}

export interface Goal {
  readonly name: 'throughput' | 'peak memory';
  readonly met: boolean;
}

export interface CaseFigures {
  readonly case: string;
  readonly measuredBy: ContenderName;
  readonly contenders: readonly ContenderFigures[];
  /** Those that `dts receive` has in this case. */
  readonly goals: readonly Goal[];
}

export type Rounds = ReadonlyMap<ContenderName, readonly RoundFigures[]>;

/** Every contender has the same number of rounds, one at least, in the order in which they were run. */
export function compareRounds(benchCase: ReceiveCase, rounds: Rounds): CaseFigures {
  const measuredBy = fasterStorescp(rounds);
  const base = rounds.get(measuredBy) ?? [];
  const contenders = [...rounds].map(([name, figures]): ContenderFigures => {
    const ratioOf = (key: keyof RoundFigures): Spread => (
      spreadOf(figures.map((round, index) => round[key] / (base[index]?.[key] ?? Number.NaN))));
    const of = (key: keyof RoundFigures): Spread => spreadOf(figures.map((round) => round[key]));
    return {
      name,
      imagesPerSecond: of('imagesPerSecond'),
      coldImagesPerSecond: of('coldImagesPerSecond'),
      bytesPerSecond: of('bytesPerSecond'),
      cpuSeconds: of('cpuSeconds'),
      peakBytes: of('peakBytes'),
      othersShare: of('othersShare'),
      throughputRatio: ratioOf('imagesPerSecond'),
      coldRatio: ratioOf('coldImagesPerSecond'),
      cpuRatio: ratioOf('cpuSeconds'),
    };
  });
  return { case: benchCase.name, measuredBy, contenders, goals: goalsOf(benchCase, contenders) };
}

function fasterStorescp(rounds: Rounds): ContenderName {
  const rateOf = (name: ContenderName): number => (
    median((rounds.get(name) ?? []).map(({ imagesPerSecond }) => imagesPerSecond)));
  return rateOf('storescp --fork') > rateOf('storescp') ? 'storescp --fork' : 'storescp';
}

function goalsOf({ associations }: ReceiveCase, contenders: readonly ContenderFigures[]): Goal[] {
  const ours = contenders.find(({ name }) => name === 'dts receive');
  if (ours === undefined) return [];
  const memory: Goal = { name: 'peak memory', met: ours.peakBytes.most < MOST_PEAK_BYTES };
  if (associations !== 1 && associations !== 8) return [memory];
  return [{ name: 'throughput', met: ours.throughputRatio.median >= LEAST_RATIO }, memory];
}
