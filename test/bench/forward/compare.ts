// What the rounds of a case say: medians, and each sender beside the faster of DCMTK's, round by round.

import { median } from '../median.ts';
import { spreadOf, type Spread } from '../spread.ts';
import type { ForwardCase } from './cases.ts';
import type { RoundFigures } from './run-round.ts';
import type { SenderName } from './senders.ts';

/** docs/performance.md, "Goals". */
const LEAST_RATIO = 1;
const MOST_PEAK_BYTES = 200e6;
const MOST_LAST_BY_FIRST = 1.2;

export type SenderFigures = { readonly [Figure in keyof RoundFigures]: Spread } & {
  readonly name: SenderName;
  /** Its images/s by those of the DCMTK sender that it is measured by, in the same round. */
  readonly ratio: Spread;
  /** The same without the start of Node.js. */
  readonly startedRatio: Spread;
};

export interface Goal {
  readonly text: string;
  readonly met: boolean;
}

export interface CaseFigures {
  readonly case: string;
  readonly measuredBy: SenderName;
  readonly senders: readonly SenderFigures[];
  /** Those of `dts forward` in this case. */
  readonly goals: readonly Goal[];
}

export type Rounds = ReadonlyMap<SenderName, readonly RoundFigures[]>;

/** Every sender has the same number of rounds, one at least, in the order in which they were run. */
export function compareRounds(benchCase: ForwardCase, rounds: Rounds): CaseFigures {
  const rateOf = (name: SenderName): number => (
    median((rounds.get(name) ?? []).map(({ imagesPerSecond }) => imagesPerSecond)));
  const measuredBy = rateOf('dcmsend') > rateOf('storescu') ? 'dcmsend' : 'storescu';
  const base = rounds.get(measuredBy) ?? [];
  const senders = [...rounds].map(([name, figures]): SenderFigures => {
    const of = (key: keyof RoundFigures): Spread => spreadOf(figures.map((round) => round[key]));
    const ratioOf = (key: keyof RoundFigures): Spread => (
      spreadOf(figures.map((round, index) => round[key] / (base[index]?.[key] ?? Number.NaN))));
    return {
      name,
      imagesPerSecond: of('imagesPerSecond'),
      startedImagesPerSecond: of('startedImagesPerSecond'),
      bytesPerSecond: of('bytesPerSecond'),
      cpuSeconds: of('cpuSeconds'),
      peakBytes: of('peakBytes'),
      lastByFirst: of('lastByFirst'),
      othersShare: of('othersShare'),
      ratio: ratioOf('imagesPerSecond'),
      startedRatio: ratioOf('startedImagesPerSecond'),
    };
  });
  return { case: benchCase.name, measuredBy, senders, goals: goalsOf(measuredBy, senders) };
}

function goalsOf(measuredBy: SenderName, senders: readonly SenderFigures[]): Goal[] {
  const ours = senders.find(({ name }) => name === 'dts forward');
  if (ours === undefined) return [];
  const goals = [
    { text: `as fast as ${measuredBy}`, met: ours.ratio.median >= LEAST_RATIO },
    { text: 'without the start of Node.js', met: ours.startedRatio.median >= LEAST_RATIO },
    { text: 'below 200 MB', met: ours.peakBytes.most < MOST_PEAK_BYTES },
  ];
  if (Number.isNaN(ours.lastByFirst.median)) return goals;
  return [...goals, { text: 'the last as fast as the first', met: ours.lastByFirst.median <= MOST_LAST_BY_FIRST }];
}
