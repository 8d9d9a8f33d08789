// What a core needs, and what there is for it: of this host where it runs here, a slot of those elsewhere where not.

import type { Limits } from '../../config/configuration.ts';
import type { CoreSpecification } from '../../config/core-specification.ts';
import { usesHost } from '../../config/uses-host.ts';
import { countGpus } from '../../host/count-gpus.ts';
import type { CoreBudget, CoreNeed, CoreUse } from '../../job/core-budget.ts';
import { useOfHost, useOfRemote, type RunningCore } from './running-cores.ts';

export function needOf(core: CoreSpecification): CoreNeed {
  if (!usesHost(core)) return { memoryBytes: 0, cpus: 0, gpus: 0 };
  const { memoryBytes, cpus, gpus } = core;
  return { memoryBytes, cpus, gpus };
}

export async function budgetFor(core: CoreSpecification, limits: Limits): Promise<CoreBudget> {
  return usesHost(core) ? budgetOfHost(limits) : { slots: limits.remoteJobs };
}

/** With the GPUs that the host shows, where nobody says how many there are. */
export async function budgetOfHost({ jobs, memoryBytes, cpus, gpus }: Limits): Promise<CoreBudget> {
  const counted = gpus ?? await countGpus();
  return {
    slots: jobs,
    ...(memoryBytes === undefined ? {} : { memoryBytes }),
    ...(cpus === undefined ? {} : { cpus }),
    ...(counted === undefined ? {} : { gpus: counted }),
  };
}

export function useBeside(core: CoreSpecification, running: readonly RunningCore[]): CoreUse {
  return usesHost(core) ? useOfHost(running) : useOfRemote(running);
}
