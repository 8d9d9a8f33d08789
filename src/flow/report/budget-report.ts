// What cores may use of this host and of what runs elsewhere, and what those use that run.

import type { Resource } from '../../job/core-budget.ts';
import { budgetOfHost } from '../attempt/core-budget-of.ts';
import { listRunningCores, useOfHost, useOfRemote } from '../attempt/running-cores.ts';
import type { Station } from '../station.ts';

/** How much of something is used; `limit` is absent where it is not limited. Memory in bytes. */
export interface Used {
  readonly used: number;
  readonly limit?: number;
}

/** `remote`: cores that run elsewhere, on Slurm or inference servers. */
export type BudgetReport = Readonly<Record<Resource | 'remote', Used>>;

export async function reportBudget(station: Station): Promise<BudgetReport> {
  const running = await listRunningCores(station);
  const use = useOfHost(running);
  const { slots, memoryBytes, cpus, gpus } = await budgetOfHost(station.configuration.limits);
  return {
    slots: usedOf(use.slots, slots),
    memory: usedOf(use.memoryBytes, memoryBytes),
    cpus: usedOf(use.cpus, cpus),
    gpus: usedOf(use.gpus.length, gpus),
    remote: usedOf(useOfRemote(running).slots, station.configuration.limits.remoteJobs),
  };
}

function usedOf(used: number, limit: number | undefined): Used {
  return { used, ...(limit === undefined ? {} : { limit }) };
}
