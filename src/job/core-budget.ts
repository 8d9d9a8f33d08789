// What cores may use together, what those that run use, and whether one more fits. Pure.

import { memoryText } from './memory-text.ts';

/** What one core needs while it runs. One that runs elsewhere needs nothing but its slot. */
export interface CoreNeed {
  readonly memoryBytes: number;
  readonly cpus: number;
  readonly gpus: number;
}

/** What there is for all of them. What is absent is not limited. */
export interface CoreBudget {
  /** How many may run at a time. */
  readonly slots: number;
  readonly memoryBytes?: number;
  readonly cpus?: number;
  readonly gpus?: number;
}

/** What cores that run use. */
export interface CoreUse {
  readonly slots: number;
  readonly memoryBytes: number;
  readonly cpus: number;
  /** Indexes of the GPUs that are taken. */
  readonly gpus: readonly number[];
}

export type Resource = 'slots' | 'memory' | 'cpus' | 'gpus';

/** A resource of which there is not enough for a core. */
export interface Shortage {
  readonly resource: Resource;
  readonly wanted: number;
  readonly used: number;
  readonly limit: number;
}

/** Sums of fractions of a CPU are not exact. */
const ROUNDING = 1e-9;

/** The resources of which too little is free now; none where the core may start. */
export function findShortages(need: CoreNeed, budget: CoreBudget, use: CoreUse): Shortage[] {
  const { slots, memoryBytes = Infinity, cpus = Infinity, gpus = Infinity } = budget;
  const all: readonly Shortage[] = [
    { resource: 'slots', wanted: 1, used: use.slots, limit: slots },
    { resource: 'memory', wanted: need.memoryBytes, used: use.memoryBytes, limit: memoryBytes },
    { resource: 'cpus', wanted: need.cpus, used: use.cpus, limit: cpus },
    { resource: 'gpus', wanted: need.gpus, used: use.gpus.length, limit: gpus },
  ];
  return all.filter(({ wanted, used, limit }) => wanted > 0 && used + wanted > limit + ROUNDING);
}

const NOTHING: CoreUse = { slots: 0, memoryBytes: 0, cpus: 0, gpus: [] };

/** The resources of which the core needs more than there is, so that it could never start. */
export function findExcesses(need: CoreNeed, budget: CoreBudget): Shortage[] {
  return findShortages(need, budget, NOTHING);
}

/** Whether a core that starts would take anything of a resource. */
export function usesResource(need: CoreNeed, resource: Resource): boolean {
  switch (resource) {
    case 'slots': return true;
    case 'memory': return need.memoryBytes > 0;
    case 'cpus': return need.cpus > 0;
    case 'gpus': return need.gpus > 0;
  }
}

/** The lowest indexes that no core has. */
export function freeGpus(count: number, { gpus }: CoreUse): number[] {
  const free: number[] = [];
  for (let index = 0; free.length < count; index += 1) {
    if (!gpus.includes(index)) free.push(index);
  }
  return free;
}

/** An amount of a resource, as the configuration has it. */
export function amountText(resource: Resource, amount: number): string {
  return resource === 'memory' ? memoryText(amount) : String(Number(amount.toFixed(2)));
}
