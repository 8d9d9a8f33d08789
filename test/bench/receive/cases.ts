// What is measured: which objects, in how many associations, by which sender, in PDUs of which length.

import type { ContenderName } from './contenders.ts';
import type { Sending } from './send-set.ts';
import { CT, MR, MULTI_FRAME, type Objects } from '../instances/objects.ts';

export interface ReceiveCase extends Sending {
  readonly name: string;
  /** Cases of one kind send the same objects. */
  readonly kind: string;
  /** Sent first, to a receiver that has just started. */
  readonly warmUp: Objects;
  readonly measured: Objects;
}

const KINDS = {
  ct: { warmUp: { shape: CT, count: 400 }, measured: { shape: CT, count: 400 } },
  mr: { warmUp: { shape: MR, count: 1000 }, measured: { shape: MR, count: 10_000 } },
  large: { warmUp: { shape: { ...MULTI_FRAME, frames: 64 }, count: 1 }, measured: { shape: MULTI_FRAME, count: 1 } },
};

export const RECEIVE_CASES: readonly ReceiveCase[] = [
  ...(['storescu', 'dcmsend'] as const).flatMap((sender) => [16_384, 131_072].flatMap((pduLength) => (
    [1, 4, 8].map((associations) => receiveCase('ct', sender, pduLength, associations))))),
  receiveCase('mr', 'storescu', 131_072, 1),
  receiveCase('mr', 'storescu', 131_072, 8),
  receiveCase('large', 'storescu', 131_072, 1),
];

/** Enough to see what a change does. */
export const QUICK_CASES = RECEIVE_CASES.filter(({ name }) => /^ct-storescu-131072-[18]$/.test(name));

function receiveCase(
  kind: keyof typeof KINDS, sender: Sending['sender'], pduLength: number, associations: number,
): ReceiveCase {
  const name = `${kind}-${sender}-${pduLength}-${associations}`;
  return { name, kind, sender, pduLength, associations, ...KINDS[kind] };
}

/** In the order in which they are run. A process for each association is no other receiver where there is one only. */
export function contendersOf({ associations }: ReceiveCase): readonly ContenderName[] {
  return associations === 1 ? ['storescp', 'dts receive'] : ['storescp', 'storescp --fork', 'dts receive'];
}
