// What is measured: which objects, and whether the receiver writes them down.

import { CT, MR, MULTI_FRAME, type Objects } from '../instances/objects.ts';
import type { SenderName } from './senders.ts';

export interface ForwardCase {
  readonly name: string;
  /** Cases of one kind send the same objects. */
  readonly kind: string;
  readonly measured: Objects;
  /** storescp takes everything and writes nothing, so that the sender alone decides. */
  readonly isIgnored: boolean;
}

/** In the order in which they are run. */
export const SENDERS: readonly SenderName[] = ['storescu', 'dcmsend', 'dts forward', 'dts forward --to'];

const KINDS = {
  ct: { shape: CT, count: 400 },
  mr: { shape: MR, count: 10_000 },
  large: { shape: MULTI_FRAME, count: 1 },
};

export const FORWARD_CASES: readonly ForwardCase[] = [
  forwardCase('ct', 'ignored'), forwardCase('ct', 'written'), forwardCase('mr', 'ignored'), forwardCase('mr', 'written'),
  forwardCase('large', 'ignored'),
];

/** Enough to see what a change does. */
export const QUICK_CASES = FORWARD_CASES.filter(({ name }) => name === 'ct-ignored');

function forwardCase(kind: keyof typeof KINDS, receiver: 'ignored' | 'written'): ForwardCase {
  return { name: `${kind}-${receiver}`, kind, measured: KINDS[kind], isIgnored: receiver === 'ignored' };
}
